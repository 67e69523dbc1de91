//! The README's tour of a running host, as written, in a copy of the repository.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;
use tempfile::TempDir;
use tests::{binary, repository};

/// Longest wait for what takes effect by itself; a detector is compiled meanwhile.
const PATIENCE: Duration = Duration::from_secs(240);

/// Where the README says that the host is.
const USUAL: &str = "http://127.0.0.1:8080";

/// Tracked files, built components and what was compiled for them, and this test's host in the place of the release.
fn copy_of_the_repository(folder: &Path) {
    let script = r#"
        git ls-files -z | xargs -0 cp -a --parents -t "$TO"
        find plugins -name '*.wasm' -not -path '*/target/*' -exec cp -a --parents -t "$TO" {} +
        mkdir -p "$TO/target/release"
        if [ -d target/components ]; then cp -a target/components "$TO/target/"; fi
    "#;
    let copied =
        Command::new("bash").args(["-euc", script]).env("TO", folder).current_dir(repository()).status();
    assert!(copied.unwrap().success());
    symlink(binary().canonicalize().unwrap(), folder.join("target/release/host")).unwrap();
}

/// The tour's blocks of shell; the first one starts the host.
fn blocks() -> Vec<String> {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let tour =
        readme.split("## A host in five minutes").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap();
    let fenced = tour.split("```sh\n").skip(1);
    fenced.map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

struct Tour {
    folder: TempDir,
    host: Child,
    url: String,
}

impl Tour {
    /// What `make serve` starts, on a port of its own.
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        copy_of_the_repository(folder.path());
        let makefile = fs::read_to_string(folder.path().join("Makefile")).unwrap();
        let recipe = makefile.split("\nserve:").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
        assert!(recipe.trim_end().ends_with("@$(RELEASE) serve --dev"), "{recipe}");
        let mut host = in_folder(folder.path(), "target/release/host")
            .args(["serve", "--dev", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(host.stdout.take().unwrap()).read_line(&mut url).unwrap();
        let log = fs::read_to_string(folder.path().join("log")).unwrap();
        assert!(url.starts_with("http://"), "{url}{log}");
        Self { folder, host, url: url.trim().to_owned() }
    }

    /// Runs commands as written, but for the port.
    fn run(&self, commands: &str) -> String {
        let ran = in_folder(self.folder.path(), "bash")
            .args(["-eo", "pipefail", "-c", &commands.replace(USUAL, &self.url)])
            .output()
            .unwrap();
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap();
        assert!(ran.status.success(), "{commands}\n{ran:?}\n{log}");
        String::from_utf8(ran.stdout).unwrap()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }
}

impl Drop for Tour {
    fn drop(&mut self) {
        let _ = self.host.kill();
        let _ = self.host.wait();
    }
}

/// A command in the copy, by somebody whose home it is.
fn in_folder(folder: &Path, program: &str) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env("HOME", folder)
        .env("VYOMO_DATA_DIR", folder.join(".local/share/vyomo"))
        .env("VYOMO_CACHE_DIR", repository().join("target/test-cache"))
        .env(
            "CARGO_HOME",
            std::env::var("CARGO_HOME")
                .unwrap_or_else(|_| format!("{}/.cargo", std::env::var("HOME").unwrap())),
        )
        .env(
            "RUSTUP_HOME",
            std::env::var("RUSTUP_HOME")
                .unwrap_or_else(|_| format!("{}/.rustup", std::env::var("HOME").unwrap())),
        );
    command
}

/// Lines of JSON.
fn answers(out: &str) -> Vec<Value> {
    let parsed = out.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    parsed.inspect(|answer| assert!(answer["errors"].is_null(), "{answer:#}")).collect()
}

#[test]
fn the_tour_works_as_written() {
    let blocks = blocks();
    let [serve, feed, find, overrule, verify, edit] = blocks.as_slice() else { panic!("{blocks:#?}") };
    assert_eq!(serve, "make serve\n");
    let tour = Tour::start();

    let fed = tour.run(feed);
    assert!(fed.contains(" rows accepted, 0 known before, 0 refused"), "{fed}{}", tour.log());
    assert!(!fed.contains("\n0 anomalies"), "{fed}");

    let found = tour.run(find);
    let decision = &answers(&found)[0]["data"]["decisions"]["edges"][0]["node"];
    assert_eq!(decision["decision"], "FIX", "{found}");
    assert!(decision["anomaly"]["message"].is_string(), "{found}");
    assert_eq!(decision["actions"][0]["status"], "SUCCEEDED", "{found}");

    let define = find.lines().next().unwrap();
    let overruled = answers(&tour.run(&format!("{define}\n{overrule}")));
    let (decided, undone) =
        (&overruled[0]["data"]["overrideDecision"], &overruled[1]["data"]["rollbackAction"]);
    assert_eq!(
        (&decided["decision"], &decided["decidedBy"]),
        (&"KEEP".into(), &"PERSON".into()),
        "{decided}"
    );
    assert_eq!(
        (&undone["status"], &undone["rolledBackBy"]),
        (&"ROLLED_BACK".into(), &"development".into()),
        "{undone}"
    );

    let verified = tour.run(verify);
    assert!(verified.contains("blocks"), "{verified}");

    let shown = "graphql '{ policies { hash } plugins { refused plugins { name hash } } }'";
    let live = || {
        let answer = answers(&tour.run(&format!("{define}\n{shown}"))).remove(0);
        let plugins = answer["data"]["plugins"]["plugins"].as_array().unwrap().clone();
        let detector = plugins.into_iter().find(|plugin| plugin["name"] == "price-movement").unwrap();
        (answer["data"]["policies"]["hash"].clone(), detector["hash"].clone())
    };
    let before = live();
    tour.run(&format!("{define}\n{edit}"));
    let began = Instant::now();
    loop {
        let now = live();
        if now.0 != before.0 && now.1 != before.1 {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "{before:?} {now:?}\n{}", tour.log());
        sleep(Duration::from_millis(500));
    }
    tour.run(verify);
    a_broken_edit_is_told_with_its_place(&tour);
    kill(Pid::from_raw(tour.host.id().cast_signed()), Signal::SIGINT).unwrap();
    let mut tour = tour;
    assert_eq!(tour.host.wait().unwrap().code(), Some(0), "{}", tour.log());
}

/// Where nobody sees the compiler's own words, as over the API, the first error is told.
fn a_broken_edit_is_told_with_its_place(tour: &Tour) {
    tour.run("echo 'const BROKEN: u32 = true;' >> plugins/market/price-movement/src/lib.rs");
    let list = format!("target/release/host plugin list --to {} || test $? = 3", tour.url);
    let began = Instant::now();
    let listed = loop {
        let listed = tour.run(&list);
        if listed.contains("refused: ") {
            break listed;
        }
        assert!(began.elapsed() < PATIENCE, "{listed}\n{}", tour.log());
        sleep(Duration::from_millis(500));
    };
    let refused = listed.lines().find(|line| line.starts_with("refused: ")).unwrap();
    let source = "plugins/market/price-movement/src/lib.rs:";
    assert!(refused.starts_with("refused: price-movement does not compile: /"), "{refused}");
    assert!(refused.contains(source) && refused.contains(": mismatched types (E0308). Mend it"), "{refused}");
    assert!(
        tour.log().contains("components are not replaced: price-movement does not compile: "),
        "{}",
        tour.log()
    );
}
