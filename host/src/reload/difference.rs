//! What other components change: the rest runs on as it is.

use std::sync::Arc;

use crate::{
    detectors::{manifest::WarmUp, plugin::Plugin, supervisor::Health},
    domain::family::Family,
    live::PluginFigures,
};

/// How a set of components differs from the one that runs.
#[derive(Clone)]
pub(super) struct Difference {
    /// Those of the new set that have to be warmed.
    pub(super) fresh: Vec<Arc<Plugin>>,
    /// Those that ran before in their places, or that nothing takes the place of.
    pub(super) gone: Vec<Arc<Plugin>>,
}

impl Difference {
    /// A component that was left out is started again. Of algorithms all change or none, since panels hold what all of
    /// them said.
    pub(super) fn between(old: &[Arc<Plugin>], new: &[Arc<Plugin>], figures: &[PluginFigures]) -> Self {
        let is_well = |plugin: &Plugin| {
            !figures.iter().any(|one| one.hash == plugin.hash && one.health != Health::Running)
        };
        let is_in = |list: &[Arc<Plugin>], plugin: &Plugin| list.iter().any(|other| other.does_as(plugin));
        let changes = |plugin: &&Arc<Plugin>| !(is_in(old, plugin) && is_well(plugin));
        let goes = |plugin: &&Arc<Plugin>| !is_in(new, plugin);
        let is_algorithm = |plugin: &Plugin| plugin.manifest.family == Family::Conflict;
        let algorithms_change =
            new.iter().filter(changes).chain(old.iter().filter(goes)).any(|plugin| is_algorithm(plugin));
        let is_taken = |plugin: &Plugin| is_algorithm(plugin) && algorithms_change;
        Self {
            fresh: new.iter().filter(|plugin| changes(plugin) || is_taken(plugin)).cloned().collect(),
            gone: old.iter().filter(|plugin| goes(plugin) || is_taken(plugin)).cloned().collect(),
        }
    }

    /// Whether it makes a difference to what is said about traders, or about symbols.
    pub(super) fn is_about(&self, traders: bool) -> bool {
        let mut changed = self.fresh.iter().chain(&self.gone);
        changed.any(|plugin| (plugin.manifest.family == Family::Behavior) == traders)
    }

    /// Whether algorithms change.
    pub(super) fn is_about_algorithms(&self) -> bool {
        self.fresh.iter().chain(&self.gone).any(|plugin| plugin.manifest.family == Family::Conflict)
    }

    /// How much history of bars and of fills those need that have to be warmed.
    pub(super) fn memory(&self) -> (WarmUp, WarmUp) {
        self.fresh.iter().fold(Default::default(), |(bars, fills): (WarmUp, WarmUp), plugin| {
            let manifest = &plugin.manifest;
            match manifest.family {
                Family::Behavior => (bars, fills.longest(manifest.warm_up)),
                Family::Market | Family::Conflict => (bars.longest(manifest.warm_up), fills),
            }
        })
    }
}
