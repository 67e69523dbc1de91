//! What a host runs, and what it ran.

use std::{path::Path, process::ExitCode};

use clap::Args;
use serde_json::Value;

use crate::{
    cli::{
        INCOMPLETE,
        remote::{self, Remote},
        table,
    },
    service::views::{Plugin, PluginSet, PluginState, PluginVersion},
};

/// A host, and how its answer is shown.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) remote: Remote,
    /// For programs: the host's answer as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn list(remote: &Remote, json: bool, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let answer: Value = remote.connect(config)?.get("/api/plugins")?;
    let set: PluginSet = serde_json::from_value(answer.clone())?;
    if json {
        remote::print(&answer);
    } else {
        let head = [
            "name", "family", "version", "hash", "state", "calls", "rows", "findings", "seconds", "memory",
            "traps", "restarts",
        ];
        table::print(head, &set.plugins.iter().map(row).collect::<Vec<_>>());
        println!("since {}", set.since);
        for plugin in &set.plugins {
            if let Some(reason) = &plugin.reason {
                println!("{} is {}: {reason}", plugin.name, state(plugin.state));
            }
        }
        if let Some(refused) = &set.refused {
            println!("refused: {refused}");
        }
    }
    let is_whole =
        set.refused.is_none() && set.plugins.iter().all(|plugin| plugin.state == PluginState::Running);
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::from(INCOMPLETE) })
}

fn row(plugin: &Plugin) -> [String; 12] {
    let known = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        plugin.name.clone(),
        known(&plugin.family).to_lowercase(),
        known(&plugin.version),
        table::short(&known(&plugin.hash)).to_owned(),
        state(plugin.state).to_owned(),
        plugin.calls.to_string(),
        plugin.rows.to_string(),
        plugin.findings.to_string(),
        format!("{:.3}", plugin.busy_seconds),
        format!("{:.1} MiB", plugin.memory_bytes as f64 / f64::from(1 << 20)),
        plugin.traps.to_string(),
        plugin.restarts.to_string(),
    ]
}

const fn state(state: PluginState) -> &'static str {
    match state {
        PluginState::Running => "running",
        PluginState::Quarantined => "quarantined",
        PluginState::Failed => "failed",
        PluginState::Refused => "refused",
    }
}

pub(super) fn versions(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let answer: Value = arguments.remote.connect(config)?.get("/api/plugins/versions")?;
    if arguments.json {
        remote::print(&answer);
        return Ok(ExitCode::SUCCESS);
    }
    let versions: Vec<PluginVersion> = serde_json::from_value(answer)?;
    let row = |kept: PluginVersion| {
        let state = if kept.is_running { "running" } else { "" };
        [
            kept.name,
            kept.version,
            table::short(&kept.hash).to_owned(),
            kept.first_seen.to_string(),
            state.to_owned(),
        ]
    };
    let rows: Vec<_> = versions.into_iter().map(row).collect();
    table::print(["name", "version", "hash", "first seen", "state"], &rows);
    Ok(ExitCode::SUCCESS)
}
