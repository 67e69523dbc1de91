//! Whether the platform works, and which one it is.

use std::time::Duration;

use tokio::time::timeout;

use super::{
    Platform, Result, ServiceError,
    views::{Health, HealthCheck, HealthStatus, Version},
};
use crate::{
    access::{Caller, Scope},
    detectors::{artifact::CONTRACT, supervisor::Health::Running},
    domain::time::SECOND,
    store::{
        blocks::{self, IntegrityStatus},
        migrate::MIGRATOR,
        realtime::{self, Realtime},
    },
};

/// How long the database may take before it counts as away.
const PATIENCE: Duration = Duration::from_secs(2);

/// How the platform is, part by part.
///
/// # Errors
///
/// If the caller may not see it. A database that is away is an answer.
pub async fn health(platform: &Platform, caller: &Caller) -> Result<Health> {
    caller.check(Scope::Viewer)?;
    let at = platform.now();
    let look = async {
        Ok::<_, ServiceError>((
            blocks::integrity_status(platform.store()).await?,
            realtime::realtime(platform.store(), at).await?,
        ))
    };
    let checks = match timeout(PATIENCE, look).await {
        Ok(Ok((ledger, now))) => {
            let database = check("database", HealthStatus::Healthy, "answers");
            vec![database, ledger_check(&ledger), automation_check(&now), code_check(platform)]
        }
        Ok(Err(error)) => vec![check("database", HealthStatus::Unhealthy, &error.to_string())],
        Err(_) => vec![check("database", HealthStatus::Unhealthy, "it does not answer in time")],
    };
    Ok(Health {
        status: checks.iter().map(|check| check.status).max().unwrap_or(HealthStatus::Healthy),
        at,
        started_at: platform.started_at,
        uptime_seconds: at.0.saturating_sub(platform.started_at.0) / SECOND,
        checks,
    })
}

fn check(name: &str, status: HealthStatus, detail: &str) -> HealthCheck {
    HealthCheck { name: name.to_owned(), status, detail: detail.to_owned() }
}

fn ledger_check(ledger: &IntegrityStatus) -> HealthCheck {
    let IntegrityStatus { size, unverified, last } = ledger;
    match last {
        Some(last) if last.faults > 0 => {
            let detail = format!("the verification of {} found {} faults", last.finished_at, last.faults);
            check("ledger", HealthStatus::Unhealthy, &detail)
        }
        Some(last) => {
            let detail =
                format!("{size} blocks, {unverified} of them after the verification of {}", last.finished_at);
            check("ledger", HealthStatus::Healthy, &detail)
        }
        None => check("ledger", HealthStatus::Healthy, &format!("{size} blocks, never verified")),
    }
}

fn automation_check(now: &Realtime) -> HealthCheck {
    if now.is_stopped {
        check("automation", HealthStatus::Degraded, "automatic actions are stopped")
    } else {
        check("automation", HealthStatus::Healthy, "hosts act by themselves")
    }
}

fn code_check(platform: &Platform) -> HealthCheck {
    let lame = platform.engine.plugins().into_iter().find(|plugin| plugin.health != Running);
    let refused = platform.code.refused();
    let set =
        |what: &str, reason: String| format!("the newest {what} are refused, the old ones run: {reason}");
    let reason = lame
        .map(|plugin| format!("{} does not run; `host plugin list --to` says why", plugin.name))
        .or_else(|| refused.plugins.map(|reason| set("plugins", reason)))
        .or_else(|| refused.policies.map(|reason| set("policies", reason)));
    match reason {
        Some(reason) => check("code", HealthStatus::Degraded, &reason),
        None => check("code", HealthStatus::Healthy, "plugins and policies run as they are on disk"),
    }
}

/// Whether this host can do its work now.
///
/// # Errors
///
/// [`ServiceError::Unavailable`] if it cannot.
pub async fn ready(platform: &Platform) -> Result<()> {
    match timeout(PATIENCE, blocks::head(platform.store())).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(ServiceError::Unavailable {
            reason: "the database does not answer".to_owned(),
            retry_after: PATIENCE,
        }),
    }
}

/// What runs here.
pub fn version() -> Version {
    Version {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        plugin_contract: CONTRACT.to_owned(),
        schema: MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or_default(),
    }
}
