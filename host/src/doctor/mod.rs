//! Whether this host could serve, and what to do if not. Nothing is changed: files and database are read alone. A
//! private Postgres that rests is started for the look and stopped again.

mod agent;
mod clock;
mod code;
mod database;
mod door;
mod finding;
mod folder;
mod key;
mod settings;

use crate::{cluster, config::Config};

pub use finding::{Finding, Standing};
pub use settings::faults;

/// What to do about a database that cannot be used.
const NO_DATABASE: &str =
    "name one that answers with database.url, or leave that away for a private one in data_dir";

/// Looks at everything that a host with these settings needs, in the order in which it would.
pub async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = settings::examine(config);
    findings.extend(folder::examine(&config.data_dir));
    findings.extend(with_database(config).await);
    findings.extend(code::examine(config).await);
    findings.push(agent::examine(config));
    findings.push(door::examine_port(config).await);
    findings
}

async fn with_database(config: &Config) -> Vec<Finding> {
    if !cluster::exists(config) {
        let absent =
            Finding::warning("database", "there is none yet", "`host serve` or `host db migrate` makes one");
        return vec![absent, key::examine_file(config), door::examine_keys(config, None).await];
    }
    match cluster::open(config).await {
        Ok(database) => {
            let findings = database::examine(config, &database).await;
            let closed = database.close().await;
            let closed =
                closed.err().map(|error| Finding::problem("database", error.to_string(), NO_DATABASE));
            findings.into_iter().chain(closed).collect()
        }
        Err(error) => {
            let away = Finding::problem("database", error.to_string(), NO_DATABASE);
            vec![away, key::examine_file(config)]
        }
    }
}
