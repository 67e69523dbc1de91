//! What policies see and what they answer.

use host::domain::{
    case::OpenConflict,
    finding::Severity,
    judgement::{Allowed, PlannedNotification, Triage},
    vocabulary::{ActionType, DecisionType, NotificationPriority, SubjectType},
};
use serde_json::json;

use crate::support::{CASES, good, overtrading, resolve, spike, triage, verdict};

#[test]
fn triage_decides_with_a_reason_and_a_confidence() {
    let set =
        good(&triage("fix(`${anomaly.kind} of ${anomaly.subject}, ${anomaly.severity}`, anomaly.score)"));
    let decided = Triage::Decide {
        decision: DecisionType::Fix,
        confidence: 0.8,
        reason: "PRICE_SPIKE of NIFTY, HIGH".to_owned(),
    };
    assert_eq!(set.triage(&spike()).unwrap(), decided);
}

#[test]
fn triage_asks_and_says_what_may_be_answered() {
    let set = good(&triage("ask([KEEP, REVIEW], [HALT_SYMBOL])"));
    let asked = Triage::Ask(Allowed {
        decisions: vec![DecisionType::Keep, DecisionType::Review],
        actions: vec![ActionType::HaltSymbol],
    });
    assert_eq!(set.triage(&spike()).unwrap(), asked);
}

#[test]
fn severities_compare_by_their_order_and_not_by_their_letters() {
    let set = good(&triage(
        r#"if anomaly.severity >= HIGH && anomaly.severity > "LOW" && anomaly.severity < CRITICAL
               && "MEDIUM" < anomaly.severity && context.conflict.severity == CRITICAL
               && context.recent.highest != LOW {
               fix("in order", 1.0)
           } else { keep("out of order", 1.0) }"#,
    ));
    let mut case = spike();
    case.context.recent.highest = Some(Severity::Critical);
    case.context.conflict =
        Some(OpenConflict { severity: Severity::Critical, disagreement: 60.0, minutes: 2.0 });
    assert!(matches!(set.triage(&case).unwrap(), Triage::Decide { decision: DecisionType::Fix, .. }));
}

#[test]
fn an_unknown_severity_is_an_error_and_not_a_no() {
    let set = good(&triage(
        r#"let word = "HIHG"; if anomaly.severity >= word { fix("x", 1.0) } else { keep("y", 1.0) }"#,
    ));
    let error = set.triage(&spike()).unwrap_err();
    assert!(error.reason.contains("there is no severity \"HIHG\""), "{error}");
}

#[test]
fn settings_and_words_are_plain_names_and_a_family_replaces_what_it_names() {
    let body = triage("if anomaly.score > LINE { fix(SAYS, 1.0) } else { keep(own(), 1.0) }");
    let default = format!("const LINE = 0.5;\nconst SAYS = \"default\";\n{body}fn own() {{ \"default's\" }}");
    let files = [
        ("default.rhai", default),
        ("default.cases.toml", CASES.to_owned()),
        ("market.rhai", "const LINE = 0.9;\nfn own() { \"market's\" }".to_owned()),
        ("market.cases.toml", CASES.to_owned()),
    ];
    let files = files.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    let set = host::policy::PolicySet::of(files).unwrap_or_else(|refused| panic!("{refused}"));
    let reason = |case| match set.triage(&case).unwrap() {
        Triage::Decide { reason, .. } => reason,
        Triage::Ask(_) => panic!("asked"),
    };
    assert_eq!(reason(spike()), "market's");
    assert_eq!(reason(overtrading()), "default");
}

#[test]
fn resolve_plans_actions_and_messages() {
    let set = good(&resolve(
        r#"let answer = fix("halted", 0.9);
           answer.act(halt_symbol(15));
           answer.act(adjust_threshold(1.5, 60)).act(discard_bar());
           answer.act(pause_algorithm("macd", 30));
           answer.tell(notify(URGENT, "NIFTY is halted"));
           answer.tell(notify(anomaly.severity, "again", "a body"));
           answer"#,
    ));
    let resolution = set.resolve(&spike(), &verdict(DecisionType::Review)).unwrap();
    assert_eq!((resolution.decision, resolution.confidence), (DecisionType::Fix, 0.9));
    let actions: Vec<_> = resolution
        .actions
        .into_iter()
        .map(|one| {
            (one.action_type, one.subject_type, one.subject, serde_json::Value::Object(one.parameters))
        })
        .collect();
    let expected = [
        (ActionType::HaltSymbol, SubjectType::Symbol, "NIFTY", json!({ "minutes": 15 })),
        (
            ActionType::AdjustThreshold,
            SubjectType::Detector,
            "price-movement",
            json!({ "factor": 1.5, "minutes": 60 }),
        ),
        (ActionType::DiscardBar, SubjectType::Symbol, "NIFTY", json!({ "at": 1_700_000_000_000_000_i64 })),
        (ActionType::PauseAlgorithm, SubjectType::Algorithm, "macd", json!({ "minutes": 30 })),
    ];
    assert_eq!(actions, expected.map(|(action, of, name, with)| (action, of, name.to_owned(), with)));
    let message = |priority, title: &str, body: &str| PlannedNotification {
        priority,
        title: title.to_owned(),
        body: body.to_owned(),
    };
    let messages = [
        message(NotificationPriority::Urgent, "NIFTY is halted", "halted"),
        message(NotificationPriority::High, "again", "a body"),
    ];
    assert_eq!(resolution.notifications, messages);
}

#[test]
fn a_traders_id_is_in_no_text() {
    let set = good(&resolve(
        r"fix(`${anomaly.subject} trades`, 0.9).act(cool_down_user(30)).tell(notify(HIGH, anomaly.subject, `to ${anomaly.subject}`))",
    ));
    let resolution = set.resolve(&overtrading(), &verdict(DecisionType::Fix)).unwrap();
    assert_eq!(resolution.reason, "the trader trades");
    assert_eq!(resolution.notifications[0].title, "the trader");
    assert_eq!(resolution.notifications[0].body, "to the trader");
    assert_eq!(resolution.actions[0].subject, "trader-77", "whom it is done to is kept");
    let error = good(&triage("throw `no rule for ${anomaly.subject}`")).triage(&overtrading()).unwrap_err();
    assert_eq!(error.reason, "no rule for the trader");
}

#[test]
fn what_is_no_answer_is_an_error_with_its_place() {
    let reason = |body: &str| good(&triage(body)).triage(&spike()).unwrap_err().to_string();
    assert_eq!(
        reason("\"FIX\""),
        "default.rhai: triage: triage answered string; it answers keep(..), review(..), fix(..) or ask(..)"
    );
    assert!(reason("let nothing = 1;").contains("triage answered nothing"));
    assert!(reason("fix(\"sure\", 1.5)").starts_with("default.rhai:2:1: confidence is 1.5"));
    assert!(reason("fix(\" \", 0.5)").contains("the reason is empty"));
    assert!(reason("let none = []; ask(none)").contains("allow at least one"));
    assert!(reason("let words = [\"SELL\"]; ask(words)").contains("there is no decision \"SELL\""));
    assert!(reason("fix(\"halt\", 0.9).act(halt_symbol(5))").contains("belong into resolve"));
    assert!(reason("if anomaly.evidence.depth > 1.0 { }").contains("there is no field `depth`"));
}

#[test]
fn actions_are_bounded_and_fit_their_subject() {
    let reason = |body: &str| {
        let set = good(&resolve(&format!("fix(\"x\", 0.9).act({body})")));
        set.resolve(&spike(), &verdict(DecisionType::Fix)).unwrap_err().reason
    };
    assert!(reason("halt_symbol(0)").contains("a whole number from 1 to 1440"));
    assert!(reason("widen_limits(0.0, 5)").contains("it goes from 1 to 10"));
    assert!(reason("pause_algorithm(\"mcad\", 5)").contains("there is no algorithm \"mcad\""));
    assert!(reason("webhook(\"https://elsewhere\")").contains("is no endpoint"));
    assert!(
        reason("cool_down_user(5)").contains("COOL_DOWN_USER is about a user, and a market anomaly has none")
    );
}
