//! What actions have to be told, and checking that they are.

use serde_json::{Map, Value};

use super::error::EffectError;
use crate::domain::{
    rfc3339,
    time::{DAY, MINUTE, Timestamp},
    vocabulary::ActionType,
};

/// One thing that an action is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Whether the action needs it.
    pub is_required: bool,
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A finite number.
    Number {
        /// The smallest.
        least: f64,
        /// The largest.
        most: f64,
    },
    /// A moment: RFC 3339, or microseconds since 1970 UTC as an integer or a text.
    Moment,
    /// 1 to 64 letters, digits, dots, underscores and hyphens.
    Word,
}

/// How long a control is in force, up to a day: what is to last longer is decided again.
pub(super) const MINUTES: Parameter = number("minutes", 1.0, (DAY / MINUTE) as f64);

/// A number that an action needs.
pub(super) const fn number(name: &'static str, least: f64, most: f64) -> Parameter {
    Parameter { name, kind: Kind::Number { least, most }, is_required: true }
}

/// A word that an action may be told.
pub(super) const fn word(name: &'static str) -> Parameter {
    Parameter { name, kind: Kind::Word, is_required: false }
}

/// A moment that an action may be told.
pub(super) const fn moment_of(name: &'static str) -> Parameter {
    Parameter { name, kind: Kind::Moment, is_required: false }
}

/// Longest word, bytes.
const WORD: usize = 64;

/// Parameters that were checked.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a>(&'a Map<String, Value>);

impl<'a> Given<'a> {
    /// Checks that what is given is what the action takes, and names no `trader`.
    pub(super) fn check(
        action: ActionType,
        takes: &'static [Parameter],
        given: &'a Map<String, Value>,
        trader: Option<&str>,
    ) -> Result<Self, EffectError> {
        let is_known = |name: &str| takes.iter().any(|parameter| parameter.name == name);
        if let Some(name) = given.keys().find(|name| !is_known(name)) {
            let name = name.chars().take(WORD).collect();
            return Err(EffectError::Unknown { action, name, known: names(takes) });
        }
        for parameter in takes {
            match given.get(parameter.name) {
                Some(value) => parameter.check(action, value, trader)?,
                None if parameter.is_required => {
                    return Err(EffectError::Missing { action, name: parameter.name });
                }
                None => {}
            }
        }
        Ok(Self(given))
    }

    /// A parameter as it was given; null where it was not.
    pub fn value(self, name: &str) -> Value {
        self.0.get(name).cloned().unwrap_or_default()
    }

    /// A word, or what stands for it where it was not given.
    pub fn word(self, name: &str, usual: &str) -> String {
        self.0.get(name).and_then(Value::as_str).unwrap_or(usual).to_owned()
    }

    /// A moment.
    pub fn moment(self, name: &str) -> Option<Timestamp> {
        moment(self.0.get(name)?)
    }

    /// The end of a control that is set now: so many `minutes` later.
    pub fn until(self, now: Timestamp) -> Option<Timestamp> {
        let minutes = self.0.get(MINUTES.name)?.as_f64()?;
        Some(Timestamp(now.0.saturating_add((minutes * MINUTE as f64).round() as i64)))
    }
}

fn names(takes: &[Parameter]) -> String {
    let names: Vec<&str> = takes.iter().map(|parameter| parameter.name).collect();
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

impl Parameter {
    fn check(&self, action: ActionType, value: &Value, trader: Option<&str>) -> Result<(), EffectError> {
        let name = self.name;
        let not = |wanted| EffectError::Kind { action, name, wanted };
        match self.kind {
            Kind::Number { least, most } => {
                let given = value.as_f64().ok_or_else(|| not("a number"))?;
                let fits = (least..=most).contains(&given);
                fits.then_some(()).ok_or(EffectError::Bounds { action, name, given, least, most })
            }
            Kind::Moment => moment(value).map(|_| ()).ok_or_else(|| not("a moment")),
            Kind::Word => {
                let word = value.as_str().filter(|word| is_word(word));
                let word =
                    word.ok_or_else(|| not("a word of letters, digits, dots, underscores and hyphens"))?;
                let names_trader = trader.is_some_and(|trader| word.contains(trader));
                if names_trader { Err(EffectError::Trader { action, name }) } else { Ok(()) }
            }
        }
    }
}

fn is_word(text: &str) -> bool {
    (1..=WORD).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

fn moment(value: &Value) -> Option<Timestamp> {
    let at = match value {
        Value::String(text) => rfc3339::parse(text.as_bytes())?,
        other => rfc3339::within_range(other.as_i64()?)?,
    };
    Some(Timestamp(at))
}
