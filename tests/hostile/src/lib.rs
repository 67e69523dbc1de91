//! A market detector that misbehaves as its setting `mode` tells it. It speaks the WIT contract without the
//! SDK, which would not let it break its word.
//!
//! Without a mode it is honest: it reports each bar whose close is the highest of the last twenty.
#![cfg(target_arch = "wasm32")]
#![allow(unsafe_code, missing_docs, clippy::all, clippy::pedantic, reason = "generated bindings")]

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
};

wit_bindgen::generate!({ path: "../../plugin-sdk/wit/v0.1", world: "market-detector" });

use exports::vyomo::plugin::market_detection::Guest;
use vyomo::plugin::{
    market_data::Bars,
    types::{Family, Finding, Manifest, Severity, WarmUp},
};

const WINDOW: usize = 20;
const MINUTE: i64 = 60_000_000;

thread_local! {
    static MODE: RefCell<String> = RefCell::default();
    static CLOSES: RefCell<BTreeMap<u32, VecDeque<f64>>> = RefCell::default();
    static ROWS: Cell<u64> = Cell::default();
}

struct Hostile;

impl Guest for Hostile {
    fn describe() -> Manifest {
        Manifest {
            name: "hostile".into(),
            version: "0.1.0".into(),
            family: Family::Market,
            reads: vec!["close".into()],
            also_reads: Vec::new(),
            emits: vec!["HIGH_OF_WINDOW".into()],
            warm_up: WarmUp { rows: WINDOW as u32, sessions: 0 },
            settings_schema: "{}".into(),
        }
    }

    fn configure(settings: String) -> Result<(), String> {
        let mode = settings.split('"').nth(3).unwrap_or_default();
        if mode == "refuse" {
            return Err("mode: refuse is refused".into());
        }
        MODE.set(mode.into());
        Ok(())
    }

    fn forget(streams: Vec<u32>) {
        if MODE.with_borrow(|mode| mode != "never-forget") {
            CLOSES.with_borrow_mut(|closes| closes.retain(|stream, _| !streams.contains(stream)));
        }
    }

    fn evaluate(batch: Bars) -> Vec<Finding> {
        let mode = MODE.with_borrow(Clone::clone);
        let mut found = Vec::new();
        for row in 0..batch.at.len() {
            misbehave(&mode, batch.at[row], batch.at.len(), row as u32, &mut found);
            let high = is_high(batch.stream[row], batch.close[row]);
            if high || is_cheating(&mode, &batch, row) {
                found.push(finding(row as u32, "HIGH_OF_WINDOW", 0.9, "the highest close of twenty"));
            }
        }
        found
    }
}

fn misbehave(mode: &str, at: i64, rows: usize, row: u32, found: &mut Vec<Finding>) {
    let minute = at / MINUTE;
    match mode {
        "endless-loop" => loop {
            std::hint::black_box(at);
        },
        "memory-bomb" => drop(std::hint::black_box(vec![1_u8; 1 << 30])),
        "stack-overflow" => drop(std::hint::black_box(deeper(minute as u64))),
        "panic" => panic!("always"),
        "trap-every-1000th" if minute % 1_000 == 999 => panic!("the thousandth"),
        "trap-every-50th" if minute % 50 == 49 => panic!("the fiftieth"),
        "flood" if row == 0 => {
            let text = "x".repeat(1_000);
            found.extend((0..20_000).map(|_| finding(0, "HIGH_OF_WINDOW", 0.5, &text)));
        }
        "flood-of-100-mb" if row == 0 => {
            let text = "x".repeat(1_000);
            found.extend((0..100_000).map(|_| finding(0, "HIGH_OF_WINDOW", 0.5, &text)));
        }
        "twice" => found.extend([0, 1].map(|_| finding(row, "HIGH_OF_WINDOW", 0.5, "again"))),
        "escape" => found.push(finding(row, "HIGH_OF_WINDOW", 0.5, "\u{1b}[2J")),
        "row-out-of-range" => found.push(finding(rows as u32, "HIGH_OF_WINDOW", 0.5, "beyond")),
        "nan-score" => found.push(finding(row, "HIGH_OF_WINDOW", f64::NAN, "no score")),
        "unknown-kind" => found.push(finding(row, "SOMETHING_ELSE", 0.5, "undeclared")),
        _ => {}
    }
}

/// Modes that answer by what a detector must not know or rely on.
fn is_cheating(mode: &str, batch: &Bars, row: usize) -> bool {
    match mode {
        "peek" => batch.close.get(row + 1).is_some_and(|next| next > &(batch.close[row] * 1.001)),
        "stream-id" => batch.stream[row] == 0 && batch.minute[row] == 7,
        "long-memory" => ROWS.replace(ROWS.get() + 1) % 500 == 499,
        _ => false,
    }
}

/// Recurses until the stack is gone; the array keeps the compiler from making a loop of it.
#[expect(unconditional_recursion, reason = "its purpose")]
fn deeper(depth: u64) -> u64 {
    let frame = std::hint::black_box([depth; 64]);
    deeper(frame[(depth % 64) as usize] + 1) + frame[0]
}

fn is_high(stream: u32, close: f64) -> bool {
    CLOSES.with_borrow_mut(|streams| {
        let closes = streams.entry(stream).or_default();
        let high = closes.len() == WINDOW && closes.iter().all(|&before| before < close);
        if closes.len() == WINDOW {
            closes.pop_front();
        }
        closes.push_back(close);
        high
    })
}

fn finding(row: u32, kind: &str, score: f64, message: &str) -> Finding {
    Finding {
        row,
        kind: kind.into(),
        severity: Severity::Low,
        score,
        observed: 1.0,
        expected: 0.0,
        message: message.into(),
        evidence: Vec::new(),
    }
}

export!(Hostile);
