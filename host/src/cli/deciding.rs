//! Who decides in a backtest.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, bail};
use clap::Args;
use jiff::tz::TimeZone;
use tokio::runtime::Runtime;

use crate::{
    agent::{Agent, Choice, Start},
    backtest::decide::{Decider, MadeBy},
    config::Config,
    decide::judge::Judge,
    detectors::folder::PluginSet,
    domain::time::Timestamp,
    ledger::hash::Hash,
    policy::PolicySet,
};

/// Where policies are looked for unless told.
const USUAL_FOLDER: &str = "policies";

/// Who decides.
#[derive(Args, Clone, Debug)]
pub(super) struct Deciding {
    /// Folder of policies; `policies`, if there is one, unless named.
    #[arg(long, value_name = "DIR")]
    policies: Option<PathBuf>,
    /// Who answers where a policy asks: scorecard, claude, or replay and the file of an earlier run.
    #[arg(long, value_names = ["WHO", "FILE"], num_args = 1..=2, default_value = "scorecard")]
    agent: Vec<String>,
    /// Take down what the model is asked and answers, for `--agent replay`.
    #[arg(long, value_name = "FILE")]
    record_agent: Option<PathBuf>,
}

/// Whoever decides, and what they wait with.
pub(super) struct Deciders {
    pub(super) decider: Decider,
    _runtime: Runtime,
}

impl Deciding {
    /// Makes ready who decides; `None` where there are no policies.
    pub(super) fn start(
        &self,
        config: Option<&Path>,
        set: &PluginSet,
        zone: &TimeZone,
    ) -> anyhow::Result<Option<Deciders>> {
        let choice = Choice::parse(&self.agent).map_err(anyhow::Error::msg)?;
        let usual = Path::new(USUAL_FOLDER);
        let Some(folder) = self.policies.as_deref().or_else(|| usual.is_dir().then_some(usual)) else {
            if choice != Choice::Scorecard {
                bail!(
                    "--agent {}: nobody asks it, since there are no policies; name their folder with --policies",
                    self.agent.join(" ")
                );
            }
            return Ok(None);
        };
        let policies = PolicySet::read(folder)?;
        let config = Config::load(config)?;
        let runtime = Runtime::new().context("no threads to wait for an agent with")?;
        let agent = self.agent(&choice, &config, set, &runtime)?;
        let made_by = MadeBy {
            agent: self.agent.first().cloned().unwrap_or_default(),
            policy_set: policies.hash().to_string(),
            policies: hashes(&policies),
        };
        let judge = Judge::new(Arc::new(policies), agent);
        let decider = Decider { judge, guard: config.actions, zone: zone.clone(), made_by };
        Ok(Some(Deciders { decider, _runtime: runtime }))
    }

    fn agent(
        &self,
        choice: &Choice,
        config: &Config,
        set: &PluginSet,
        runtime: &Runtime,
    ) -> anyhow::Result<Option<Agent>> {
        let Some(plugin) = &set.agent else {
            if *choice != Choice::Scorecard {
                bail!(
                    "--agent {}: none of the plugins is an agent; plugins/agent/ai-decision is one",
                    self.agent.join(" ")
                );
            }
            return Ok(None);
        };
        let start = Start {
            choice,
            record: self.record_agent.as_deref(),
            plugin: Arc::clone(plugin),
            config,
            runtime: runtime.handle().clone(),
            clock: Arc::new(Timestamp::now),
            seed: u64::from(std::process::id()),
        };
        Ok(Some(Agent::start(start)?))
    }
}

fn hashes(policies: &PolicySet) -> BTreeMap<String, String> {
    let hash = |(name, text): (&String, &String)| (name.clone(), Hash::of(text.as_bytes()).to_string());
    policies.files().iter().map(hash).collect()
}
