//! The key goes to the API and nowhere else.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use host::agent::Choice;
use tests::Scratch;
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    api::Reaction,
    support::{KEY, Scene, component, config, good, say},
};

/// Everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[test]
fn the_key_appears_in_no_answer_error_log_or_transcript() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(log.clone())
        .init();
    let scratch = Scratch::new();
    let file = scratch.path("transcript.jsonl");
    let echo = Reaction::Fail(401, "authentication_error", KEY, &[("request-id", KEY)]);
    let reactions = [echo, Reaction::Fail(500, KEY, KEY, &[]), Reaction::Cut, say(&good())];
    let scene =
        Scene::with(component(), &Choice::Claude, Some(&file), reactions, |config| config.retries = 0)
            .unwrap();
    let answers: Vec<_> = (0..4).map(|_| scene.ask()).collect();
    assert!(scene.api.received().iter().all(|request| request.headers["x-api-key"] == KEY));
    let config = config("http://127.0.0.1:1");
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("the model did not decide"), "something is logged");
    let shown = [
        format!("{answers:?}"),
        format!("{config:?}"),
        serde_json::to_string(&config).unwrap(),
        scratch.read("transcript.jsonl"),
        format!("{:?}", scene.agent.metrics()),
        logged,
    ];
    for text in shown {
        assert!(!text.contains(KEY), "{text}");
    }
}
