//! The whole ledger, for clients that read it at their own pace.

use std::fs;

use futures::future::join_all;
use reqwest::Client;
use tests::serving::Serving;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use crate::{scene::LONG, sockets::Running};

/// Bytes that systems hold at most between two processes, one of which takes few.
const HELD: usize = 8 << 20;

/// Asks for the ledger, and reads no more than the head of the answer.
async fn begin(serving: &Serving) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let address = serving.url.strip_prefix("http://").unwrap();
    let mut stream = socket.connect(address.parse().unwrap()).await.unwrap();
    // In HTTP/1.0 the body goes on until the host hangs up.
    let request = format!("GET /api/blockchain/export HTTP/1.0\r\nhost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(timeout(LONG, stream.read_u8()).await.unwrap().unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.0 200"), "{}", String::from_utf8_lossy(&head));
    stream
}

async fn ask(serving: &Serving, client: &Client) -> u16 {
    let answer = client.get(format!("{}/api/blockchain?first=10", serving.url)).send().await.unwrap();
    answer.status().as_u16()
}

#[tokio::test]
async fn slow_readers_of_the_ledger_hold_nothing_up_and_get_all_of_it() {
    let settings = [("VYOMO_DATABASE__MAX_CONNECTIONS", "4")];
    let running = Running::new("slow_export", &settings).await;
    for thousand in 0..12 {
        running.writer.anomalies(thousand * 1_000..(thousand + 1) * 1_000).await;
    }
    let mut slow = join_all((0..8).map(|_| begin(running.host()))).await;
    let client = host::http::client(LONG, |client| client).unwrap();
    let answers = join_all((0..16).map(|_| ask(running.host(), &client))).await;
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");

    // More comes meanwhile, which is not in what was begun before.
    running.writer.anomalies(50_000..50_010).await;
    let mut chain = Vec::new();
    timeout(LONG, slow.remove(0).read_to_end(&mut chain)).await.unwrap().unwrap();
    assert!(chain.len() > HELD, "{} bytes may all have been on their way", chain.len());
    let (site, key) = (running.site(), running.site().path("data/ledger/key.pub.pem"));
    fs::write(site.path("chain"), &chain).unwrap();
    let checked = site.host(&["ledger", "verify", "--file", "chain", "--public-key", key.to_str().unwrap()]);
    assert_eq!(checked.code, 0, "{checked:?}");
}
