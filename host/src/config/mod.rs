//! What the operator decides: defaults, then a file, then the environment. Later wins.

mod actions;
mod agent;
mod code;
mod data_dir;
mod database;
mod database_url;
mod dollars;
mod email;
mod error;
mod graphql;
mod ingest;
mod ledger;
mod log;
mod notifications;
mod plugins;
mod reference;
mod rest;
mod schema;
mod secret;
mod server;
mod site;
mod sources;
mod subscriptions;
mod telemetry;
mod tls;
mod tokens;
mod webhooks;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf, absolute},
};

use figment::{
    Figment,
    providers::{Env, Format as _, Toml},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::power::Power;

pub use actions::ActionsConfig;
pub use agent::{AgentConfig, OnFailure, Prices, Share};
pub use code::CodeConfig;
pub use database::DatabaseConfig;
pub use database_url::DatabaseUrl;
pub use dollars::Dollars;
pub use email::{EmailConfig, EmailTls};
pub use error::ConfigError;
pub use graphql::GraphqlConfig;
pub use ingest::{IngestConfig, LateRows};
pub use ledger::LedgerConfig;
pub use log::{LogConfig, LogFormat};
pub use notifications::NotificationsConfig;
pub use plugins::PluginConfig;
pub use reference::reference;
pub use rest::RestConfig;
pub use schema::schema;
pub use secret::Secret;
pub use server::ServerConfig;
pub use site::Site;
pub use sources::{Origin, Sources};
pub use subscriptions::SubscriptionsConfig;
pub use telemetry::TelemetryConfig;
pub use tls::TlsConfig;
pub use tokens::TokensConfig;
pub use webhooks::WebhookConfig;

/// Read when no file is named and it is there.
const USUAL_FILE: &str = "vyomo.toml";

/// Begins the name of every variable that is read; `__` stands between section and key.
const PREFIX: &str = "VYOMO_";

/// Variables of that prefix that are no settings: where compiled detectors are kept, and the key with which
/// commands ask a running host.
const OTHER_VARIABLES: [&str; 2] = ["api_key", "cache_dir"];

/// Everything that can be configured.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Folder of what the host keeps: the private database and the ledger's key. `/var/lib/vyomo` for root; for others
    /// `vyomo` in `$XDG_DATA_HOME` or `~/.local/share`.
    #[schemars(with = "String")]
    pub data_dir: PathBuf,
    /// Where the host listens, and to whom.
    pub server: ServerConfig,
    /// GraphQL.
    pub graphql: GraphqlConfig,
    /// What REST shows besides answers.
    pub rest: RestConfig,
    /// How much those may ask for who follow what happens over WebSockets.
    pub subscriptions: SubscriptionsConfig,
    /// Where records are stored.
    pub database: DatabaseConfig,
    /// How blocks are signed.
    pub ledger: LedgerConfig,
    /// Which detectors run and which policies decide.
    pub code: CodeConfig,
    /// How rows are taken in while the host runs.
    pub ingest: IngestConfig,
    /// When and how often people are told.
    pub notifications: NotificationsConfig,
    /// The server that takes mails.
    pub email: EmailConfig,
    /// What plugins may use, by their names.
    pub plugins: BTreeMap<String, PluginConfig>,
    /// How the agent decides, and what its model may cost.
    pub agent: AgentConfig,
    /// What may be done without a person.
    pub actions: ActionsConfig,
    /// Where messages of actions go, by the names that policies use.
    pub webhooks: BTreeMap<String, WebhookConfig>,
    /// What a serving host says on standard error.
    pub log: LogConfig,
    /// Where a serving host sends its traces.
    pub telemetry: TelemetryConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: data_dir::usual(),
            server: ServerConfig::default(),
            graphql: GraphqlConfig::default(),
            rest: RestConfig::default(),
            subscriptions: SubscriptionsConfig::default(),
            database: DatabaseConfig::default(),
            ledger: LedgerConfig::default(),
            code: CodeConfig::default(),
            ingest: IngestConfig::default(),
            notifications: NotificationsConfig::default(),
            email: EmailConfig::default(),
            plugins: BTreeMap::new(),
            agent: AgentConfig::default(),
            actions: ActionsConfig::default(),
            webhooks: BTreeMap::new(),
            log: LogConfig::default(),
            telemetry: TelemetryConfig::default(),
        }
    }
}

impl Config {
    /// Reads the named file, or else `vyomo.toml` of the current folder if there is one, then the environment.
    ///
    /// # Errors
    /// The file cannot be read or is no TOML; a key is unknown; a value is not what its key takes.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::load_with_sources(file).map(|(config, _)| config)
    }

    /// The same, and where each setting comes from.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load_with_sources(file: Option<&Path>) -> Result<(Self, Sources), ConfigError> {
        let usual = Path::new(USUAL_FILE);
        let file = file.or_else(|| usual.exists().then_some(usual));
        let environment = Env::prefixed(PREFIX).ignore(&OTHER_VARIABLES).split("__");
        let mut figment = Figment::new();
        if let Some(file) = file {
            error::check_syntax(file)?;
            figment = figment.merge(Toml::file_exact(file));
        }
        let figment = figment.merge(environment);
        let config: Self = figment.extract().map_err(|error| ConfigError::invalid(&error))?;
        let data_dir = absolute(&config.data_dir)
            .map_err(|reason| ConfigError::DataDir { path: config.data_dir.clone(), reason })?;
        Ok((Self { data_dir, ..config }, Sources(figment)))
    }

    /// Whether the operator grants a plugin a power.
    pub fn grants(&self, plugin: &str, power: Power) -> bool {
        self.plugins.get(plugin).is_some_and(|plugin| plugin.grants.contains(&power))
    }

    /// Whether whoever asks may read what REST is.
    pub const fn has_docs(&self) -> bool {
        self.rest.docs || self.server.development
    }

    /// Where the newest signed head is kept outside the database.
    pub fn ledger_head_file(&self) -> PathBuf {
        self.data_dir.join("ledger/head")
    }

    /// File of the key that signs blocks.
    pub fn ledger_key_file(&self) -> PathBuf {
        let usual = || self.data_dir.join("ledger/key.pem");
        self.ledger.key_file.clone().unwrap_or_else(usual)
    }

    /// File of its public half, beside it.
    pub fn ledger_public_key_file(&self) -> PathBuf {
        self.ledger_key_file().with_extension("pub.pem")
    }
}

/// Name of the variable that says what stands at a path.
fn variable(path: &[String]) -> String {
    format!("{PREFIX}{}", path.join("__").to_uppercase())
}
