//! `host actions status`.

use std::{path::Path, process::ExitCode};

use crate::{
    actions::guard::interval_start,
    cli::{journal::open_store, session, table},
    config::ActionsConfig,
    domain::time::Timestamp,
    store::{
        Store, automation,
        controls::{self, Control},
        error::Result,
        page::Window,
    },
};

pub(super) fn run(config: Option<&Path>) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let store = open_store(config, database).await?;
        let now = Timestamp::now();
        show_switch(&store, &config.actions, now).await?;
        show_controls(&controls::in_force(&store, now, Window::MOST).await?);
        store.pool().close().await;
        Ok(ExitCode::SUCCESS)
    })
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
async fn show_switch(store: &Store, config: &ActionsConfig, now: Timestamp) -> Result<()> {
    let switch = match automation::switch(store).await? {
        Some(stop) => format!("stopped since {} by {}: {}", stop.at, stop.by, stop.reason),
        None if config.automatic => "on.".into(),
        None => "off in the configuration of this host: actions.automatic.".into(),
    };
    println!("Automatic actions are {switch}");
    let count = automation::count(store, interval_start(config, now)).await?;
    println!("{count} of {} in the last {} minutes.\n", config.most_per_interval, config.interval_minutes);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn show_controls(controls: &[Control]) {
    if controls.is_empty() {
        return println!("No control is in force.");
    }
    let row = |control: &Control| {
        [
            control.action_type.name().into(),
            format!("{} {}", control.subject_type.name(), control.subject),
            control.value.to_string(),
            control.set_at.to_string(),
            control.expires_at.map_or_else(|| "until it is cleared".into(), |end| end.to_string()),
            control.action_id.to_string(),
        ]
    };
    let head = ["control", "subject", "value", "since", "until", "action"];
    table::print(head, &controls.iter().map(row).collect::<Vec<_>>());
}
