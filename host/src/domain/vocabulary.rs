//! The words that records, clients and files share. The database has the same types with the same values, and
//! `schema.graphql` has those that clients see.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Declares an enum whose values have one spelling everywhere: `SCREAMING_SNAKE_CASE`.
macro_rules! words {
    ($(#[$about:meta])* $name:ident ($sql:literal) { $($(#[$doc:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, sqlx::Type,
            async_graphql::Enum,
        )]
        #[sqlx(type_name = $sql)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] #[sqlx(rename = $word)] #[graphql(name = $word)] $value,)+
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                words_schema(Self::ALL.iter().map(|value| value.name()))
            }
        }

        impl utoipa::ToSchema for $name {}

        impl $name {
            /// All values in order.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// As in the database, in files and in APIs.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }

            /// The value of that name.
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }
    };
}

/// A text that is one of these words.
fn words_schema(
    words: impl Iterator<Item = &'static str>,
) -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    let text = utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::Type::String);
    text.enum_values(Some(words)).into()
}

words! {
    /// What an anomaly is.
    AnomalyType("anomaly_type") {
        /// A price rose out of proportion.
        PriceSpike = "PRICE_SPIKE",
        /// A price fell out of proportion.
        PriceDrop = "PRICE_DROP",
        /// More units were traded than usual.
        VolumeSurge = "VOLUME_SURGE",
        /// Bid and ask moved apart.
        SpreadExplosion = "SPREAD_EXPLOSION",
        /// Open interest changed out of proportion.
        OiAnomaly = "OI_ANOMALY",
        /// Implied volatility jumped.
        IvSpike = "IV_SPIKE",
        /// Trading algorithms contradict each other.
        AlgorithmConflict = "ALGORITHM_CONFLICT",
        /// Trading to win a loss back.
        RevengeTrading = "REVENGE_TRADING",
        /// More orders than usual.
        Overtrading = "OVERTRADING",
        /// A position larger than usual.
        PositionAnomaly = "POSITION_ANOMALY",
        /// Exposure above what the account carries.
        RiskBreach = "RISK_BREACH",
        /// Other habits after a loss.
        PostLossBehavior = "POST_LOSS_BEHAVIOR",
        /// Trading at an unusual hour.
        TimeAnomaly = "TIME_ANOMALY",
        /// Orders in quick succession.
        FrequencySpike = "FREQUENCY_SPIKE",
        /// Growing positions on a run of wins.
        WinStreakEscalation = "WIN_STREAK_ESCALATION",
        /// A kind of a detector of one's own; `kind` has its word.
        Custom = "CUSTOM",
    }
}

impl AnomalyType {
    /// The type of a detector's kind.
    pub fn of_kind(kind: &str) -> Self {
        Self::parse(kind).unwrap_or(Self::Custom)
    }
}

words! {
    /// What is to be done about an anomaly, from lax to strict.
    DecisionType("decision_type") {
        /// Nothing: it is as it should be.
        Keep = "KEEP",
        /// A person looks at it.
        Review = "REVIEW",
        /// Something is done about it.
        Fix = "FIX",
    }
}

words! {
    /// How far a decision is.
    DecisionStatus("decision_status") {
        /// Somebody was asked and has not answered.
        Pending = "PENDING",
        /// Made.
        Decided = "DECIDED",
        /// A person replaced it.
        Overridden = "OVERRIDDEN",
    }
}

words! {
    /// Who made a decision.
    DecidedBy("decided_by") {
        /// A policy.
        Policy = "POLICY",
        /// A language model.
        Model = "MODEL",
        /// The scorecard of the agent's component.
        Scorecard = "SCORECARD",
        /// A person.
        Person = "PERSON",
    }
}

words! {
    /// What can be done.
    ActionType("action_type") {
        /// No more trading in a symbol.
        HaltSymbol = "HALT_SYMBOL",
        /// A bar is not used.
        DiscardBar = "DISCARD_BAR",
        /// Wider limits for a symbol.
        WidenLimits = "WIDEN_LIMITS",
        /// An algorithm does not trade.
        PauseAlgorithm = "PAUSE_ALGORITHM",
        /// An algorithm counts less.
        ReduceWeight = "REDUCE_WEIGHT",
        /// A trader takes a break.
        CoolDownUser = "COOL_DOWN_USER",
        /// A trader's limit is lower.
        ReduceLimit = "REDUCE_LIMIT",
        /// A trader confirms each order.
        RequireConfirmation = "REQUIRE_CONFIRMATION",
        /// A person looks at it.
        QueueForReview = "QUEUE_FOR_REVIEW",
        /// Another threshold for a detector.
        AdjustThreshold = "ADJUST_THRESHOLD",
        /// Another system is told.
        Webhook = "WEBHOOK",
    }
}

words! {
    /// How far an action is.
    ActionStatus("action_status") {
        /// Asked for, not finished.
        Pending = "PENDING",
        /// Done.
        Succeeded = "SUCCEEDED",
        /// Not done.
        Failed = "FAILED",
        /// Done and undone.
        RolledBack = "ROLLED_BACK",
    }
}

words! {
    /// What an action or a control is about.
    SubjectType("subject_type") {
        /// A market's symbol.
        Symbol = "SYMBOL",
        /// A trading algorithm.
        Algorithm = "ALGORITHM",
        /// A trader.
        User = "USER",
        /// A detector.
        Detector = "DETECTOR",
        /// One anomaly.
        Anomaly = "ANOMALY",
    }
}

words! {
    /// What a block of the ledger records.
    BlockType("block_type") {
        /// The ledger begins, with its first key.
        Genesis = "GENESIS",
        /// Another key may sign from here on.
        KeyAdmitted = "KEY_ADMITTED",
        /// A key takes the place of another.
        KeyRotated = "KEY_ROTATED",
        /// A key may not sign from here on.
        KeyRevoked = "KEY_REVOKED",
        /// An anomaly was found.
        AnomalyDetected = "ANOMALY_DETECTED",
        /// An anomaly took in later findings.
        AnomalyUpdated = "ANOMALY_UPDATED",
        /// A person said whether an anomaly is real.
        AnomalyMarked = "ANOMALY_MARKED",
        /// What to do about an anomaly.
        DecisionMade = "DECISION_MADE",
        /// Another decision about the same anomaly.
        DecisionRevised = "DECISION_REVISED",
        /// Something was done, or failed.
        ActionExecuted = "ACTION_EXECUTED",
        /// Something was undone.
        ActionRolledBack = "ACTION_ROLLED_BACK",
        /// Somebody is to be told.
        NotificationCreated = "NOTIFICATION_CREATED",
        /// Somebody was told, or could not be.
        NotificationUpdated = "NOTIFICATION_UPDATED",
        /// Who is told what, and how, has changed.
        RecipientChanged = "RECIPIENT_CHANGED",
        /// Other detectors run.
        PluginChanged = "PLUGIN_CHANGED",
        /// Other policies decide.
        PolicyChanged = "POLICY_CHANGED",
        /// A backtest and its result.
        BacktestRecorded = "BACKTEST_RECORDED",
        /// Old records were removed.
        CleanedUp = "CLEANED_UP",
        /// A person was forgotten.
        UserForgotten = "USER_FORGOTTEN",
        /// Nothing is done without a person from here on.
        AutomationStopped = "AUTOMATION_STOPPED",
        /// Hosts may act by themselves again.
        AutomationResumed = "AUTOMATION_RESUMED",
    }
}

words! {
    /// How urgent a notification is.
    NotificationPriority("notification_priority") {
        /// For the record.
        Low = "LOW",
        /// As usual.
        Normal = "NORMAL",
        /// Soon.
        High = "HIGH",
        /// Now, quiet hours or not.
        Urgent = "URGENT",
    }
}

words! {
    /// How far a notification is.
    NotificationStatus("notification_status") {
        /// Not told yet.
        Pending = "PENDING",
        /// Told.
        Sent = "SENT",
        /// Given up.
        Failed = "FAILED",
        /// Told within another one.
        Grouped = "GROUPED",
    }
}

words! {
    /// A way to tell somebody.
    NotificationChannel("notification_channel") {
        /// The host's log.
        Log = "LOG",
        /// An HTTP request.
        Webhook = "WEBHOOK",
        /// A mail.
        Email = "EMAIL",
    }
}

words! {
    /// How far one delivery is.
    DeliveryStatus("delivery_status") {
        /// To be tried.
        Pending = "PENDING",
        /// Arrived.
        Delivered = "DELIVERED",
        /// Given up.
        Failed = "FAILED",
    }
}

words! {
    /// How far a job is.
    JobStatus("job_status") {
        /// Waits.
        Queued = "QUEUED",
        /// Under way.
        Running = "RUNNING",
        /// Done.
        Succeeded = "SUCCEEDED",
        /// Given up.
        Failed = "FAILED",
        /// Not wanted any more.
        Cancelled = "CANCELLED",
    }
}

words! {
    /// Side of a trade.
    TradeSide("trade_side") {
        /// Units come in.
        Buy = "BUY",
        /// Units go out.
        Sell = "SELL",
    }
}

words! {
    /// Whose rows a host ingests.
    LeaseKind("lease_kind") {
        /// A symbol's bars and signals.
        Market = "MARKET",
        /// A trader's fills.
        Trader = "TRADER",
    }
}
