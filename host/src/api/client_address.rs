use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};

/// Where a request comes from, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Gives a request an `Extension<ClientAddress>`.
pub(super) async fn locate(
    State(proxies): State<Arc<[IpAddr]>>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let peer = peer.unwrap_or(Ipv4Addr::UNSPECIFIED.into()).to_canonical();
    let client = ClientAddress(client(peer, request.headers(), &proxies));
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// The nearest address that is no proxy of ours: what proxies of others say may be made up.
fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let hops = headers.get_all("x-forwarded-for").iter().filter_map(|hops| hops.to_str().ok());
    let hops: Vec<_> = hops.flat_map(|hops| hops.split(',')).collect();
    let mut client = peer;
    for hop in hops.iter().rev() {
        if !proxies.contains(&client) {
            break;
        }
        let Ok(hop) = hop.trim().parse::<IpAddr>() else { break };
        client = hop.to_canonical();
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(peer: &str, hops: &'static str) -> String {
        let headers = HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), hops.parse().unwrap())]);
        let proxies = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        client(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn only_proxies_of_ours_are_believed() {
        assert_eq!(of("192.0.2.7", "203.0.113.1"), "192.0.2.7");
        assert_eq!(of("10.0.0.1", "203.0.113.1"), "203.0.113.1");
        assert_eq!(of("10.0.0.1", "1.1.1.1, 203.0.113.1, 10.0.0.2"), "203.0.113.1");
        assert_eq!(of("10.0.0.1", "1.1.1.1, nonsense"), "10.0.0.1");
        assert_eq!(of("10.0.0.1", ""), "10.0.0.1");
    }
}
