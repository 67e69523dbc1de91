//! Vyomo reads top to bottom the way data flows. A stage may use `domain`, never a later stage.

/// Values that every stage shares.
pub mod domain;

/// What the operator decides: file and environment.
pub mod config;

/// 1. Files become typed rows in one total order.
pub mod ingest;

/// 2. Rows become findings, in sandboxed components.
pub mod detectors;

/// 2b. Signals become panels, and dissents one verdict for each panel.
pub mod conflict;

/// The only place that joins the stages from rows to findings.
pub mod pipeline;

/// 3. Findings become anomalies.
pub mod anomalies;

/// A chain of signed blocks.
pub mod ledger;

/// Everything in Postgres.
pub mod store;

/// 4. What operators say about an anomaly.
pub mod policy;

/// 4b. Who is asked where they leave it open: a sandboxed component and a language model.
pub mod agent;

/// 5. What is done about it, and undone.
pub mod actions;

/// 5b. Who is told what, when and how often.
pub mod notify;

/// Outgoing HTTP.
pub mod http;

/// Requests to addresses that the host was told.
pub mod outbound;

/// The only place that joins the stages from anomalies to what is done.
pub mod decide;

/// What happens, in the ledger's order, to any number of subscribers.
pub mod feed;

/// Who asks, and what they may do.
pub mod access;

/// What callers may ask for, under both APIs.
pub mod service;

/// What a serving host says of itself.
pub mod observe;

/// Backtests in the background, one at a time.
pub mod jobs;

/// GraphQL and REST.
pub mod api;

/// The running host: everything assembled, until it is told to stop.
pub mod serve;

/// Whether this host could serve.
pub mod doctor;

/// Files played to a host as a live feed.
pub mod replay;

/// Which code runs, and how it is replaced while rows come in.
pub mod reload;

/// Rows that come in while the host runs.
pub mod live;

/// Threads that a host cannot do without.
pub mod vital;

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

/// A Postgres to store in: a private one, unless a URL is configured.
pub mod cluster;

/// Subcommands.
pub mod cli;
