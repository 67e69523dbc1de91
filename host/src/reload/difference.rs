//! What other components change: the rest runs on as it is.

use std::sync::Arc;

use crate::{
    detectors::{plugin::Plugin, supervisor::Health},
    domain::family::Family,
    live::PluginFigures,
};

/// How a set of components differs from the one that runs.
#[derive(Clone)]
pub(super) struct Difference {
    /// All components of the new set; those that run on are the running ones.
    pub(super) all: Vec<Arc<Plugin>>,
    /// Those of them that have to be warmed.
    pub(super) fresh: Vec<Arc<Plugin>>,
    /// Those that ran before in their places, or that nothing takes the place of.
    pub(super) gone: Vec<Arc<Plugin>>,
}

impl Difference {
    /// A component that was left out is started again. Of algorithms all change or none, since panels hold what all of
    /// them said.
    pub(super) fn between(old: &[Arc<Plugin>], new: &[Arc<Plugin>], figures: &[PluginFigures]) -> Self {
        let is_well = |plugin: &Plugin| {
            let left_out = |one: &&PluginFigures| one.hash == plugin.hash && one.health != Health::Running;
            figures.iter().find(left_out).is_none()
        };
        let same = |list: &[Arc<Plugin>], plugin: &Plugin| {
            list.iter().find(|other| other.hash == plugin.hash && other.settings == plugin.settings).cloned()
        };
        let stays = |plugin: &Plugin| same(old, plugin).filter(|_| is_well(plugin));
        let changes = |plugin: &&Arc<Plugin>| stays(plugin).is_none();
        let goes = |plugin: &&Arc<Plugin>| same(new, plugin).is_none();
        let is_algorithm = |plugin: &Plugin| plugin.manifest.family == Family::Conflict;
        let algorithms_change =
            new.iter().filter(changes).chain(old.iter().filter(goes)).any(|plugin| is_algorithm(plugin));
        let is_taken = |plugin: &Plugin| is_algorithm(plugin) && algorithms_change;
        let running = |plugin: &Arc<Plugin>| stays(plugin).filter(|_| !is_taken(plugin));
        Self {
            all: new.iter().map(|plugin| running(plugin).unwrap_or_else(|| Arc::clone(plugin))).collect(),
            fresh: new.iter().filter(|plugin| running(plugin).is_none()).cloned().collect(),
            gone: old.iter().filter(|plugin| goes(plugin) || is_taken(plugin)).cloned().collect(),
        }
    }

    /// Whether it makes a difference to what is said about traders, or about symbols.
    pub(super) fn is_about(&self, traders: bool) -> bool {
        let mut changed = self.fresh.iter().chain(&self.gone);
        changed.any(|plugin| (plugin.manifest.family == Family::Behavior) == traders)
    }
}
