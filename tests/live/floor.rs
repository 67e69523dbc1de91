//! An engine with all components of the repository over a real database.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, LazyLock},
    time::Duration,
};

use host::{
    config::{ActionsConfig, IngestConfig, LateRows},
    decide::{desk::Desk, intake::Intake, judge::Judge},
    detectors::{
        compiled::Cache,
        engine,
        folder::{self, SettingsByName},
        limits::Limits,
        plugin::{Loader, Plugin},
    },
    domain::time::Timestamp,
    ledger::keys::HostKey,
    live::{Claims, Engine, Start},
    policy::PolicySet,
    store::{Store, journal::Journal, rows::Rows},
    vital::Vital,
};
use jiff::tz::TimeZone;
use tempfile::TempDir;
use tests::{
    database::{self, Database},
    feed::Known,
    repository,
};

/// All detectors of the repository.
pub(crate) static PLUGINS: LazyLock<Vec<Arc<Plugin>>> = LazyLock::new(|| {
    let limits = Limits::default();
    let cache = Cache::open(&repository().join("target/test-cache")).unwrap();
    let loader = Loader::new(engine::start(&limits).unwrap(), limits, cache);
    let files = folder::components(&repository().join("plugins")).unwrap();
    let set = folder::load(&loader, files, &SettingsByName::new());
    assert_eq!((set.plugins.len(), set.refused.len()), (26, 0), "`make test` builds them: {:?}", set.refused);
    set.plugins
});

/// A database, and an engine that may be crashed and started again.
pub(crate) struct Floor {
    pub(crate) engine: Engine,
    pub(crate) vital: Vital,
    config: IngestConfig,
    desk: Arc<Desk>,
    clock: fn() -> Timestamp,
    folder: TempDir,
    database: Database,
}

impl Floor {
    pub(crate) async fn new(name: &str, workers: usize) -> Self {
        Self::with(name, IngestConfig { workers: workers.try_into().ok(), ..IngestConfig::default() }).await
    }

    pub(crate) async fn that_keeps_late_rows(name: &str) -> Self {
        Self::with(name, IngestConfig { late: LateRows::Keep, ..IngestConfig::default() }).await
    }

    pub(crate) async fn with(name: &str, config: IngestConfig) -> Self {
        Self::by(name, config, Timestamp::now).await
    }

    /// By another clock than the machine's.
    pub(crate) async fn by(name: &str, config: IngestConfig, clock: fn() -> Timestamp) -> Self {
        let (database, folder) = (database::fresh(name).await, TempDir::new().unwrap());
        let journal = journal(&database, folder.path()).await;
        let policies = Arc::new(PolicySet::read(&repository().join("policies")).unwrap());
        let judge = Judge::new(policies, Some(tests::agent::scorecard()));
        let bounds = ActionsConfig { most_per_interval: 100_000, ..ActionsConfig::default() };
        let desk = Arc::new(Desk::new(judge, bounds, TimeZone::UTC, Timestamp::now, 1));
        let vital = Vital::default();
        let engine = start(&journal, &desk, &config, clock, &vital);
        Self { engine, vital, config, desk, clock, folder, database }
    }

    /// Everything that was only in memory is gone.
    pub(crate) async fn crash(self) -> Self {
        let Self { config, desk, clock, folder, database, .. } = self;
        let journal = journal(&database, folder.path()).await;
        let vital = Vital::default();
        let engine = start(&journal, &desk, &config, clock, &vital);
        engine.resume(journal.store()).await.unwrap();
        Self { engine, vital, config, desk, clock, folder, database }
    }

    pub(crate) async fn take(&self, rows: impl Into<Rows>, request: &str) -> host::live::Ingested {
        self.engine.ingest(rows.into(), request).await.unwrap()
    }

    pub(crate) async fn count(&self, table: &str) -> i64 {
        let query = format!("SELECT count(*) FROM {table}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&self.database.pool).await.unwrap()
    }

    pub(crate) async fn anomalies(&self) -> BTreeMap<Known, (String, i32)> {
        tests::feed::anomalies(&self.database.pool).await
    }
}

async fn journal(database: &Database, folder: &Path) -> Journal {
    let store = Store::new(database.pool.clone());
    Journal::open(store, HostKey::from_seed(&[7; 32]), &folder.join("head")).await.unwrap()
}

fn start(
    journal: &Journal,
    desk: &Arc<Desk>,
    config: &IngestConfig,
    clock: fn() -> Timestamp,
    vital: &Vital,
) -> Engine {
    let start = Start {
        plugins: PLUGINS.clone(),
        config: config.clone(),
        retry: Duration::from_secs(60),
        store: journal.store().clone(),
        intake: Intake::start(Arc::clone(desk), journal, Timestamp::now, vital).unwrap(),
        claims: Claims::everything(),
        clock,
        seed: 7,
        vital: vital.clone(),
    };
    Engine::start(start).unwrap()
}
