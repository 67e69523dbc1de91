//! Vyomo reads top to bottom the way data flows. A stage may use `domain`, never a later stage.

/// Values that every stage shares.
pub mod domain;

/// 1. Files become typed rows in one total order.
pub mod ingest;

/// 2. Rows become findings, in sandboxed components.
pub mod detectors;

/// 2b. Signals become panels, and dissents one verdict for each panel.
pub mod conflict;

/// Outgoing HTTP.
pub mod http;

/// Requests to addresses that the host was told.
pub mod outbound;

/// A chain of signed blocks.
pub mod ledger;

/// Everything in Postgres.
pub mod store;

/// 3. Findings become anomalies.
pub mod anomalies;

/// 4. Operators' policies say what is to be done.
pub mod policy;

/// 5. A model, or a scorecard, judges what policies leave open.
pub mod agent;

/// 4. Anomalies become decisions.
pub mod decide;

/// 6. Who is told what, when and how often.
pub mod notify;

/// The only place that joins the stages.
pub mod pipeline;

/// 5. Something is done about anomalies, and undone.
pub mod actions;

/// Anomalies against labels.
pub mod scoring;

/// A run over files or built-in data.
pub mod backtest;

/// Whether a plugin keeps its promises.
pub mod check;

/// Sample data.
pub mod seed;

/// What people read.
pub mod report;

/// What the operator decides: file and environment.
pub mod config;

/// A Postgres to store in: a private one, unless a URL is configured.
pub mod cluster;

/// Subcommands.
pub mod cli;
