//! HTTP/2, spoken byte by byte (RFC 9113).

use tests::serving::Serving;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::support::{PATIENCE, guarded};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

/// Of a `HEADERS` frame: nothing follows it.
const WHOLE: u8 = 0x1 | 0x4;

/// An error code: the other side does something that may be meant to overload.
const ENHANCE_YOUR_CALM: u32 = 0xb;

const MAX_CONCURRENT_STREAMS: u16 = 3;
const MAX_HEADER_LIST_SIZE: u16 = 6;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
    frame.extend_from_slice(payload);
    frame
}

/// `GET / HTTP/2` of `vyomo`, with entries of HPACK's static table (RFC 7541, appendix A).
fn get() -> Vec<u8> {
    [&[0x82, 0x84, 0x86, 0x41, 5][..], b"vyomo"].concat()
}

struct Connection(TcpStream);

impl Connection {
    async fn open(serving: &Serving) -> Self {
        let mut stream = TcpStream::connect(serving.url.strip_prefix("http://").unwrap()).await.unwrap();
        stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()).await.unwrap();
        Self(stream)
    }

    /// Type and payload of the next frame; `None` at the end.
    async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        let mut head = [0; 9];
        timeout(PATIENCE, self.0.read_exact(&mut head)).await.unwrap().ok()?;
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        timeout(PATIENCE, self.0.read_exact(&mut payload)).await.unwrap().ok()?;
        Some((head[3], payload))
    }

    /// Payload of the next frame of a type.
    async fn await_frame(&mut self, wanted: u8) -> Vec<u8> {
        loop {
            let (kind, payload) = self.next().await.unwrap();
            if kind == wanted {
                return payload;
            }
        }
    }
}

#[tokio::test]
async fn one_connection_may_ask_for_so_much_at_a_time() {
    let (_database, site) = guarded("http2_settings").await;
    let serving = site.serve();
    let settings = Connection::open(&serving).await.await_frame(SETTINGS).await;
    let setting = |wanted: u16| {
        let mut all = settings.chunks(6).map(|one| {
            (u16::from_be_bytes([one[0], one[1]]), u32::from_be_bytes([one[2], one[3], one[4], one[5]]))
        });
        all.find(|(name, _)| *name == wanted).map(|(_, value)| value)
    };
    assert_eq!(setting(MAX_CONCURRENT_STREAMS), Some(64), "{settings:?}");
    assert_eq!(setting(MAX_HEADER_LIST_SIZE), Some(16 << 10), "{settings:?}");
}

#[tokio::test]
async fn who_asks_and_gives_up_again_and_again_is_sent_away() {
    let (_database, site) = guarded("http2_reset").await;
    let serving = site.serve();
    let mut connection = Connection::open(&serving).await;
    let cancel = 8_u32.to_be_bytes();
    let flood: Vec<u8> = (0..1_000)
        .map(|number| 2 * number + 1)
        .flat_map(|id| [frame(HEADERS, WHOLE, id, &get()), frame(RST_STREAM, 0, id, &cancel)].concat())
        .collect();
    // The host may hang up before all is sent.
    let _ = connection.0.write_all(&flood).await;
    let farewell = connection.await_frame(GOAWAY).await;
    assert_eq!(u32::from_be_bytes([farewell[4], farewell[5], farewell[6], farewell[7]]), ENHANCE_YOUR_CALM);
}
