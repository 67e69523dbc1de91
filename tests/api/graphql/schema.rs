//! The schema on disk is that of the host.

use std::fs;

use host::api::graphql;

const QUERIES: &str = "anomalies anomaly decisions decision actionHistory action blockchain verifyBlockchain \
    blockchainStats notifications notificationRecipients dashboard metrics health version backtestResults \
    conflictStats behaviorStats";
const MUTATIONS: &str = "detectAnomalies makeDecision executeAction rollbackAction sendNotification \
    registerRecipient updateRecipientPreferences markAnomalyAsReal overrideDecision runBacktest";
const SUBSCRIPTIONS: &str =
    "anomalyDetected decisionMade actionExecuted notificationSent blockAdded dashboardUpdated";

/// The fields of one type of a schema.
pub(super) fn fields(schema: &str, of: &str) -> Vec<String> {
    let (_, rest) = schema.split_once(&format!("\ntype {of} {{\n")).unwrap_or_default();
    let (body, _) = rest.split_once("\n}").unwrap_or_default();
    let name = |line: &str| {
        let field = line.strip_prefix('\t')?;
        let end = field.find(['(', ':'])?;
        let is_name = field[..end].chars().all(char::is_alphanumeric) && !field[..end].is_empty();
        is_name.then(|| field[..end].to_owned())
    };
    let mut is_text = false;
    let mut fields = Vec::new();
    for line in body.lines() {
        if line.trim() == "\"\"\"" {
            is_text = !is_text;
        } else if !is_text {
            fields.extend(name(line));
        }
    }
    fields
}

#[test]
fn the_schema_on_disk_is_that_of_the_host() {
    let path = tests::repository().join("host/schema.graphql");
    let (written, now) = (fs::read_to_string(path).unwrap(), graphql::sdl());
    let differs = written.lines().zip(now.lines()).find(|(written, now)| written != now);
    assert!(written == now, "write it anew with `host schema graphql > host/schema.graphql`: {differs:?}");
}

#[test]
fn everything_that_clients_know_is_there() {
    let schema = graphql::sdl();
    for (of, names) in [("Query", QUERIES), ("Mutation", MUTATIONS), ("Subscription", SUBSCRIPTIONS)] {
        let fields = fields(&schema, of);
        for name in names.split_whitespace() {
            assert!(fields.iter().any(|field| field == name), "{of} has no {name}");
        }
    }
}
