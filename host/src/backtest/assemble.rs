//! From a run to its result.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use crate::{
    anomalies,
    detectors::{agent::AgentPlugin, artifact::CONTRACT, manifest::Manifest, supervisor::Health},
    domain::{
        anomaly::Anomaly,
        family::{ALGORITHM_CONFLICT, CONFLICT_PANEL, Family},
        finding::subject_name,
        time,
    },
    ingest::Input,
    pipeline::Outcome,
    scoring::{self, Coverage, Emitter, Evidence, RowTimes},
};

use super::{
    baseline::Baseline,
    decide::{Decided, MadeBy},
    result::{
        ActionCount, AnomalyRecord, BacktestResult, Component, ComponentBytes, ComponentFamily,
        ConflictSummary, DecisionSummary, Generated, KindCount, Percentiles, Performance, Provenance,
        Rejects, SkippedRow, Status, Summary, Timings, Versions,
    },
    run::Run,
};

/// Skipped rows that a result lists for each component.
const LISTED_SKIPS: usize = 100;

/// What a result says beside what the run itself shows.
#[derive(Default)]
pub struct Circumstances {
    /// Built-in data in place of files.
    pub generated: Option<Generated>,
    /// Where left-out rows are listed.
    pub rejects_file: Option<String>,
    /// Sentences for a person.
    pub notes: Vec<String>,
    /// Time to load the components.
    pub load_time: Duration,
    /// Whether the baseline is measured too.
    pub baseline: bool,
    /// What was decided and done, if there were policies.
    pub decided: Option<Decided>,
    /// The agent among the components.
    pub agent: Option<Arc<AgentPlugin>>,
}

/// The result of a run.
pub fn assemble(input: &Input, run: &Run, circumstances: Circumstances) -> BacktestResult {
    let anomalies = anomalies::group(&run.findings, &input.intervals);
    let mut components: Vec<Component> =
        run.outcomes.iter().map(|outcome| component(outcome, input, run)).collect();
    components.extend(circumstances.agent.as_ref().map(|it| agent(it, circumstances.decided.as_ref())));
    let rows = RowTimes::of(input);
    let coverage = coverage(input, &run.outcomes, &rows);
    let accuracy = scoring::score(&Evidence {
        anomalies: &anomalies,
        findings: &run.findings,
        labels: &input.labels,
        symbols: &input.symbols,
        users: &input.users,
        rows: &rows,
        coverage: Some(&coverage),
    });
    let records = records(input, &anomalies);
    let decided = circumstances.decided.unwrap_or_default();
    BacktestResult {
        summary: Summary {
            decisions: decided.decisions.len() as u64,
            actions: decided.actions.len() as u64,
            ..summary(input, run, &components, &records, circumstances.rejects_file)
        },
        performance: performance(input, run, &components, circumstances.load_time, &decided),
        decided: decided
            .made_by
            .as_ref()
            .map(|made_by| DecisionSummary::of(&decided.decisions, &records, &made_by.agent)),
        acted: ActionCount::tally(&decided.actions),
        provenance: provenance(input, run, &components, circumstances.generated, decided.made_by),
        baseline: circumstances.baseline.then(|| Baseline::best(input, &coverage)).flatten(),
        components,
        anomalies: records,
        decisions: decided.decisions,
        actions: decided.actions,
        accuracy,
        notes: circumstances.notes.into_iter().chain(input.intake.warnings.iter().cloned()).collect(),
    }
}

fn records(input: &Input, anomalies: &[Anomaly]) -> Vec<AnomalyRecord> {
    let truths = scoring::truths(anomalies, &input.labels, &input.symbols, &input.users);
    anomalies
        .iter()
        .zip(truths)
        .map(|(anomaly, truth)| {
            let subject = subject_name(anomaly.family, anomaly.subject, &input.symbols, &input.users);
            AnomalyRecord::new(anomaly, subject, truth)
        })
        .collect()
}

fn component(outcome: &Outcome, input: &Input, run: &Run) -> Component {
    let manifest = &outcome.plugin.manifest;
    let algorithm = manifest.family == Family::Conflict;
    Component {
        name: manifest.name.clone(),
        family: manifest.family.into(),
        version: manifest.version.clone(),
        sha256: outcome.plugin.hash.clone(),
        kinds: if algorithm { Vec::new() } else { manifest.emits.clone() },
        status: status(outcome, input),
        rows: outcome.rows,
        findings: run.findings.iter().filter(|finding| *finding.detector == *manifest.name).count() as u64,
        computed_signals: outcome.computed_signals,
        skipped: outcome
            .skipped
            .iter()
            .take(LISTED_SKIPS)
            .map(|skipped| SkippedRow { row: skipped.row, reason: skipped.reason.clone() })
            .collect(),
        skipped_rows: outcome.skipped.len() as u64,
    }
}

/// The component that policies ask.
fn agent(plugin: &AgentPlugin, decided: Option<&Decided>) -> Component {
    Component {
        name: plugin.manifest.name.clone(),
        family: ComponentFamily::AGENT,
        version: plugin.manifest.version.clone(),
        sha256: plugin.hash.clone(),
        kinds: Vec::new(),
        status: decided.map_or_else(|| Status::NotRun("no policies".into()), |_| Status::Ran),
        rows: decided.map_or(0, |decided| decided.asked),
        findings: 0,
        computed_signals: 0,
        skipped: Vec::new(),
        skipped_rows: 0,
    }
}

fn status(outcome: &Outcome, input: &Input) -> Status {
    match &outcome.health {
        Health::Failed { reason } => Status::Failed(reason.clone()),
        Health::Quarantined { row, reason } => Status::Quarantined(format!("at row {row}: {reason}")),
        Health::Running => not_run(outcome, input).map_or(Status::Ran, Status::NotRun),
    }
}

/// Why a component had nothing to say; an algorithm without its columns can still dissent.
fn not_run(outcome: &Outcome, input: &Input) -> Option<String> {
    let missing = outcome.missing.join(", no ");
    match outcome.plugin.manifest.family {
        _ if outcome.rows > 0 => None,
        Family::Market if input.bars.is_empty() => Some("no bars".into()),
        Family::Conflict if input.bars.is_empty() && input.signals.is_empty() => {
            Some("no bars, no signals".into())
        }
        Family::Behavior if input.fills.is_empty() => Some("no trades".into()),
        _ if missing.is_empty() => Some("no row with all its columns".into()),
        _ => Some(format!("no {missing} column")),
    }
}

fn coverage(input: &Input, outcomes: &[Outcome], rows: &RowTimes) -> Coverage {
    let emitters = outcomes
        .iter()
        .flat_map(|outcome| emitters(&outcome.plugin.manifest, status(outcome, input).reason()))
        .collect();
    Coverage { emitters, subjects: subjects(input, rows) }
}

/// The kinds that come of a plugin, and why they do not, if so.
pub(super) fn emitters(manifest: &Manifest, silent: Option<&str>) -> Vec<Emitter> {
    let (detector, kinds) = match manifest.family {
        Family::Conflict => (CONFLICT_PANEL, vec![ALGORITHM_CONFLICT.to_owned()]),
        Family::Market | Family::Behavior => (manifest.name.as_str(), manifest.emits.clone()),
    };
    let emitter = |kind| Emitter {
        family: manifest.family,
        detector: detector.to_owned(),
        kind,
        silent: silent.map(str::to_owned),
    };
    kinds.into_iter().map(emitter).collect()
}

/// Families and names of the subjects that have rows.
pub(super) fn subjects(input: &Input, rows: &RowTimes) -> BTreeSet<(Family, String)> {
    rows.subjects()
        .map(|(family, id)| (family, subject_name(family, id, &input.symbols, &input.users).to_owned()))
        .collect()
}

fn summary(
    input: &Input,
    run: &Run,
    components: &[Component],
    anomalies: &[AnomalyRecord],
    rejects_file: Option<String>,
) -> Summary {
    let bars = input.bars.iter().map(|bar| bar.at);
    let times =
        || bars.clone().chain(input.signals.iter().map(|it| it.at)).chain(input.fills.iter().map(|it| it.at));
    Summary {
        from: times().min().map(time::to_rfc3339),
        to: times().max().map(time::to_rfc3339),
        bars: input.bars.len() as u64,
        signals: input.signals.len() as u64,
        panels: run.panels.len() as u64,
        fills: input.fills.len() as u64,
        symbols: input.symbols.len() as u64,
        traders: input.users.len() as u64,
        findings: run.findings.len() as u64,
        anomalies: anomalies.len() as u64,
        kinds: KindCount::tally(components, anomalies),
        conflicts: ConflictSummary::of(anomalies),
        rejects: Rejects { rows: input.intake.rejects.len() as u64, file: rejects_file },
        crossed_quotes: input.intake.crossed_quotes,
        ..Summary::default()
    }
}

fn performance(
    input: &Input,
    run: &Run,
    components: &[Component],
    load_time: Duration,
    decided: &Decided,
) -> Performance {
    let rows = (input.bars.len() + input.signals.len() + input.fills.len()) as u64;
    let evaluations = components.iter().map(|component| component.rows).sum::<u64>();
    let seconds = run.time.as_secs_f64();
    let milliseconds =
        |times: &[Duration]| Percentiles::of(times.iter().map(|it| it.as_secs_f64() * 1e3).collect());
    let measured = |times: &[Duration]| (!times.is_empty()).then(|| milliseconds(times));
    let rate = |count: u64| if seconds > 0.0 { count as f64 / seconds } else { 0.0 };
    Performance {
        rows,
        evaluations,
        timings: Timings {
            load_seconds: load_time.as_secs_f64(),
            run_seconds: seconds,
            rows_per_second: rate(rows),
            evaluations_per_second: rate(evaluations),
            batch_milliseconds: milliseconds(&run.batch_times),
            decision_milliseconds: measured(&decided.decision_times),
            action_milliseconds: measured(&decided.action_times),
        },
    }
}

fn provenance(
    input: &Input,
    run: &Run,
    components: &[Component],
    generated: Option<Generated>,
    made_by: Option<MadeBy>,
) -> Provenance {
    let plugins = || run.outcomes.iter().map(|outcome| &outcome.plugin);
    let bytes = |component: &Component| ComponentBytes {
        version: component.version.clone(),
        sha256: component.sha256.clone(),
    };
    let calendar = |id: usize| {
        let rule = input.calendars.get(id)?;
        Some((input.symbols.name(id as u32).to_owned(), serde_json::to_value(rule).ok()?))
    };
    Provenance {
        files: input.intake.files.clone(),
        generated,
        components: components.iter().map(|it| (it.name.clone(), bytes(it))).collect(),
        policy_set: made_by.as_ref().map(|made_by| made_by.policy_set.clone()),
        policies: made_by.map(|made_by| made_by.policies).unwrap_or_default(),
        settings: plugins()
            .filter_map(|plugin| {
                Some((plugin.manifest.name.clone(), serde_json::from_str(&plugin.settings).ok()?))
            })
            .collect(),
        calendar: (0..input.symbols.len()).filter_map(calendar).collect(),
        time_zone: input.time_zone.clone(),
        versions: Versions { host: env!("CARGO_PKG_VERSION").into(), contract: CONTRACT.into() },
    }
}
