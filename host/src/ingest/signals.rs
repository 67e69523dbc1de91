//! Rows of signals files.

use std::collections::HashSet;

use super::{
    cell::Cell,
    input::Role,
    merge::{Origin, Sourced},
    reject::Reason,
    sequence::Sequence,
    table::{Column, Holds, Rows, optional, required},
};
use crate::domain::{
    family::seat,
    names::Names,
    rows::{Signal, Vote},
};

/// What makes two signals duplicates.
pub(super) const SIGNAL_KEY: &str = "timestamp, symbol, algorithm and user";

/// Who speaks: an algorithm, for a user or for none.
pub(super) type Voice = (u8, Option<u32>);

/// Who speaks in a signal.
pub(super) const fn voice(signal: &Signal) -> Voice {
    (signal.seat, signal.user)
}

/// Takes the signals of one file.
#[derive(Debug)]
pub(super) struct SignalRows<'a> {
    pub(super) file: u32,
    pub(super) symbols: &'a mut Names,
    pub(super) users: &'a mut Names,
    pub(super) signals: &'a mut Vec<Sourced<Signal>>,
    pub(super) sequence: Sequence,
    /// For each symbol, who has spoken at its latest moment.
    pub(super) heard: Vec<HashSet<Voice>>,
}

impl Rows<6> for SignalRows<'_> {
    const ROLE: Role = Role::Signals;
    const COLUMNS: [Column; 6] = [
        required("timestamp", Holds::Time),
        required("symbol", Holds::Text),
        required("algorithm", Holds::Text),
        required("signal", Holds::Text),
        optional("confidence", Holds::Number),
        optional("user_id", Holds::Text),
    ];

    fn take(&mut self, line: u64, cells: [Cell<'_>; 6]) -> Result<(), Reason> {
        let [time, symbol, algorithm, vote, confidence, user] = cells;
        let at = time.time("timestamp")?;
        let symbol = symbol.text("symbol")?;
        let seat = seat(algorithm.text("algorithm")?)
            .and_then(|seat| u8::try_from(seat).ok())
            .ok_or_else(|| algorithm.unreadable("algorithm", "one of the 13 algorithms"))?;
        let vote =
            parse_vote(vote.text("signal")?).ok_or_else(|| vote.unreadable("signal", "BUY, SELL or HOLD"))?;
        let confidence = parse_confidence(confidence)?;
        let user = user.optional_text("user_id")?.map(|user| self.users.intern(user));
        let symbol = self.symbols.intern(symbol);
        let latest = self.sequence.check(symbol, at)?;
        self.hear(symbol, (seat, user), latest == Some(at))?;
        self.sequence.advance(symbol, at);
        let row = Signal { at, symbol, user, seat, vote, confidence };
        self.signals.push(Sourced { origin: Origin::new(self.file, line), row });
        Ok(())
    }
}

impl SignalRows<'_> {
    /// Notes who spoke; refuses to hear a voice twice at one moment.
    fn hear(&mut self, symbol: u32, voice: Voice, same_moment: bool) -> Result<(), Reason> {
        let index = symbol as usize;
        if self.heard.len() <= index {
            self.heard.resize(index + 1, HashSet::new());
        }
        let heard = &mut self.heard[index];
        if !same_moment {
            heard.clear();
        }
        if heard.insert(voice) { Ok(()) } else { Err(Reason::Duplicate(SIGNAL_KEY)) }
    }
}

fn parse_vote(text: &str) -> Option<Vote> {
    [("BUY", Vote::Buy), ("SELL", Vote::Sell), ("HOLD", Vote::Hold)]
        .into_iter()
        .find_map(|(name, vote)| text.eq_ignore_ascii_case(name).then_some(vote))
}

fn parse_confidence(cell: Cell<'_>) -> Result<f64, Reason> {
    let confidence = cell.number("confidence")?;
    if confidence.is_nan() {
        Ok(1.0)
    } else if (0.0..=1.0).contains(&confidence) {
        Ok(confidence)
    } else {
        Err(Reason::NotAShare("confidence", confidence))
    }
}
