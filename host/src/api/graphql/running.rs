//! What runs and what is in force: plugins, policies, controls, and the switch.

use async_graphql::{Context, Object, Result};

use super::{
    asked::{Asked, shown},
    paging::FIGURES,
};
use crate::{
    domain::vocabulary::SubjectType,
    service::{
        ServiceError, controls, plugins, policies,
        views::{AutomationStatus, Control, PluginSet, PolicySet, Reloaded},
    },
};

#[derive(Default)]
pub(super) struct RunningQueries;

#[Object]
impl RunningQueries {
    /// The plugins that run, with what they did.
    #[graphql(complexity = "FIGURES + child_complexity")]
    async fn plugins(&self, context: &Context<'_>) -> Result<PluginSet> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(plugins::list(platform, caller))
    }

    /// The policies that decide.
    #[graphql(complexity = "FIGURES + child_complexity")]
    async fn policies(&self, context: &Context<'_>) -> Result<PolicySet> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(policies::live(platform, caller).await)
    }

    /// What is in force: on everything, or on one thing.
    #[graphql(complexity = "FIGURES + 50 * child_complexity")]
    async fn controls(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Kind of the thing; with its name.")] subject_type: Option<SubjectType>,
        #[graphql(desc = "Name of the thing; with its kind.")] subject: Option<String>,
    ) -> Result<Vec<Control>> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        let about = match (subject_type, subject) {
            (None, None) => None,
            (Some(kind), Some(name)) => Some((kind, name)),
            _ => {
                return shown(Err(ServiceError::invalid(
                    "subject",
                    "say kind and name of the thing, or neither",
                )));
            }
        };
        shown(controls::in_force(platform, caller, about).await)
    }

    /// Whether hosts act by themselves, and how much they may.
    async fn automation(&self, context: &Context<'_>) -> Result<AutomationStatus> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(controls::automation(platform, caller).await)
    }
}

#[derive(Default)]
pub(super) struct RunningMutations;

#[Object]
impl RunningMutations {
    /// Stops all hosts from acting without a person.
    async fn stop_automation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Why. It is kept for ever, so it must not name a trader.")] reason: String,
    ) -> Result<AutomationStatus> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(controls::stop(platform, caller, &reason).await)
    }

    /// Lets hosts act by themselves again.
    async fn resume_automation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Why. It is kept for ever, so it must not name a trader.")] reason: String,
    ) -> Result<AutomationStatus> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(controls::resume(platform, caller, &reason).await)
    }

    /// Puts the plugins on disk in the place of those that run: all of them or none.
    async fn reload_plugins(&self, context: &Context<'_>) -> Result<Reloaded> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(plugins::reload(platform, caller).await)
    }

    /// Puts the policies on disk in the place of those that decide: all of them or none.
    async fn reload_policies(&self, context: &Context<'_>) -> Result<PolicySet> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(policies::reload(platform, caller).await)
    }
}
