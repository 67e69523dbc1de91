//! Connections: how many, how slow they may be, TLS, and how they end.

mod connection;
mod tls;

use std::{future::Future, io, net::SocketAddr};

use axum::Router;
use axum_server::{Handle, Server, tls_rustls::RustlsAcceptor};
use tokio::net::TcpListener;

use crate::config::ServerConfig;

use connection::{Listener, Peer};
pub(super) use tls::Certificates;

/// Most requests at a time on one connection of HTTP/2.
const STREAMS: u32 = 64;

/// Longest head of a request of HTTP/2, bytes unpacked. That of HTTP/1 is bounded by hyper's buffer.
const LONGEST_HEAD: u32 = 16 << 10;

/// Streams that a client may begin and give up faster than they are answered, before its connection is ended
/// (CVE-2023-44487).
const GIVEN_UP: usize = 32;

/// Answers of one connection of HTTP/2 that wait to be sent, bytes a stream.
const UNSENT: usize = 256 << 10;

/// Answers until `stop` is done; then takes no more connections and finishes what is under way, within bounds.
pub(super) async fn listen(
    listener: TcpListener,
    router: Router,
    config: &ServerConfig,
    certificates: Option<Certificates>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let handle = Handle::new();
    let listener = Listener::new(listener, config.max_connections);
    let mut server: Server<Peer> =
        Server::from_listener(listener).handle(handle.clone()).first_request_timeout(config.header_timeout());
    let protocols = server.http_builder();
    protocols.http1().header_read_timeout(config.header_timeout());
    protocols
        .http2()
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(LONGEST_HEAD)
        .max_pending_accept_reset_streams(GIVEN_UP)
        .max_local_error_reset_streams(GIVEN_UP)
        .max_send_buf_size(UNSENT)
        .keep_alive_interval(config.header_timeout());
    let drain = config.drain();
    tokio::spawn(async move {
        stop.await;
        handle.graceful_shutdown(Some(drain));
    });
    let router = router.into_make_service_with_connect_info::<SocketAddr>();
    let Some(certificates) = certificates else { return server.serve(router).await };
    let acceptor = RustlsAcceptor::new(certificates.config()).handshake_timeout(config.header_timeout());
    let reloading = tokio::spawn(certificates.keep_current());
    let served = server.acceptor(acceptor).serve(router).await;
    reloading.abort();
    served
}
