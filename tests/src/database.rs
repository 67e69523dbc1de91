//! A database for each test, on one private cluster that all tests share and that `host db run` serves.
//!
//! The cluster stays in `target/test-database` between runs. A test's database is a copy of a migrated template and
//! is dropped after the test; those of runs that were killed are dropped by the next.

use std::{
    env,
    io::{BufRead as _, BufReader},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::{self, Child, ChildStdout, Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use host::{
    config::DatabaseUrl,
    store::migrate::{MIGRATOR, migrate},
};
use sqlx::{
    AssertSqlSafe, Connection as _, PgConnection, PgPool, postgres::PgPoolOptions, query, query_scalar,
};
use tokio::runtime::Builder;

use crate::{binary, repository};

/// Advisory lock of whoever makes or drops databases.
const MAKING: i64 = 1;

/// Advisory lock class of running test processes; the other half is the process number.
const RUNNING: i32 = 2;

/// Connections of one test.
const CONNECTIONS: u32 = 8;

/// How the shared cluster differs from a user's: what it holds may be lost.
const SETTINGS: &str = "fsync = off\nfull_page_writes = off\nautovacuum = off\nmax_connections = 400\n";

static SERVER: LazyLock<Server> = LazyLock::new(Server::start);
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A migrated database that is gone after the test.
#[derive(Debug)]
pub struct Database {
    /// Connections to it.
    pub pool: PgPool,
    /// Where it is, for commands.
    pub url: DatabaseUrl,
}

/// A new database with all migrations and nothing in it. The name is for people who look.
pub async fn fresh(name: &str) -> Database {
    copy_of(Some(&template()), name).await
}

/// A new database without any migration.
pub async fn empty(name: &str) -> Database {
    copy_of(None, name).await
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = SERVER.finished.send(self.url.database());
    }
}

#[expect(clippy::expect_used, reason = "a test that cannot be set up fails")]
async fn copy_of(template: Option<&str>, name: &str) -> Database {
    let mut connection = SERVER.connect().await;
    lock(&mut connection).await;
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name: String = name.chars().take(30).collect();
    let own = format!("test_{}_{number}_{name}", process::id());
    // A process that is gone may have had this number.
    run(&mut connection, format!("DROP DATABASE IF EXISTS \"{own}\" WITH (FORCE)")).await;
    let from = template.unwrap_or("template0");
    run(&mut connection, format!("CREATE DATABASE \"{own}\" TEMPLATE \"{from}\"")).await;
    connection.close().await.expect("the connection closes");
    let url = SERVER.url.with_database(&own);
    let options = url.options().expect("the URL is sound");
    Database { pool: PgPoolOptions::new().max_connections(CONNECTIONS).connect_lazy_with(options), url }
}

struct Server {
    url: DatabaseUrl,
    /// Ends when this process does: its standard input is ours.
    _host: Child,
    _said: BufReader<ChildStdout>,
    finished: Sender<String>,
}

#[expect(clippy::expect_used, reason = "a test that cannot be set up fails")]
impl Server {
    fn start() -> Self {
        let folder = folder();
        std::fs::create_dir_all(folder.join("postgres")).expect("a folder for the database");
        std::fs::write(folder.join("postgres/custom.conf"), SETTINGS).expect("settings of the database");
        let mut host = Command::new(binary())
            .args(["db", "run", "--until-stdin-closes"])
            .current_dir(&folder)
            .env("VYOMO_DATA_DIR", &folder)
            .env_remove("VYOMO_DATABASE__URL")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("`make test` builds the host");
        let mut said = BufReader::new(host.stdout.take().expect("standard output"));
        let mut url = String::new();
        said.read_line(&mut url).expect("the host says where the database is");
        let url: DatabaseUrl = url.trim().parse().expect("the host could start the database");
        let finished = keep(url.clone());
        Self { url, _host: host, _said: said, finished }
    }

    async fn connect(&self) -> PgConnection {
        connect(&self.url).await
    }
}

/// `target/test-database`, or a folder in `/tmp` where Postgres' account could not reach that.
fn folder() -> PathBuf {
    let target = repository().join("target").canonicalize().unwrap_or_else(|_| repository().join("target"));
    let passable = |folder: &Path| folder.metadata().is_ok_and(|it| it.uid() != 0 || it.mode() & 0o001 != 0);
    if target.ancestors().all(passable) {
        return target.join("test-database");
    }
    let name = target.to_string_lossy().replace('/', "-");
    env::temp_dir().join(format!("vyomo-test-database{name}"))
}

/// Makes the template, drops what dead processes left, and from then on what tests have finished with.
#[expect(clippy::expect_used, reason = "a test that cannot be set up fails")]
fn keep(url: DatabaseUrl) -> Sender<String> {
    let (finished, names) = channel();
    let (ready, wait) = channel();
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let mut connection = connect(&url).await;
            lock(&mut connection).await;
            let own = process::id().cast_signed();
            query("SELECT pg_advisory_lock($1, $2)")
                .bind(RUNNING)
                .bind(own)
                .execute(&mut connection)
                .await
                .expect("a lock");
            sweep(&mut connection).await;
            make_template(&mut connection, &url).await;
            unlock(&mut connection).await;
            ready.send(()).expect("the test waits");
            drop_finished(&mut connection, &names).await;
        });
    });
    wait.recv().expect("the template could be made");
    finished
}

async fn drop_finished(connection: &mut PgConnection, names: &Receiver<String>) {
    while let Ok(name) = names.recv() {
        run(connection, format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")).await;
    }
}

#[expect(clippy::expect_used, reason = "a test that cannot be set up fails")]
async fn sweep(connection: &mut PgConnection) {
    let names: Vec<String> = query_scalar(
        "SELECT datname::text FROM pg_database WHERE datname LIKE 'test\\_%' OR datname LIKE 'template\\_%'",
    )
    .fetch_all(&mut *connection)
    .await
    .expect("a list of databases");
    for name in names.into_iter().filter(|name| *name != template()) {
        let process = name.split('_').nth(1).and_then(|number| number.parse::<i32>().ok());
        if let Some(process) = process.filter(|_| name.starts_with("test_")) {
            let free: bool = query_scalar("SELECT pg_try_advisory_lock($1, $2)")
                .bind(RUNNING)
                .bind(process)
                .fetch_one(&mut *connection)
                .await
                .expect("a look at a lock");
            if !free {
                continue;
            }
            query("SELECT pg_advisory_unlock($1, $2)")
                .bind(RUNNING)
                .bind(process)
                .execute(&mut *connection)
                .await
                .expect("an unlock");
        }
        run(connection, format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")).await;
    }
}

/// Named by what is in it, so that edited migrations make another.
fn template() -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in MIGRATOR.iter().flat_map(|migration| migration.checksum.iter()) {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("template_{hash:016x}")
}

#[expect(clippy::expect_used, reason = "a test that cannot be set up fails")]
async fn make_template(connection: &mut PgConnection, url: &DatabaseUrl) {
    let name = template();
    let made: bool = query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(&name)
        .fetch_one(&mut *connection)
        .await
        .expect("a list of databases");
    if made {
        return;
    }
    run(connection, "DROP DATABASE IF EXISTS unfinished WITH (FORCE)".into()).await;
    run(connection, "CREATE DATABASE unfinished TEMPLATE template0".into()).await;
    let options = url.with_database("unfinished").options().expect("the URL is sound");
    let pool = PgPoolOptions::new().max_connections(1).connect_lazy_with(options);
    migrate(&pool).await.expect("the migrations apply");
    pool.close().await;
    run(connection, format!("ALTER DATABASE unfinished RENAME TO \"{name}\"")).await;
}

#[expect(clippy::expect_used, reason = "a test that cannot be set up fails")]
async fn connect(url: &DatabaseUrl) -> PgConnection {
    PgConnection::connect(url.expose()).await.expect("the test database answers")
}

#[expect(clippy::expect_used, reason = "a test that cannot be set up fails")]
async fn lock(connection: &mut PgConnection) {
    query("SELECT pg_advisory_lock($1)").bind(MAKING).execute(connection).await.expect("a lock");
}

#[expect(clippy::expect_used, reason = "a test that cannot be set up fails")]
async fn unlock(connection: &mut PgConnection) {
    query("SELECT pg_advisory_unlock($1)").bind(MAKING).execute(connection).await.expect("an unlock");
}

#[expect(clippy::expect_used, reason = "a test that cannot be set up fails")]
async fn run(connection: &mut PgConnection, statement: String) {
    query(AssertSqlSafe(statement)).execute(connection).await.expect("the test database obeys");
}
