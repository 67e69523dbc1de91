//! How a private cluster is set up, written anew before each start.

use std::{fmt::Write as _, fs, path::Path};

use super::{
    error::ClusterError,
    folders::{Folders, PORT, unusable},
};

/// The role of the hosts, and the name of their database. It is no superuser, so no host can get around what the
/// database forbids its owner.
pub(super) const ROLE: &str = "vyomo";

/// The role of whoever owns the files.
pub(super) const SUPERUSER: &str = "postgres";

const FIXED: &str = "\
# Written by the host before each start. Put settings of your own into custom.conf beside this file.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 200
max_locks_per_transaction = 256
shared_buffers = 256MB
max_wal_size = 2GB
random_page_cost = 1.1
jit = off
fsync = on
synchronous_commit = on
full_page_writes = on
timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'ISO, YMD'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.simple'
logging_collector = on
log_filename = 'postgres-%a.log'
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_checkpoints = off
log_line_prefix = '%m [%p] %q%u@%d '
";

/// The socket's folder lets nobody in but the account and root, so whoever reaches it is a host.
const WHO_MAY_CONNECT: &str = "\
local all postgres peer map=owner
local all all trust
";

/// Writes `postgresql.conf`, `pg_hba.conf` and `pg_ident.conf` into the home.
pub(super) fn write(folders: &Folders, owner: &str) -> Result<(), ClusterError> {
    let at = |name: &str| folders.home.join(name);
    let mut settings = FIXED.to_owned();
    for (key, path) in [
        ("data_directory", folders.data()),
        ("hba_file", at("pg_hba.conf")),
        ("ident_file", at("pg_ident.conf")),
        ("log_directory", folders.log()),
    ] {
        let _ = writeln!(settings, "{key} = '{}'", text(&path)?.replace('\'', "''"));
    }
    let socket = text(&folders.socket)?.replace('"', "\"\"").replace('\'', "''");
    let _ = writeln!(settings, "unix_socket_directories = '\"{socket}\"'\nport = {PORT}");
    settings.push_str("include_if_exists = 'custom.conf'\n");
    for (name, content) in [
        ("postgresql.conf", settings),
        ("pg_hba.conf", WHO_MAY_CONNECT.to_owned()),
        ("pg_ident.conf", format!("owner \"{owner}\" {SUPERUSER}\n")),
    ] {
        fs::write(at(name), content).map_err(unusable(&at(name)))?;
    }
    Ok(())
}

fn text(path: &Path) -> Result<&str, ClusterError> {
    let text = path.to_str().filter(|text| !text.contains(['\n', '\\']));
    text.ok_or_else(|| ClusterError::Path(format!("{} cannot be written into settings", path.display())))
}
