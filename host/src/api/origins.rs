//! Which web pages may ask. What is no browser sends no `Origin`, and needs no leave but its key.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{
            AUTHORIZATION, CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH, LINK, LOCATION, ORIGIN, RETRY_AFTER,
            UPGRADE,
        },
        uri::Authority,
    },
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{request_id::X_REQUEST_ID, rest::Problem};
use crate::config::{ServerConfig, Site};

/// How long a browser may remember what it may do.
const REMEMBERED: Duration = Duration::from_hours(1);

/// Lets pages of listed sites read answers (CORS); no cookie is ever involved.
pub(super) fn cors(allowed: &[Site]) -> CorsLayer {
    let allowed = allowed.iter().filter_map(|origin| HeaderValue::from_str(origin.as_str()).ok());
    let idempotency_key = HeaderName::from_static("idempotency-key");
    let replayed = HeaderName::from_static("idempotent-replayed");
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(allowed))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH, idempotency_key, X_REQUEST_ID.clone()])
        .expose_headers([ETAG, LINK, LOCATION, RETRY_AFTER, replayed, X_REQUEST_ID.clone()])
        .max_age(REMEMBERED)
}

/// Refuses WebSockets of pages of other sites, since browsers ask nobody before they open one. In development mode
/// nothing at all is answered to them, nor under a name that is not this machine's own: a page could have had its name
/// point here (DNS rebinding).
pub(super) async fn check(State(config): State<Arc<ServerConfig>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if config.development && !headers.get(HOST).is_some_and(is_loopback) {
        return refused("in development mode this host answers only as localhost, 127.0.0.1 or [::1]");
    }
    let matters = config.development || headers.contains_key(UPGRADE);
    if matters && headers.get(ORIGIN).is_some_and(|origin| !is_welcome(origin, headers, &config)) {
        return refused("pages of this site may not ask; server.allowed_origins lists those that may");
    }
    next.run(request).await
}

fn refused(reason: &str) -> Response {
    Problem::new(StatusCode::FORBIDDEN, "FORBIDDEN", reason).into_response()
}

fn is_welcome(origin: &HeaderValue, headers: &HeaderMap, config: &ServerConfig) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    if config.allowed_origins.iter().any(|allowed| allowed.as_str() == origin) {
        return true;
    }
    let Some((_, site)) = origin.split_once("://") else { return false };
    let Ok(site) = HeaderValue::from_str(site) else { return false };
    if config.development { is_loopback(&site) } else { headers.get(HOST) == Some(&site) }
}

fn is_loopback(host: &HeaderValue) -> bool {
    let Ok(authority) = Authority::try_from(host.as_bytes()) else { return false };
    let name = authority.host().trim_matches(['[', ']']);
    if authority.as_str().contains('@') {
        return false;
    }
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine_are_few() {
        for own in ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "127.8.8.8", "[::1]:80"] {
            assert!(is_loopback(&HeaderValue::from_static(own)), "{own}");
        }
        for other in ["localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "", "a@localhost:x"] {
            assert!(!is_loopback(&HeaderValue::from_static(other)), "{other}");
        }
    }

    #[test]
    fn pages_are_welcome_from_the_host_itself_and_from_listed_sites() {
        let desk = Site::try_from("https://desk.example".to_owned()).unwrap();
        let config = ServerConfig { allowed_origins: vec![desk], ..ServerConfig::default() };
        let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static("vyomo.example:8080"))]);
        let welcome = |origin| is_welcome(&HeaderValue::from_static(origin), &headers, &config);
        assert!(welcome("https://desk.example") && welcome("https://vyomo.example:8080"));
        for stranger in ["null", "https://desk.example.evil", "http://desk.example", "https://vyomo.example"]
        {
            assert!(!welcome(stranger), "{stranger}");
        }
    }
}
