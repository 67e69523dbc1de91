//! The WIT contract on the plugin's side, and the macro that exports a detector through it.

/// Makes a component of a detector or an agent: `export!(market VolumeSurge)`, `export!(algorithm Macd)`,
/// `export!(behavior Overtrading)` or `export!(agent AiDecision)`. Natively it does nothing.
#[macro_export]
macro_rules! export {
    (market $detector:ty) => {
        $crate::__export!($detector, market, market_detection, Bars);
    };
    (behavior $detector:ty) => {
        $crate::__export!($detector, behavior, behavior_detection, Fills);
    };
    (algorithm $detector:ty) => {
        $crate::__export!($detector, algorithm, algorithm_signals, Bars {
            fn dissent(panels: contract::Panels) -> Vec<contract::Finding> {
                RUNNER.with_borrow(|runner| contract::dissent(runner, &panels))
            }
        });
    };
    (agent $agent:ty) => {
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, reason = "exported symbols of the component")]
        mod component {
            use super::*;
            use $crate::export::agent as contract;

            std::thread_local! {
                static RUNNER: std::cell::RefCell<$crate::agent::Runner<$agent>> = std::cell::RefCell::default();
            }

            struct Component;

            impl contract::Guest for Component {
                fn describe() -> contract::Manifest {
                    contract::manifest(RUNNER.with_borrow(|runner| runner.manifest(env!("CARGO_PKG_VERSION"))))
                }

                fn configure(settings: String) -> Result<(), String> {
                    $crate::agent::Runner::configure(&settings).map(|runner| RUNNER.set(runner))
                }

                fn decide(case: String, allowed: contract::Allowed) -> Result<contract::Verdict, String> {
                    RUNNER.with_borrow(|runner| contract::decide(runner, case, allowed))
                }
            }

            contract::export!(Component with_types_in contract);
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __export {
    ($detector:ty, $family:ident, $interface:ident, $batch:ident $({ $($more:item)* })?) => {
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, reason = "exported symbols of the component")]
        mod component {
            use super::*;
            use $crate::export::$family as contract;

            std::thread_local! {
                static RUNNER: std::cell::RefCell<$crate::$family::Runner<$detector>> = std::cell::RefCell::default();
            }

            struct Component;

            impl contract::exports::vyomo::plugin::$interface::Guest for Component {
                fn describe() -> contract::Manifest {
                    contract::manifest(RUNNER.with_borrow(|runner| runner.manifest(env!("CARGO_PKG_VERSION"))))
                }

                fn configure(settings: String) -> Result<(), String> {
                    $crate::$family::Runner::configure(&settings).map(|runner| RUNNER.set(runner))
                }

                fn forget(streams: Vec<u32>) {
                    RUNNER.with_borrow_mut(|runner| runner.forget(&streams));
                }

                fn evaluate(batch: contract::$batch) -> contract::Evaluation {
                    RUNNER.with_borrow_mut(|runner| contract::evaluate(runner, &batch))
                }

                $($($more)*)?
            }

            contract::export!(Component with_types_in contract);
        }
    };
}

/// Generated bindings and the conversions between them and the SDK's types, for one world.
#[cfg(target_arch = "wasm32")]
macro_rules! conversions {
    ($family:ident) => {
        pub use self::vyomo::plugin::types::{Finding, Manifest};

        pub fn manifest(from: crate::manifest::Manifest) -> Manifest {
            let owned = |names: Vec<&str>| names.into_iter().map(String::from).collect();
            Manifest {
                name: from.name.into(),
                version: from.version.into(),
                family: self::vyomo::plugin::types::Family::$family,
                reads: owned(from.reads),
                also_reads: owned(from.also_reads),
                emits: owned(from.emits),
                warm_up: self::vyomo::plugin::types::WarmUp {
                    rows: from.warm_up.rows,
                    sessions: from.warm_up.sessions,
                },
                settings_schema: from.settings_schema,
            }
        }

        fn findings(found: Vec<crate::finding::RowFinding>) -> Vec<Finding> {
            use self::vyomo::plugin::types::{Evidence, Severity};
            let convert = |crate::finding::RowFinding { row, finding }| Finding {
                row,
                kind: finding.kind.into(),
                severity: match finding.score.severity() {
                    crate::score::Severity::Low => Severity::Low,
                    crate::score::Severity::Medium => Severity::Medium,
                    crate::score::Severity::High => Severity::High,
                    crate::score::Severity::Critical => Severity::Critical,
                },
                score: finding.score.value(),
                observed: finding.observed,
                expected: finding.expected,
                message: finding.message,
                evidence: finding
                    .evidence
                    .into_iter()
                    .map(|(name, value)| Evidence { name: name.into(), value })
                    .collect(),
            };
            found.into_iter().map(convert).collect()
        }
    };
}

/// Borrows the columns of a batch of bars.
#[cfg(target_arch = "wasm32")]
macro_rules! bar_columns {
    ($batch:expr) => {
        crate::market::Bars {
            stream: &$batch.stream,
            at: &$batch.at,
            session: &$batch.session,
            minute: &$batch.minute,
            open: &$batch.open,
            high: &$batch.high,
            low: &$batch.low,
            close: &$batch.close,
            volume: &$batch.volume,
            bid: &$batch.bid,
            ask: &$batch.ask,
            open_interest: &$batch.open_interest,
            implied_volatility: &$batch.implied_volatility,
        }
    };
}

#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code, missing_docs, clippy::all, clippy::pedantic, reason = "generated bindings")]
pub mod market {
    wit_bindgen::generate!({ path: "wit/v0.1", world: "market-detector", pub_export_macro: true });
    conversions!(Market);
    pub use self::vyomo::plugin::market_data::Bars;
    pub type Evaluation = Vec<Finding>;

    pub fn evaluate<D: crate::market::MarketDetector>(
        runner: &mut crate::market::Runner<D>,
        batch: &Bars,
    ) -> Evaluation {
        findings(runner.evaluate(&bar_columns!(batch)))
    }
}

#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code, missing_docs, clippy::all, clippy::pedantic, reason = "generated bindings")]
pub mod algorithm {
    wit_bindgen::generate!({ path: "wit/v0.1", world: "algorithm", pub_export_macro: true });
    conversions!(Conflict);
    pub use self::exports::vyomo::plugin::algorithm_signals::{Panels, Signals as Evaluation};
    pub use self::vyomo::plugin::market_data::Bars;

    pub fn evaluate<A: crate::algorithm::Algorithm>(
        runner: &mut crate::algorithm::Runner<A>,
        batch: &Bars,
    ) -> Evaluation {
        let crate::algorithm::Signals { vote, confidence } = runner.evaluate(&bar_columns!(batch));
        Evaluation { vote, confidence }
    }

    pub fn dissent<A: crate::algorithm::Algorithm>(
        runner: &crate::algorithm::Runner<A>,
        panels: &Panels,
    ) -> Vec<Finding> {
        findings(runner.dissent(&crate::algorithm::Panels {
            stream: &panels.stream,
            at: &panels.at,
            members: panels.members as usize,
            own: panels.seat as usize,
            vote: &panels.vote,
            confidence: &panels.confidence,
        }))
    }
}

#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code, missing_docs, clippy::all, clippy::pedantic, reason = "generated bindings")]
pub mod behavior {
    wit_bindgen::generate!({ path: "wit/v0.1", world: "behavior-detector", pub_export_macro: true });
    conversions!(Behavior);
    pub use self::exports::vyomo::plugin::behavior_detection::Fills;
    pub type Evaluation = Vec<Finding>;

    pub fn evaluate<D: crate::behavior::BehaviorDetector>(
        runner: &mut crate::behavior::Runner<D>,
        batch: &Fills,
    ) -> Evaluation {
        findings(runner.evaluate(&crate::behavior::Fills {
            stream: &batch.stream,
            at: &batch.at,
            day: &batch.day,
            minute: &batch.minute,
            order: &batch.order,
            instrument: &batch.instrument,
            side: &batch.side,
            quantity: &batch.quantity,
            price: &batch.price,
            realized_pnl: &batch.realized_pnl,
            equity: &batch.equity,
            position: &batch.position,
            exposure: &batch.exposure,
        }))
    }
}

#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code, missing_docs, clippy::all, clippy::pedantic, reason = "generated bindings")]
pub mod agent {
    wit_bindgen::generate!({ path: "wit/v0.1", world: "decision-agent", pub_export_macro: true });

    pub use self::exports::vyomo::plugin::decision::{Allowed, Guest, Manifest, Verdict};
    use self::{
        exports::vyomo::plugin::decision::DecidedBy,
        vyomo::plugin::language_model::{self, ModelError},
    };
    use crate::agent as sdk;

    pub fn manifest(from: sdk::Manifest) -> Manifest {
        Manifest {
            name: from.name.into(),
            version: from.version.into(),
            powers: from.powers.iter().copied().map(String::from).collect(),
            settings_schema: from.settings_schema,
        }
    }

    pub fn decide<A: sdk::DecisionAgent>(
        runner: &sdk::Runner<A>,
        case: String,
        allowed: Allowed,
    ) -> Result<Verdict, String> {
        let allowed = sdk::Allowed::named(&allowed.decisions, allowed.actions)?;
        runner.decide(case, &allowed, &complete).map(verdict)
    }

    fn complete(request: &sdk::Request) -> Result<String, sdk::ModelError> {
        let sdk::Request { instructions, question, answer_schema } = request.clone();
        language_model::complete(&language_model::Request { instructions, question, answer_schema }).map_err(
            |error| match error {
                ModelError::NotGranted => sdk::ModelError::NotGranted,
                ModelError::NoAnswer(reason) => sdk::ModelError::NoAnswer(reason),
            },
        )
    }

    fn verdict(from: sdk::Verdict) -> Verdict {
        Verdict {
            decision: from.decision.name().into(),
            decided_by: match from.decided_by {
                sdk::DecidedBy::Model => DecidedBy::Model,
                sdk::DecidedBy::Scorecard => DecidedBy::Scorecard,
                sdk::DecidedBy::Neither => DecidedBy::Neither,
            },
            confidence: from.confidence,
            reason: from.reason,
            evidence: from.evidence,
            actions: from.actions,
            fallback: from.fallback,
        }
    }
}
