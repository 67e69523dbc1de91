//! Files, families and kinds.

use crate::domain::{family::Family, vocabulary::AnomalyType};

/// The file whose functions and settings hold where a family's file has none of its own.
pub(super) const DEFAULT_FILE: &str = "default.rhai";

/// The file of a family.
pub(super) const fn file(family: Family) -> &'static str {
    match family {
        Family::Market => "market.rhai",
        Family::Conflict => "conflict.rhai",
        Family::Behavior => "behavior.rhai",
    }
}

/// The family whose detectors find this kind; `None` for a kind of a detector of one's own.
pub(super) const fn of_kind(kind: AnomalyType) -> Option<Family> {
    match kind {
        AnomalyType::PriceSpike
        | AnomalyType::PriceDrop
        | AnomalyType::VolumeSurge
        | AnomalyType::SpreadExplosion
        | AnomalyType::OiAnomaly
        | AnomalyType::IvSpike => Some(Family::Market),
        AnomalyType::AlgorithmConflict => Some(Family::Conflict),
        AnomalyType::RevengeTrading
        | AnomalyType::Overtrading
        | AnomalyType::PositionAnomaly
        | AnomalyType::RiskBreach
        | AnomalyType::PostLossBehavior
        | AnomalyType::TimeAnomaly
        | AnomalyType::FrequencySpike
        | AnomalyType::WinStreakEscalation => Some(Family::Behavior),
        AnomalyType::Custom => None,
    }
}

/// The kinds of a family.
pub(super) fn kinds(family: Family) -> impl Iterator<Item = AnomalyType> {
    AnomalyType::ALL.iter().copied().filter(move |kind| of_kind(*kind) == Some(family))
}

/// The family of a file; `None` for the default's.
pub(super) fn of_file(name: &str) -> Option<Family> {
    Family::ALL.into_iter().find(|family| file(*family) == name)
}
