//! A running host, asked over REST.

use std::{
    env, fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, anyhow, ensure};
use clap::Args;
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::{
    config::{Config, Secret, ServerConfig},
    http,
};

/// Holds the key where no file does; never an argument, which all programs of the machine could see.
const KEY: &str = "VYOMO_API_KEY";

/// Why nobody is let in without a key.
const NO_KEY: &str = "it wants an API key; hand one over in VYOMO_API_KEY or --key-file, `host key create NAME --scope SCOPES` makes one";

/// Longest wait for an answer. A host gives up before; `server.request_timeout_seconds` is 30 unless set.
const TIMEOUT: Duration = Duration::from_secs(600);

/// Which host is asked, and with which key.
#[derive(Args, Clone, Debug)]
pub(super) struct Remote {
    /// The host, as `http://127.0.0.1:8080`; the one that the settings describe, unless named.
    #[arg(long, value_name = "URL", value_parser = address)]
    to: Option<Url>,
    #[command(flatten)]
    key: Key,
}

/// Where the key is.
#[derive(Args, Clone, Debug)]
pub(super) struct Key {
    /// File of an API key; the variable `VYOMO_API_KEY` holds the key itself instead.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

/// A host's address as people write it.
///
/// # Errors
///
/// If it is none.
pub(super) fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.filter(Url::has_host).ok_or_else(|| "write it as http://127.0.0.1:8080".to_owned())
}

impl Remote {
    /// The host at an address, or that of the settings.
    pub(super) const fn new(to: Option<Url>, key: Key) -> Self {
        Self { to, key }
    }

    /// Where the host is.
    ///
    /// # Errors
    ///
    /// If it is not named, and the settings cannot be read or do not say it.
    pub(super) fn url(&self, config: Option<&Path>) -> anyhow::Result<Url> {
        self.to.clone().map_or_else(|| of_settings(&Config::load(config)?.server), Ok)
    }

    /// The key, if one is given.
    ///
    /// # Errors
    ///
    /// If its file cannot be read.
    pub(super) fn key(&self) -> anyhow::Result<Option<Secret>> {
        let key = match &self.key.key_file {
            Some(file) => {
                let read = fs::read_to_string(file);
                Some(read.with_context(|| format!("--key-file {} cannot be read", file.display()))?)
            }
            None => env::var(KEY).ok().filter(|key| !key.is_empty()),
        };
        Ok(key.map(|key| Secret::from(key.trim().to_owned())))
    }

    /// The host, ready to be asked.
    ///
    /// # Errors
    ///
    /// If it is not known where it is, or no request can be made.
    pub(super) fn connect(&self, config: Option<&Path>) -> anyhow::Result<Host> {
        Ok(Host {
            url: self.url(config)?,
            key: self.key()?,
            client: http::client(TIMEOUT, |client| client).context("no request can be made")?,
            runtime: Runtime::new().context("the asynchronous runtime cannot be started")?,
        })
    }
}

/// Where a host with these settings is, for programs of its machine.
fn of_settings(server: &ServerConfig) -> anyhow::Result<Url> {
    let ServerConfig { mut listen, tls, .. } = server.clone();
    ensure!(listen.port() != 0, "server.listen leaves the port open; say with --to where the host is");
    if listen.ip().is_unspecified() {
        let ip: IpAddr =
            if listen.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() };
        listen.set_ip(ip);
    }
    let scheme = if tls.is_some() { "https" } else { "http" };
    Ok(Url::parse(&format!("{scheme}://{listen}"))?)
}

/// A running host.
pub(super) struct Host {
    url: Url,
    key: Option<Secret>,
    client: Client,
    runtime: Runtime,
}

impl Host {
    /// Asks for what is at a path.
    ///
    /// # Errors
    ///
    /// What is in the way, and the way out.
    pub(super) fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        self.ask(self.client.get(self.at(path)))
    }

    /// Has something done.
    ///
    /// # Errors
    ///
    /// What is in the way, and the way out.
    pub(super) fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> anyhow::Result<T> {
        self.ask(self.client.post(self.at(path)).json(body))
    }

    fn at(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}{path}", self.url.path().trim_end_matches('/')));
        url
    }

    fn ask<T: DeserializeOwned>(&self, request: RequestBuilder) -> anyhow::Result<T> {
        let request = match &self.key {
            Some(key) => request.bearer_auth(key.expose()),
            None => request,
        };
        let (status, text) = self
            .runtime
            .block_on(async {
                let answer = request.send().await?;
                Ok::<_, reqwest::Error>((answer.status(), answer.text().await?))
            })
            .with_context(|| {
                format!(
                    "{} does not answer; start it with `host serve`, or say with --to where it is",
                    self.url
                )
            })?;
        if !status.is_success() {
            return Err(self.refusal(status, &text));
        }
        let foreign =
            || format!("{} does not answer as a host of this version does; does --to name one?", self.url);
        serde_json::from_str(&text).with_context(foreign)
    }

    fn refusal(&self, status: StatusCode, text: &str) -> anyhow::Error {
        let problem: Value = serde_json::from_str(text).unwrap_or_default();
        let Some(detail) = problem["detail"].as_str() else {
            return anyhow!("{} answers {status}, and not as a host does; does --to name one?", self.url);
        };
        if status == StatusCode::UNAUTHORIZED && self.key.is_none() {
            return anyhow!("{} refuses (401): {NO_KEY}", self.url);
        }
        let way_out = match status {
            StatusCode::UNAUTHORIZED => "; `host key list` shows which keys are valid",
            StatusCode::NOT_FOUND => "; `host plugin versions` and `host policy list` show what there is",
            StatusCode::FORBIDDEN => "; `host key create NAME --scope admin` makes one that does",
            _ => "",
        };
        anyhow!("{} refuses ({}): {detail}{way_out}", self.url, status.as_u16())
    }
}

/// The one of `hashes` that begins with `given`, which is as much of it as lists show, or all of it.
///
/// # Errors
///
/// If there is none, or more than one; `list` is the command that shows them.
pub(super) fn whole_hash<'a>(
    given: &str,
    hashes: impl IntoIterator<Item = &'a str>,
    list: &str,
) -> anyhow::Result<String> {
    if given.len() == 64 {
        return Ok(given.to_owned());
    }
    let found: Vec<&str> = hashes.into_iter().filter(|hash| hash.starts_with(given)).collect();
    match found[..] {
        [hash] => Ok(hash.to_owned()),
        [] => Err(anyhow!("no kept version begins with `{given}`; `{list}` shows which are kept")),
        _ => Err(anyhow!("more than one kept version begins with `{given}`; give more of it")),
    }
}

/// Prints a host's answer for programs.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn print(answer: &Value) {
    println!("{answer:#}");
}
