//! The database, and what is known only with it.

use sqlx::PgPool;

use super::{Finding, clock, door, key};
use crate::{
    cluster::Database,
    config::Config,
    store::{
        Store,
        connect::connect_read_only,
        migrate::{self, Step},
        overview::Overview,
    },
};

/// The oldest Postgres that the migrations work with.
const OLDEST: u32 = 15;

pub(super) async fn examine(config: &Config, database: &Database) -> Vec<Finding> {
    let pool = match connect_read_only(database.url(), &config.database).await {
        Ok(pool) => pool,
        Err(error) => {
            let away = Finding::problem("database", error.to_string(), super::NO_DATABASE);
            return vec![away, key::examine_file(config)];
        }
    };
    let findings = look(config, database, &pool).await;
    pool.close().await;
    findings
}

async fn look(config: &Config, database: &Database, pool: &PgPool) -> Vec<Finding> {
    let mut findings = vec![server(config, database, pool).await];
    let (schema, is_current) = schema(database, pool).await;
    findings.push(schema);
    if is_current {
        let store = Store::new(pool.clone());
        findings.push(key::examine(config, &store).await);
        findings.extend(clock::examine(&store).await);
        findings.push(door::examine_keys(config, Some(&store)).await);
    } else {
        findings.push(key::examine_file(config));
    }
    findings
}

async fn server(config: &Config, database: &Database, pool: &PgPool) -> Finding {
    let seen = match Overview::of(pool).await {
        Ok(seen) => seen,
        Err(error) => return Finding::problem("database", error.to_string(), "the server's log says more"),
    };
    let place = database
        .folder()
        .map_or_else(|| database.url().to_string(), |folder| format!("private, {}", folder.display()));
    let found = format!("Postgres {}, {place}", seen.version);
    let major = seen.version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0);
    let most = i64::from(config.database.max_connections.get());
    if major < OLDEST {
        return Finding::problem("database", found, format!("use Postgres {OLDEST} or newer"));
    }
    if seen.connections + most > seen.most_connections {
        let found =
            format!("{found}: {} of {} connections are taken", seen.connections, seen.most_connections);
        let advice =
            format!("lower database.max_connections ({most}), or raise the server's max_connections");
        return Finding::warning("database", found, advice);
    }
    Finding::ok("database", found)
}

/// And whether the rest can be read.
async fn schema(database: &Database, pool: &PgPool) -> (Finding, bool) {
    let steps = match migrate::steps(pool).await {
        Ok(steps) => steps,
        Err(error) => {
            return (
                Finding::problem("schema", error.to_string(), "use the host that made this database"),
                false,
            );
        }
    };
    let pending = steps.iter().filter(|step| !step.applied).count();
    let found = format!("{} of {} migrations are applied", steps.len() - pending, steps.len());
    let advice = "`host db migrate` applies them";
    let finding = match (pending, database.folder()) {
        (0, _) => Finding::ok("schema", found),
        (_, Some(_)) => Finding::warning("schema", found, format!("the next host does, or {advice}")),
        (_, None) => Finding::problem("schema", found, advice),
    };
    (finding, steps.iter().all(|step: &Step| step.applied))
}
