//! The unit and the container file of docs/deploy, as far as a machine without either can try them.

use std::{
    fs,
    io::ErrorKind,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;
use tests::{binary, repository};

/// Weakness that `systemd-analyze security` may find, of 100. A service without any protection has 96.
const EXPOSURE: &str = "20";

/// What systemd says of the unit with this test's binary in it; nothing where there is no systemd.
fn analyze(arguments: &[&str]) -> Option<Output> {
    let folder = TempDir::new().unwrap();
    let unit = fs::read_to_string(repository().join("docs/deploy/vyomo.service")).unwrap();
    assert!(unit.contains("ExecStart=/usr/local/bin/host serve\n"));
    let host = binary().canonicalize().unwrap();
    let unit = unit.replace("/usr/local/bin/host", host.to_str().unwrap());
    let file = folder.path().join("vyomo.service");
    fs::write(&file, unit).unwrap();
    match Command::new("systemd-analyze").args(arguments).arg(&file).output() {
        Ok(output) => Some(output),
        Err(reason) if reason.kind() == ErrorKind::NotFound => {
            eprintln!("SKIPPED: systemd-analyze is not installed, so nobody says whether the unit is sound");
            None
        }
        Err(reason) => panic!("{reason}"),
    }
}

#[test]
fn systemd_finds_nothing_wrong_with_the_unit() {
    let Some(output) = analyze(&["verify", "--man=no", "--recursive-errors=no"]) else { return };
    let said = String::from_utf8_lossy(&output.stderr);
    let own: Vec<&str> = said.lines().filter(|line| line.contains("vyomo.service")).collect();
    assert!(output.status.success() && own.is_empty(), "{said}");
}

#[test]
fn the_unit_gives_little_away() {
    let threshold = format!("--threshold={EXPOSURE}");
    let Some(output) = analyze(&["security", "--offline=yes", &threshold]) else { return };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_example_settings_are_in_order() {
    let file = repository().join("docs/deploy/vyomo.toml");
    let checked = Command::new(binary()).args(["config", "check"]).arg(&file).output().unwrap();
    assert!(checked.status.success(), "{checked:?}");
}

#[test]
fn what_the_unit_reads_and_writes_is_what_the_document_says() {
    let unit = fs::read_to_string(repository().join("docs/deploy/vyomo.service")).unwrap();
    let document = fs::read_to_string(repository().join("docs/DEPLOY.md")).unwrap();
    for folder in ["/var/lib/vyomo", "/var/cache/vyomo", "/etc/vyomo", "/etc/vyomo/secrets.env"] {
        assert!(unit.contains(folder) && document.contains(folder), "{folder}");
    }
    for file in ["docs/deploy/vyomo.service", "docs/deploy/vyomo.toml", "policies"] {
        assert!(Path::new(&repository()).join(file).exists() && document.contains(file), "{file}");
    }
}
