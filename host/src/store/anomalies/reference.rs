use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::store::change::About;

/// An anomaly of any family, by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AnomalyRef {
    /// Of a symbol.
    #[serde(rename = "market_anomaly_id")]
    Market(Uuid),
    /// Of algorithms that contradict each other.
    #[serde(rename = "conflict_id")]
    Conflict(Uuid),
    /// Of a trader.
    #[serde(rename = "behavior_id")]
    Behavior(Uuid),
}

impl AnomalyRef {
    /// Its id, which no anomaly of another family has.
    pub const fn id(self) -> Uuid {
        match self {
            Self::Market(id) | Self::Conflict(id) | Self::Behavior(id) => id,
        }
    }

    /// The id, where it is of a symbol.
    pub const fn market(self) -> Option<Uuid> {
        if let Self::Market(id) = self { Some(id) } else { None }
    }

    /// The id, where it is a conflict.
    pub const fn conflict(self) -> Option<Uuid> {
        if let Self::Conflict(id) = self { Some(id) } else { None }
    }

    /// The id, where it is of a trader.
    pub const fn behavior(self) -> Option<Uuid> {
        if let Self::Behavior(id) = self { Some(id) } else { None }
    }

    /// Links of a block about it.
    pub fn about(self) -> About {
        About {
            market_anomaly: self.market(),
            conflict: self.conflict(),
            behavior: self.behavior(),
            ..About::default()
        }
    }

    /// What three columns say of which exactly one is not null.
    pub(in crate::store) fn of_columns(
        market: Option<Uuid>,
        conflict: Option<Uuid>,
        behavior: Option<Uuid>,
    ) -> Result<Self, sqlx::Error> {
        let market = market.map(Self::Market);
        let either = market.or(conflict.map(Self::Conflict)).or(behavior.map(Self::Behavior));
        either.ok_or_else(|| sqlx::Error::Decode("a decision about no anomaly".into()))
    }
}
