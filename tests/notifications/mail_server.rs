//! A mail server on a real socket.

use std::{
    collections::VecDeque,
    io,
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex},
    time::Duration,
};

use mailin::{Action, Handler, Response, SessionBuilder, response};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufStream},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::sleep,
};

/// A mail as it came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mail {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) raw: String,
}

impl Mail {
    /// Value of a header, unfolded; nothing if there is none.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let (head, _) = self.raw.split_once("\r\n\r\n").unwrap();
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let line = unfolded
            .lines()
            .find(|line| line.to_lowercase().starts_with(&format!("{}:", name.to_lowercase())));
        line.map(|line| line[name.len() + 1..].trim().to_owned())
    }

    pub(crate) fn body(&self) -> &str {
        self.raw.split_once("\r\n\r\n").unwrap().1
    }
}

#[derive(Clone, Default)]
struct Post {
    /// What the next mails are answered at their end.
    answers: Arc<Mutex<VecDeque<Response>>>,
    /// What the next recipients are answered.
    recipients: Arc<Mutex<VecDeque<Response>>>,
    mails: Arc<Mutex<Vec<Mail>>>,
    current: Mail,
}

impl Handler for Post {
    fn mail(&mut self, _: IpAddr, _: &str, from: &str) -> Response {
        self.current = Mail { from: from.into(), ..Mail::default() };
        response::OK
    }

    fn rcpt(&mut self, to: &str) -> Response {
        self.current.to.push(to.into());
        self.recipients.lock().unwrap().pop_front().unwrap_or(response::OK)
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        self.current.raw.push_str(&String::from_utf8_lossy(line));
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let answer = self.answers.lock().unwrap().pop_front().unwrap_or(response::OK);
        if !answer.is_error {
            self.mails.lock().unwrap().push(std::mem::take(&mut self.current));
        }
        answer
    }
}

/// Takes mails until it is dropped.
pub(crate) struct MailServer {
    post: Post,
    task: JoinHandle<()>,
    pub(crate) port: u16,
}

impl MailServer {
    pub(crate) async fn start() -> Self {
        Self::at(0, Duration::ZERO).await
    }

    /// On that port, and slow: so long it thinks about each line.
    pub(crate) async fn at(port: u16, thinks: Duration) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let post = Post::default();
        let task = tokio::spawn(serve(listener, post.clone(), thinks));
        Self { post, task, port }
    }

    /// Answers the next mails so, one after the other.
    pub(crate) fn answer(&self, answers: impl IntoIterator<Item = (u16, &'static str)>) {
        let answers = answers.into_iter().map(|(code, text)| Response::custom(code, text.into()));
        self.post.answers.lock().unwrap().extend(answers);
    }

    /// Answers the next recipients so, one after the other.
    pub(crate) fn answer_recipients(&self, answers: impl IntoIterator<Item = (u16, &'static str)>) {
        let answers = answers.into_iter().map(|(code, text)| Response::custom(code, text.into()));
        self.post.recipients.lock().unwrap().extend(answers);
    }

    /// What came so far.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.post.mails.lock().unwrap().clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, post: Post, thinks: Duration) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(converse(stream, post.clone(), thinks));
    }
}

async fn converse(stream: TcpStream, post: Post, thinks: Duration) -> io::Result<()> {
    let mut session = SessionBuilder::new("mail.example").build(IpAddr::V4(Ipv4Addr::LOCALHOST), post);
    let mut stream = BufStream::new(stream);
    stream.write_all(&session.greeting().buffer()?).await?;
    stream.flush().await?;
    let mut line = Vec::new();
    while stream.read_until(b'\n', &mut line).await? > 0 {
        sleep(thinks).await;
        let response = session.process(&line);
        // After a mail that was refused, the state machine would take commands for its lines.
        let refused = response.is_error && line == b".\r\n";
        line.clear();
        if response.action != Action::NoReply {
            stream.write_all(&response.buffer()?).await?;
            stream.flush().await?;
        }
        if response.action == Action::Close || refused {
            break;
        }
    }
    Ok(())
}
