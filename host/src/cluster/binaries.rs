//! The Postgres programs of this machine.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::error::ClusterError;

/// Folders of folders named by version.
const VERSIONED: [(&str, &str); 5] = [
    ("/usr/lib/postgresql", ""),
    ("/usr", "pgsql-"),
    ("/opt/homebrew/opt", "postgresql@"),
    ("/usr/local/opt", "postgresql@"),
    ("/Applications/Postgres.app/Contents/Versions", ""),
];

/// The programs of one Postgres version.
#[derive(Clone, Debug)]
pub(super) struct Binaries {
    folder: PathBuf,
    /// Major version, for example `17`.
    major: String,
}

impl Binaries {
    /// The programs in the configured folder, or else on the `PATH`, where `pg_config` says, or where systems put
    /// them, newest first. With `wanted`, only that major version will do.
    pub(super) fn find(
        configured: Option<&Path>,
        wanted: Option<(&str, &Path)>,
    ) -> Result<Self, ClusterError> {
        let folders = configured.map_or_else(usual, |folder| vec![folder.into()]);
        let found: Vec<Self> = folders.iter().filter_map(|folder| Self::of(folder)).collect();
        let majors = found.iter().map(|it| it.major.clone()).collect::<Vec<_>>().join(", ");
        let fits = |it: &Self| wanted.is_none_or(|(major, _)| it.major == major);
        match (found.into_iter().find(fits), wanted) {
            (Some(binaries), _) => Ok(binaries),
            (None, Some((made_by, folder))) if !majors.is_empty() => Err(ClusterError::OtherVersion {
                folder: folder.into(),
                made_by: made_by.into(),
                found: majors,
            }),
            _ => Err(ClusterError::NoBinaries { searched: searched(configured) }),
        }
    }

    /// A client program such as `pg_dump`: of the first Postgres found.
    pub(super) fn client(configured: Option<&Path>, program: &'static str) -> Result<PathBuf, ClusterError> {
        let folders = configured.map_or_else(usual, |folder| vec![folder.into()]);
        let found = folders.iter().map(|folder| folder.join(program)).find(|path| path.exists());
        found.ok_or_else(|| ClusterError::NoProgram { program, folder: searched(configured).into() })
    }

    /// A program of this version.
    pub(super) fn program(&self, name: &'static str) -> Result<PathBuf, ClusterError> {
        let path = self.folder.join(name);
        let found = path.exists().then_some(path);
        found.ok_or_else(|| ClusterError::NoProgram { program: name, folder: self.folder.clone() })
    }

    fn of(folder: &Path) -> Option<Self> {
        let postgres = fs::canonicalize(folder.join("postgres")).ok()?;
        let folder = postgres.parent().filter(|folder| folder.join("initdb").exists())?;
        let version = said(Command::new(&postgres).arg("--version"))?;
        Some(Self { folder: folder.into(), major: major(&version)? })
    }
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` is 15.
fn major(version: &str) -> Option<String> {
    let number = version.split_whitespace().nth(2)?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

fn usual() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    folders.extend(said(Command::new("pg_config").arg("--bindir")).map(PathBuf::from));
    let mut versioned: Vec<(u32, PathBuf)> =
        VERSIONED.iter().flat_map(|(parent, prefix)| versions(parent, prefix)).collect();
    versioned.sort_by(|(a, _), (b, _)| b.cmp(a));
    folders.extend(versioned.into_iter().map(|(_, folder)| folder));
    folders
}

fn versions(parent: &str, prefix: &str) -> Vec<(u32, PathBuf)> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let version = |name: &str| name.strip_prefix(prefix)?.parse().ok();
    entries
        .filter_map(|entry| Some((version(entry.file_name().to_str()?)?, entry.path().join("bin"))))
        .collect()
}

fn searched(configured: Option<&Path>) -> String {
    configured.map_or_else(
        || "the PATH, `pg_config --bindir` or /usr/lib/postgresql".into(),
        |folder| format!("database.postgres_bin {}", folder.display()),
    )
}

fn said(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
