//! A policy that goes astray is stopped, soon and with a reason.

use host::domain::vocabulary::DecisionType;

use crate::support::{good, resolve, spike, triage, verdict};

fn fails(body: &str) -> String {
    good(&triage(body)).triage(&spike()).unwrap_err().to_string()
}

#[test]
fn a_loop_without_end_is_stopped() {
    let reason = fails("loop { }\nkeep(\"never\", 1.0)");
    assert_eq!(reason, "default.rhai: triage: stopped after 5000 steps; is there a loop without end?");
}

#[test]
fn a_loop_without_end_cannot_be_caught() {
    assert!(fails("try { loop { } } catch { }\nkeep(\"caught\", 1.0)").contains("stopped after 5000 steps"));
}

#[test]
fn a_huge_text_is_refused() {
    assert!(
        fails("let text = \"x\";\nloop { text += text; }")
            .contains("a text grows too large; it may have 4096 bytes")
    );
}

#[test]
fn a_huge_list_is_refused() {
    assert!(
        fails("let list = [1];\nloop { list += list; }")
            .contains("a list or map grows too large; it may have 256 elements")
    );
}

#[test]
fn deep_recursion_is_refused() {
    let policy = triage("keep(down(1), 1.0)") + "fn down(depth) { down(depth + 1) }";
    let error = good(&policy).triage(&spike()).unwrap_err();
    assert!(error.reason.contains("more than 16 deep"), "{error}");
}

#[test]
fn resolve_is_bounded_too() {
    let set = good(&resolve("while true { }\nfollow(verdict)"));
    let error = set.resolve(&spike(), &verdict(DecisionType::Keep)).unwrap_err();
    assert!(error.reason.contains("stopped after"), "{error}");
}

#[test]
fn one_set_serves_many_threads() {
    let set = good(&triage("fix(anomaly.kind, anomaly.score)"));
    let first = set.triage(&spike()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..100).for_each(|_| assert_eq!(set.triage(&spike()).unwrap(), first)));
        }
    });
}
