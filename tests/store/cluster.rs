//! The life of the private cluster, through the command and its signals alone.

use std::{
    fs::{self, Permissions},
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _},
        process::CommandExt as _,
    },
    process::{Child, Command},
    thread,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, User, chown, geteuid},
};
use sqlx::{Connection as _, PgConnection, query_scalar};
use tests::Ran;

use crate::place::{Place, Running};

async fn one(url: &str) -> i32 {
    let mut connection = PgConnection::connect(url).await.unwrap();
    query_scalar("SELECT 1").fetch_one(&mut connection).await.unwrap()
}

#[tokio::test]
async fn the_last_host_to_leave_stops_the_server() {
    let place = Place::new();
    let (first, second) = (place.running(), place.running());
    assert_eq!(first.url, second.url);
    assert_eq!(first.end(), Some(0));
    assert_eq!(one(&second.url).await, 1);
    let third = place.running();
    assert_eq!(third.end(), Some(0));
    assert_eq!(one(&second.url).await, 1);
    assert_eq!(second.end(), Some(0));
    assert!(!place.serves());
}

#[test]
fn ctrl_c_and_sigterm_stop_it() {
    let place = Place::new();
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let host = place.running();
        assert!(place.serves());
        assert_eq!(host.end_by(signal), Some(0));
        assert!(!place.serves());
    }
}

#[test]
fn a_host_that_was_killed_is_succeeded_by_the_next() {
    let place = Place::new();
    assert_eq!(place.running().end_by(Signal::SIGKILL), None);
    assert!(place.serves(), "the server outlives the host");
    let server = place.server();
    let next = place.running();
    assert_eq!(place.server(), server, "the next host adopts the server");
    assert_eq!(next.end(), Some(0));
    assert!(!place.serves());
}

/// A process of the account that Postgres runs under.
fn process_of_account(place: &Place) -> Child {
    let owner = fs::metadata(place.cluster().join("data")).unwrap();
    let mut sleep = Command::new("sleep");
    if geteuid().is_root() {
        sleep.uid(owner.uid()).gid(owner.gid());
    }
    sleep.arg("600").spawn().unwrap()
}

#[tokio::test]
async fn lock_files_of_a_dead_server_do_not_matter_even_if_its_number_is_taken() {
    let place = Place::new();
    let host = place.running();
    let server = Pid::from_raw(place.server());
    assert_eq!(host.end_by(Signal::SIGKILL), None);
    kill(server, Signal::SIGKILL).unwrap();
    while place.serves() {
        thread::sleep(Duration::from_millis(5));
    }
    let mut other = process_of_account(&place);
    for file in ["data/postmaster.pid", "socket/.s.PGSQL.5432.lock"] {
        let path = place.cluster().join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replacen(&server.to_string(), &other.id().to_string(), 1)).unwrap();
    }
    let next = place.running();
    assert_eq!(one(&next.url).await, 1);
    assert_eq!(next.end(), Some(0));
    assert!(other.try_wait().unwrap().is_none(), "the other process is left alone");
    other.kill().unwrap();
    other.wait().unwrap();
}

#[test]
fn hosts_that_start_at_once_share_one_server() {
    let place = Place::new();
    let hosts: Vec<Running> = thread::scope(|scope| {
        let starting: Vec<_> = (0..3).map(|_| scope.spawn(|| place.running())).collect();
        starting.into_iter().map(|host| host.join().unwrap()).collect()
    });
    assert!(hosts.iter().all(|host| host.url == hosts[0].url && host.url.starts_with("postgres://")));
    for host in hosts {
        assert!(place.serves());
        assert_eq!(host.end(), Some(0));
    }
    assert!(!place.serves());
}

#[test]
fn what_an_interrupted_first_start_left_is_removed() {
    let place = Place::new();
    let unfinished = place.cluster().join("data.unfinished");
    fs::create_dir_all(unfinished.join("base")).unwrap();
    fs::write(unfinished.join("PG_VERSION"), "15").unwrap();
    assert_eq!(place.running().end(), Some(0));
    assert!(!unfinished.exists());
}

/// A first start that is cut off by a signal while the data are being made.
fn cut_off(place: &Place, signal: Signal) -> Option<i32> {
    let mut host = place.command(&["db", "migrate"]).spawn().unwrap();
    while !place.cluster().join("data.unfinished").exists() {
        thread::sleep(Duration::from_millis(1));
    }
    kill(Pid::from_raw(host.id().cast_signed()), signal).unwrap();
    host.wait().unwrap().code()
}

#[test]
fn a_first_start_that_is_interrupted_leaves_nothing_running() {
    let place = Place::new();
    assert_eq!(cut_off(&place, Signal::SIGINT), Some(130));
    assert!(!place.serves());
    assert!(place.done(&["db", "migrate"]).contains("up to date"));
}

#[test]
fn a_first_start_that_is_killed_is_made_up_for() {
    let place = Place::new();
    assert_eq!(cut_off(&place, Signal::SIGKILL), None);
    assert!(place.done(&["db", "migrate"]).contains("up to date"));
    assert!(!place.cluster().join("data.unfinished").exists());
    assert!(!place.serves());
}

#[test]
fn data_of_another_version_are_left_alone() {
    let place = Place::new();
    fs::create_dir_all(place.cluster().join("data")).unwrap();
    fs::write(place.cluster().join("data/PG_VERSION"), "9\n").unwrap();
    let ran = place.host(&["db", "migrate"]);
    assert_eq!(ran.code, 1);
    for said in ["was made by Postgres 9", "this machine has 1", "host db backup", "host db restore"] {
        assert!(ran.err.contains(said), "{}", ran.err);
    }
}

#[test]
fn without_postgres_it_says_what_to_install() {
    let place = Place::new();
    let ran = Ran::from(
        place.command(&["db", "migrate"]).env("VYOMO_DATABASE__POSTGRES_BIN", "/nowhere").output().unwrap(),
    );
    assert_eq!(ran.code, 1);
    for said in ["/nowhere", "apt-get install postgresql", "dnf install", "brew install", "database.url"] {
        assert!(ran.err.contains(said), "{}", ran.err);
    }
}

#[tokio::test]
async fn the_hosts_role_has_no_power_over_the_server() {
    let place = Place::new();
    let host = place.running();
    let mut connection = PgConnection::connect(&host.url).await.unwrap();
    let role = "SELECT rolname || ' ' || rolsuper FROM pg_roles WHERE rolname = current_user";
    let role: String = query_scalar(role).fetch_one(&mut connection).await.unwrap();
    assert_eq!(role, "vyomo false");
    for (setting, value) in [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
        ("data_checksums", "on"),
    ] {
        let shown: String = query_scalar("SELECT current_setting($1)")
            .bind(setting)
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(shown, value, "{setting}");
    }
}

#[tokio::test]
async fn a_long_path_has_its_socket_elsewhere() {
    let place = Place::new();
    let folder = place.path(&"long".repeat(30));
    let mut command = place.command(&["db", "run", "--until-stdin-closes"]);
    command.env("VYOMO_DATA_DIR", &folder);
    let host = Running::of(command);
    let (_, rest) = host.url.split_once("%2Ftmp%2Fvyomo%2D").expect("a socket in /tmp");
    let socket = format!("/tmp/vyomo-{}", rest.split(':').next().unwrap());
    assert_eq!(fs::metadata(&socket).unwrap().mode() & 0o777, 0o700);
    assert_eq!(one(&host.url).await, 1);
    assert_eq!(host.end(), Some(0));
    fs::remove_dir(&socket).expect("nothing is left in it");
}

#[test]
fn an_account_without_privileges_can_run_it() {
    let place = Place::new();
    let (binary, data) = (place.path("host"), place.path("own"));
    fs::copy(tests::binary(), &binary).unwrap();
    fs::create_dir(&data).unwrap();
    let mut command = Command::new(binary);
    command.args(["db", "migrate"]).env("VYOMO_DATA_DIR", &data).current_dir("/");
    if geteuid().is_root() {
        let nobody = User::from_name("nobody").unwrap().unwrap();
        chown(&data, Some(nobody.uid), Some(nobody.gid)).unwrap();
        command.uid(nobody.uid.as_raw()).gid(nobody.gid.as_raw());
    }
    let ran = Ran::from(command.output().unwrap());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("up to date"), "{}", ran.out);
}

#[test]
fn a_folder_that_the_account_cannot_reach_is_named() {
    if !geteuid().is_root() {
        return;
    }
    let place = Place::new();
    let closed = place.path("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, Permissions::from_mode(0o700)).unwrap();
    let ran = Ran::from(
        place.command(&["db", "migrate"]).env("VYOMO_DATA_DIR", closed.join("data")).output().unwrap(),
    );
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains(&format!("chmod a+x {}", closed.display())), "{}", ran.err);
}
