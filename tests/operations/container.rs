//! The steps of docs/deploy/Containerfile, run without a container: paths of the image are in a folder, and what is built
//! is this build of the host. Only the packages of the base images are taken from this machine.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader},
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, User, geteuid},
};
use tempfile::TempDir;
use tests::{binary, repository};

use crate::client;

/// A line of the file: its first word, and the rest.
type Step = (String, String);

/// The stages, each with its steps.
fn stages() -> Vec<Vec<Step>> {
    let text = fs::read_to_string(repository().join("docs/deploy/Containerfile")).unwrap();
    let mut stages: Vec<Vec<Step>> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (word, rest) = line.split_once(' ').unwrap();
        if word == "FROM" {
            stages.push(Vec::new());
        }
        stages.last_mut().unwrap().push((word.to_owned(), rest.to_owned()));
    }
    stages
}

/// Folders of the image that steps speak of.
const OF_THE_IMAGE: [&str; 5] =
    ["/out", "/etc/vyomo", "/var/lib/vyomo", "/var/cache/vyomo", "/usr/local/bin"];

struct Image {
    root: TempDir,
    environment: BTreeMap<String, String>,
    folder: PathBuf,
    user: Option<u32>,
    command: Vec<String>,
}

impl Image {
    fn new() -> Self {
        let root = TempDir::new().unwrap();
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for folder in ["etc", "var/lib", "var/cache", "usr/local/bin", "out"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        for file in ["passwd", "group", "shadow", "gshadow"] {
            fs::write(root.path().join("etc").join(file), "").unwrap();
        }
        let folder = root.path().to_owned();
        Self { root, environment: BTreeMap::new(), folder, user: None, command: Vec::new() }
    }

    /// The same text with the image's folders where they are here.
    fn here(&self, text: &str) -> String {
        let root = self.root.path().to_str().unwrap();
        OF_THE_IMAGE
            .iter()
            .fold(text.to_owned(), |text, folder| text.replace(folder, &format!("{root}{folder}")))
    }

    fn path(&self, path: &str) -> PathBuf {
        PathBuf::from(self.here(path))
    }

    fn shell(&self, line: &str, folder: &Path) {
        let ran = Command::new("sh").args(["-ec", line]).current_dir(folder).output().unwrap();
        assert!(ran.status.success(), "{line}: {}", String::from_utf8_lossy(&ran.stderr));
    }

    /// Plugins of this build are gathered as the file says; what compiles is compiled already.
    fn build(&self, steps: &[Step]) {
        let runs: Vec<&str> =
            steps.iter().filter(|(word, _)| word == "RUN").map(|(_, rest)| rest.as_str()).collect();
        assert!(runs.contains(&"cargo build --release --locked -p host"), "{runs:?}");
        let gathers = runs.iter().find(|run| run.contains("/out/plugins")).unwrap();
        self.shell(&self.here(gathers), &repository());
    }

    fn copy(&self, arguments: &str) {
        let (from, to) = match arguments.strip_prefix("--from=build ") {
            Some(rest) => {
                let (from, to) = rest.split_once(' ').unwrap();
                let from = match from {
                    "/src/target/release/host" => binary(),
                    other => self.path(other),
                };
                (from, to)
            }
            None => {
                let (from, to) = arguments.split_once(' ').unwrap();
                (repository().join(from), to)
            }
        };
        assert!(from.exists(), "COPY {arguments}: there is no {}", from.display());
        let to = self.path(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        let copied = Command::new("cp").arg("-r").arg(&from).arg(&to).status().unwrap();
        assert!(copied.success(), "COPY {arguments}");
    }

    fn run(&self, line: &str) {
        if line.starts_with("apt-get update") {
            return can_be_installed(line);
        }
        let line = self.here(line);
        if let Some(rest) = line.strip_prefix("useradd ") {
            return self
                .shell(&format!("useradd --prefix {} {rest}", self.root.path().display()), &self.folder);
        }
        // Only root may give folders away; whoever else runs this test owns them already.
        let owner = ordinary().map(|user| format!("-o {} -g {} ", user.uid, user.gid)).unwrap_or_default();
        self.shell(&line.replace("-o 10001 -g 10001 ", &owner), &self.folder);
    }

    fn take(&mut self, steps: &[Step]) {
        for (word, rest) in steps {
            match word.as_str() {
                "RUN" => self.run(rest),
                "COPY" => self.copy(rest),
                "USER" => self.user = Some(self.id_of(rest)),
                "WORKDIR" => self.folder = self.path(rest),
                "ENV" => {
                    for (name, value) in rest.split(' ').map(|pair| pair.split_once('=').unwrap()) {
                        self.environment.insert(name.to_owned(), self.here(value));
                    }
                }
                "ENTRYPOINT" | "CMD" => {
                    let words: Vec<String> = serde_json::from_str(rest).unwrap();
                    let words: Vec<String> = words.iter().map(|word| self.here(word)).collect();
                    self.command.extend(words);
                }
                "FROM" | "EXPOSE" | "VOLUME" | "STOPSIGNAL" => {}
                other => panic!("the test does not know the step {other}"),
            }
        }
    }

    fn id_of(&self, name: &str) -> u32 {
        let passwd = fs::read_to_string(self.path("/etc/vyomo").with_file_name("passwd")).unwrap();
        let line = passwd.lines().find(|line| line.split(':').next() == Some(name));
        line.unwrap_or_else(|| panic!("there is no user {name}")).split(':').nth(2).unwrap().parse().unwrap()
    }

    /// The image's command, as its user and with nothing else in the environment.
    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.folder).env_clear().envs(&self.environment);
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin");
        if let Some(user) = ordinary() {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        command
    }
}

/// Who stands in for the image's user, which this machine does not have: nobody, or else whoever runs the test.
fn ordinary() -> Option<User> {
    let nobody = || User::from_name("nobody").unwrap().unwrap();
    geteuid().is_root().then(nobody)
}

/// Asks apt whether it knows the packages; says so where this machine has no lists of packages.
fn can_be_installed(line: &str) {
    let packages =
        line.split("--no-install-recommends ").nth(1).and_then(|rest| rest.split(" &&").next()).unwrap();
    let known = |package: &str| Command::new("apt-cache").args(["show", "--quiet=0", package]).output();
    match known("debianutils") {
        Ok(output) if output.status.success() => {}
        _ => {
            return eprintln!(
                "SKIPPED: apt knows no packages here, so nobody says whether there are {packages}"
            );
        }
    }
    for package in packages.split(' ') {
        assert!(known(package).unwrap().status.success(), "there is no package {package}");
    }
}

#[test]
fn the_steps_give_a_host_that_serves_as_an_ordinary_user() {
    let stages = stages();
    let [build, last] = stages.as_slice() else { panic!("two stages are expected") };
    let mut image = Image::new();
    image.build(build);
    image.take(last);
    assert!(image.user.is_some_and(|user| user != 0), "an ordinary user runs it");
    let listen = image.command.iter_mut().find(|word| word.as_str() == "0.0.0.0:8080").unwrap();
    *listen = "127.0.0.1:0".to_owned();

    let (program, arguments) = image.command.split_first().unwrap();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut child = image
        .command(program, &arguments)
        .stdout(Stdio::piped())
        .stderr(fs::File::create(image.root.path().join("log")).unwrap())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let log = || fs::read_to_string(image.root.path().join("log")).unwrap();
    let url = line.trim();
    assert!(url.starts_with("http://127.0.0.1:"), "{line}{}", log());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let status = |path: &str| {
        let url = format!("{url}{path}");
        runtime.block_on(async { client().get(url).send().await.unwrap().status().as_u16() })
    };
    assert_eq!(status("/api/health/live"), 200, "{}", log());
    assert_eq!(status("/api/anomalies"), 401, "a key is needed: {}", log());

    let made = image.command(program, &["key", "create", "desk", "--scope", "viewer"]).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGTERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{}", log());
}
