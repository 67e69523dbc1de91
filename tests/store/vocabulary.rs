//! The same words in the database, in the host and in the API's schema.

use std::{collections::BTreeMap, fs};

use host::domain::{family::Family, finding::Severity, vocabulary::*};
use tests::database;

type Words = BTreeMap<String, Vec<String>>;

fn words(name: &str, values: impl IntoIterator<Item = &'static str>) -> (String, Vec<String>) {
    (name.to_owned(), values.into_iter().map(str::to_owned).collect())
}

/// By the database's name of the type.
fn of_host() -> Words {
    Words::from([
        words("anomaly_type", AnomalyType::ALL.iter().map(|value| value.name())),
        words(
            "anomaly_severity",
            [Severity::Low, Severity::Medium, Severity::High, Severity::Critical].map(Severity::name),
        ),
        words("decision_type", DecisionType::ALL.iter().map(|value| value.name())),
        words("decision_status", DecisionStatus::ALL.iter().map(|value| value.name())),
        words("decided_by", DecidedBy::ALL.iter().map(|value| value.name())),
        words("action_type", ActionType::ALL.iter().map(|value| value.name())),
        words("action_status", ActionStatus::ALL.iter().map(|value| value.name())),
        words("subject_type", SubjectType::ALL.iter().map(|value| value.name())),
        words("block_type", BlockType::ALL.iter().map(|value| value.name())),
        words("notification_priority", NotificationPriority::ALL.iter().map(|value| value.name())),
        words("notification_status", NotificationStatus::ALL.iter().map(|value| value.name())),
        words("notification_channel", NotificationChannel::ALL.iter().map(|value| value.name())),
        words("delivery_status", DeliveryStatus::ALL.iter().map(|value| value.name())),
        words("job_status", JobStatus::ALL.iter().map(|value| value.name())),
        words("lease_kind", LeaseKind::ALL.iter().map(|value| value.name())),
        words("trade_side", TradeSide::ALL.iter().map(|value| value.name())),
        words("vote", ["SELL", "HOLD", "BUY"]),
    ])
}

async fn of_database() -> Words {
    let database = database::fresh("vocabulary").await;
    let rows: Vec<(String, Vec<String>)> = sqlx::query_as(
        "SELECT typname::text, array_agg(enumlabel::text ORDER BY enumsortorder)
         FROM pg_type JOIN pg_enum ON enumtypid = pg_type.oid GROUP BY 1",
    )
    .fetch_all(&database.pool)
    .await
    .unwrap();
    rows.into_iter().collect()
}

/// `AnomalyType` is `anomaly_type`.
fn of_schema() -> Words {
    let text = fs::read_to_string(tests::repository().join("host/schema.graphql")).unwrap();
    // Every other part is a description.
    let text: String = text.split("\"\"\"").step_by(2).collect();
    let snake = |name: &str| {
        let spaced =
            |letter: char| if letter.is_uppercase() { format!("_{letter}") } else { letter.to_string() };
        name.chars().map(spaced).collect::<String>().trim_start_matches('_').to_lowercase()
    };
    let mut words = Words::new();
    for block in text.split("\nenum ").skip(1) {
        let (name, rest) = block.split_once(" {\n").unwrap();
        let (values, _) = rest.split_once("\n}").unwrap();
        let values = values.lines().map(str::trim).filter(|line| !line.is_empty());
        words.insert(snake(name), values.map(str::to_owned).collect());
    }
    words
}

#[tokio::test]
async fn the_database_has_the_words_of_the_host() {
    let mut database = of_database().await;
    let families = Family::ALL.map(|family| family.name().to_uppercase());
    assert_eq!(database.remove("family").unwrap(), families);
    assert_eq!(database, of_host());
}

#[test]
fn the_schema_has_the_words_of_the_host() {
    let (host, schema) = (of_host(), of_schema());
    let shared: Vec<_> = schema.iter().filter(|(name, _)| host.contains_key(*name)).collect();
    assert!(shared.len() >= 13, "{shared:?}");
    for (name, values) in shared {
        assert_eq!(Some(values), host.get(name), "{name}");
    }
}
