use std::{
    num::{NonZeroU32, NonZeroUsize},
    time::Duration,
};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::{Dollars, Secret};

/// How the agent decides, and what its model may cost.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AgentConfig {
    /// Whether a stand-in takes the place of a trader's name in what the model and transcripts see.
    pub pseudonyms: bool,
    /// What happens to a case that the model was to decide and did not.
    pub on_failure: OnFailure,
    /// Confidence below which a model's decision does not count, 0 to 1. Below one half it would rather be wrong.
    pub minimum_confidence: Share,
    /// Key of the Anthropic API; better in `VYOMO_AGENT__API_KEY` than in a file.
    pub api_key: Option<Secret>,
    /// Where the API is; the path `/v1/messages` is added.
    pub base_url: String,
    /// Model that is asked.
    pub model: String,
    /// Most tokens of an answer. A verdict takes some 150.
    pub max_tokens: NonZeroU32,
    /// Seconds that one attempt may take, from connecting to the last byte.
    pub timeout_seconds: NonZeroU32,
    /// How often an attempt that failed for a passing reason is repeated, at most 10 times.
    #[serde(deserialize_with = "few")]
    pub retries: u32,
    /// Milliseconds before the first repetition where the API does not say; doubled for each further one.
    pub backoff_milliseconds: NonZeroU32,
    /// Most requests at a time.
    pub max_concurrent: NonZeroUsize,
    /// Most requests in a minute. The lowest tier of the API allows 50.
    pub calls_per_minute: NonZeroU32,
    /// Seconds that a case may wait for its turn.
    pub queue_seconds: NonZeroU32,
    /// Most US dollars in a day (UTC). Each request reserves the most that it can cost.
    pub spend_per_day: Dollars,
    /// What tokens cost.
    pub prices: Prices,
    /// Failures in a row after which the model is left alone for a while.
    pub breaker_failures: NonZeroU32,
    /// Seconds that it is then left alone.
    pub breaker_seconds: NonZeroU32,
    /// Seconds that it is left alone after the API reported that the account's spend limit is reached.
    pub spend_limit_seconds: NonZeroU32,
}

/// What happens to a case that the model was to decide and did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnFailure {
    /// A person decides.
    Review,
    /// The scorecard of the agent's component decides, and the decision says so.
    Scorecard,
}

/// A number from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "f64")]
pub struct Share(f64);

impl Share {
    /// All of it.
    pub const ALL: Self = Self(1.0);

    /// The number.
    pub const fn value(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Share {
    type Error = String;

    fn try_from(number: f64) -> Result<Self, String> {
        if (0.0..=1.0).contains(&number) {
            Ok(Self(number))
        } else {
            Err(format!("{number} is not between 0 and 1"))
        }
    }
}

/// US dollars for a million tokens.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Prices {
    /// Read.
    pub input: Dollars,
    /// Written.
    pub output: Dollars,
    /// Read and kept for later requests.
    pub cache_write: Dollars,
    /// Kept from an earlier request.
    pub cache_read: Dollars,
}

impl Default for Prices {
    /// Those of Claude Sonnet 4 to 4.6, with a cache of five minutes.
    fn default() -> Self {
        Self {
            input: Dollars::cents(300),
            output: Dollars::cents(1_500),
            cache_write: Dollars::cents(375),
            cache_read: Dollars::cents(30),
        }
    }
}

impl Default for AgentConfig {
    fn default() -> Self {
        let number = |number: u32| NonZeroU32::MIN.saturating_add(number - 1);
        Self {
            pseudonyms: true,
            on_failure: OnFailure::Review,
            minimum_confidence: Share(0.5),
            api_key: None,
            base_url: "https://api.anthropic.com".into(),
            model: "claude-sonnet-4-6".into(),
            max_tokens: number(1_024),
            timeout_seconds: number(30),
            retries: 2,
            backoff_milliseconds: number(500),
            max_concurrent: NonZeroUsize::MIN.saturating_add(3),
            calls_per_minute: number(50),
            queue_seconds: number(60),
            spend_per_day: Dollars::cents(500),
            prices: Prices::default(),
            breaker_failures: number(5),
            breaker_seconds: number(60),
            spend_limit_seconds: number(3_600),
        }
    }
}

/// More repetitions than this are a flood.
const MOST_RETRIES: u32 = 10;

fn few<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let number = u32::deserialize(deserializer)?;
    if number > MOST_RETRIES {
        return Err(D::Error::custom(format!("{number} repetitions are more than {MOST_RETRIES}")));
    }
    Ok(number)
}

impl AgentConfig {
    /// Longest that one attempt may take.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds.get().into())
    }

    /// Longest that a case may wait for its turn.
    pub fn queue(&self) -> Duration {
        Duration::from_secs(self.queue_seconds.get().into())
    }
}
