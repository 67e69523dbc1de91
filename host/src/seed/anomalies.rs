//! Which anomalies there are, from the catalogue and the seed alone.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    SeedError,
    catalogue::{Catalogue, Pattern, World},
};
use crate::{
    domain::{
        family::{ALGORITHM_CONFLICT, ALGORITHMS, CONFLICT_PANEL},
        finding::Severity,
        ids::version_7,
        random::Random,
        rfc3339,
        rows::Vote,
        time::{DAY, MINUTE, SECOND, Timestamp},
        vocabulary::AnomalyType,
    },
    store::anomalies::{BehaviorAnomaly, Conflict, MarketAnomaly},
};

/// First and last minute of trading, from midnight UTC.
const SESSION: [f64; 2] = [3.75 * 60.0, 10.0 * 60.0];

/// One anomaly of any family.
#[derive(Clone, Debug)]
pub(super) enum Found {
    Market(MarketAnomaly),
    Conflict(Conflict),
    Behavior(BehaviorAnomaly),
}

/// All of them, in no order.
pub(super) fn all(catalogue: &Catalogue) -> Result<Vec<Found>, SeedError> {
    let Catalogue { world, anomalies, .. } = catalogue;
    let mut days = Calendar::of(world)?;
    let mut found = Vec::new();
    for kind in &anomalies.market {
        let mut random = Random::new(1, &kind.kind);
        found.extend((0..kind.count).map(|_| Found::Market(market(kind, world, &mut days, &mut random))));
    }
    for kind in &anomalies.behavior {
        let mut random = Random::new(1, &kind.kind);
        found.extend((0..kind.count).map(|_| Found::Behavior(behavior(kind, world, &mut days, &mut random))));
    }
    let mut random = Random::new(1, ALGORITHM_CONFLICT);
    let message = &anomalies.conflicts.message;
    found.extend(
        (0..anomalies.conflicts.count)
            .map(|_| Found::Conflict(conflict(message, world, &mut days, &mut random))),
    );
    Ok(found)
}

/// Gives moments of trading, no two alike.
struct Calendar {
    begins: i64,
    days: usize,
    given: i64,
    random: Random,
}

impl Calendar {
    fn of(world: &World) -> Result<Self, SeedError> {
        let begins = rfc3339::parse(world.begins.as_bytes()).ok_or_else(|| SeedError::File {
            file: "world.toml",
            reason: format!("begins: `{}` is not a time as in 2026-01-15T00:00:00Z", world.begins),
        })?;
        Ok(Self { begins, days: world.days, given: 0, random: Random::new(1, "calendar") })
    }

    /// A whole minute of a session on a weekday, and a second that tells it from all others.
    fn moment(&mut self) -> i64 {
        let day = loop {
            let day = self.begins + self.random.below(self.days) as i64 * DAY;
            // 1970-01-01 was a Thursday.
            if (day.div_euclid(DAY) + 3).rem_euclid(7) < 5 {
                break day;
            }
        };
        self.given += 1;
        day + self.random.between(SESSION[0], SESSION[1]) as i64 * MINUTE + self.given * 1_000
    }
}

/// What anomalies of all families have, drawn alike.
struct Sample {
    id: Uuid,
    opened_at: i64,
    findings: i32,
    score: f64,
    times: f64,
}

impl Sample {
    fn draw(times: [f64; 2], days: &mut Calendar, random: &mut Random) -> Self {
        let opened_at = days.moment();
        let share = random.unit();
        Self {
            id: version_7(opened_at, random),
            opened_at,
            findings: 1 + random.below(4) as i32,
            score: round(0.35 + 0.62 * share, 3),
            times: round(times[0] + (times[1] - times[0]) * share, 1),
        }
    }

    fn last_at(&self) -> Timestamp {
        Timestamp(self.opened_at + i64::from(self.findings - 1) * MINUTE)
    }

    /// A few seconds after the last finding.
    fn recorded_at(&self) -> Timestamp {
        Timestamp(self.last_at().0 + 2 * SECOND)
    }

    /// By the score, as detectors do it.
    fn severity(&self) -> Severity {
        match self.score {
            score if score >= 0.9 => Severity::Critical,
            score if score >= 0.75 => Severity::High,
            score if score >= 0.55 => Severity::Medium,
            _ => Severity::Low,
        }
    }
}

fn market(kind: &Pattern, world: &World, days: &mut Calendar, random: &mut Random) -> MarketAnomaly {
    let sample = Sample::draw(kind.times, days, random);
    let symbol = &world.symbols[random.below(world.symbols.len())];
    let observed = round(kind.usual * sample.times, 2);
    MarketAnomaly {
        id: sample.id,
        anomaly_type: AnomalyType::of_kind(&kind.kind),
        kind: kind.kind.clone(),
        detector: kind.detector.clone(),
        plugin_hash: None,
        plugin_version: None,
        symbol: symbol.name.clone(),
        severity: sample.severity(),
        score: sample.score,
        observed: Some(observed),
        expected: Some(kind.usual),
        message: told(&kind.message, &symbol.name, observed, kind.usual, sample.times),
        evidence: json!({ "times": sample.times, "close": round(symbol.price * random.between(0.97, 1.03), 2) }),
        findings: sample.findings,
        opened_at: Timestamp(sample.opened_at),
        last_at: sample.last_at(),
        recorded_at: sample.recorded_at(),
        is_real: None,
        marked_by: None,
        marked_at: None,
    }
}

fn behavior(kind: &Pattern, world: &World, days: &mut Calendar, random: &mut Random) -> BehaviorAnomaly {
    let sample = Sample::draw(kind.times, days, random);
    let user = &world.recipients[random.below(world.recipients.len())].user;
    let observed = round(kind.usual * sample.times, 1);
    BehaviorAnomaly {
        id: sample.id,
        anomaly_type: AnomalyType::of_kind(&kind.kind),
        kind: kind.kind.clone(),
        detector: kind.detector.clone(),
        plugin_hash: None,
        plugin_version: None,
        user_id: user.clone(),
        severity: sample.severity(),
        score: sample.score,
        observed: Some(observed),
        expected: Some(kind.usual),
        message: told(&kind.message, "", observed, kind.usual, sample.times),
        evidence: json!({ "times": sample.times }),
        findings: sample.findings,
        opened_at: Timestamp(sample.opened_at),
        last_at: sample.last_at(),
        recorded_at: sample.recorded_at(),
        is_real: None,
        marked_by: None,
        marked_at: None,
    }
}

fn conflict(message: &str, world: &World, days: &mut Calendar, random: &mut Random) -> Conflict {
    let sample = Sample::draw([1.0, 1.0], days, random);
    let symbol = &world.symbols[random.below(world.symbols.len())];
    let user = &world.recipients[random.below(world.recipients.len())].user;
    let panel = Panel::draw(random);
    let consensus = panel.consensus();
    let [buy, sell] = [Vote::Buy, Vote::Sell].map(|vote| panel.of(vote).count());
    Conflict {
        id: sample.id,
        anomaly_type: AnomalyType::AlgorithmConflict,
        kind: ALGORITHM_CONFLICT.into(),
        detector: CONFLICT_PANEL.into(),
        plugin_hash: None,
        plugin_version: None,
        symbol: symbol.name.clone(),
        user_id: Some(user.clone()),
        severity: if consensus < 50.0 { Severity::Critical } else { Severity::Medium },
        score: sample.score,
        disagreement: 100.0 - consensus,
        consensus,
        majority: Some(panel.majority()),
        signals: panel.signals(),
        dissenting: panel.dissenting(),
        observed: Some(round(100.0 - consensus, 1)),
        expected: Some(25.0),
        message: message
            .replace("{subject}", &symbol.name)
            .replace("{buy}", &buy.to_string())
            .replace("{sell}", &sell.to_string()),
        evidence: json!({ "algorithms": ALGORITHMS.len() }),
        findings: sample.findings,
        opened_at: Timestamp(sample.opened_at),
        last_at: sample.last_at(),
        recorded_at: sample.recorded_at(),
        is_real: None,
        marked_by: None,
        marked_at: None,
    }
}

/// What the 13 algorithms want: most of them one of two opposites.
struct Panel(Vec<(&'static str, Vote, f64)>);

impl Panel {
    fn draw(random: &mut Random) -> Self {
        let buyers = random.between(0.4, 0.6);
        let vote = |random: &mut Random| match random.unit() {
            draw if draw < 0.1 => Vote::Hold,
            draw if draw < 0.1 + 0.9 * buyers => Vote::Buy,
            _ => Vote::Sell,
        };
        Self(ALGORITHMS.map(|name| (name, vote(random), round(random.between(0.5, 0.95), 2))).into())
    }

    fn of(&self, vote: Vote) -> impl Iterator<Item = f64> {
        self.0.iter().filter(move |(_, own, _)| *own == vote).map(|(.., confidence)| *confidence)
    }

    fn majority(&self) -> Vote {
        let [buy, sell] = [Vote::Buy, Vote::Sell].map(|vote| self.of(vote).sum::<f64>());
        if buy >= sell { Vote::Buy } else { Vote::Sell }
    }

    /// Per cent of all confidence that stands behind the majority.
    fn consensus(&self) -> f64 {
        let all: f64 = self.0.iter().map(|(.., confidence)| confidence).sum();
        round(100.0 * self.of(self.majority()).sum::<f64>() / all, 1)
    }

    fn signals(&self) -> Value {
        let signal = |(name, vote, confidence): &(&str, Vote, f64)| {
            let vote = match vote {
                Vote::Buy => "BUY",
                Vote::Hold => "HOLD",
                Vote::Sell => "SELL",
            };
            ((*name).to_owned(), json!({ "vote": vote, "confidence": confidence }))
        };
        Value::Object(self.0.iter().map(signal).collect::<Map<_, _>>())
    }

    fn dissenting(&self) -> Vec<String> {
        let majority = self.majority();
        self.0.iter().filter(|(_, vote, _)| *vote != majority).map(|(name, ..)| (*name).to_owned()).collect()
    }
}

fn told(message: &str, subject: &str, observed: f64, expected: f64, times: f64) -> String {
    message
        .replace("{subject}", subject)
        .replace("{observed}", &observed.to_string())
        .replace("{expected}", &expected.to_string())
        .replace("{times}", &times.to_string())
}

fn round(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (value * scale).round() / scale
}
