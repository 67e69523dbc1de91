//! Broken edits: each is refused, all of its problems are told, and each says where it is and what to do.

use std::collections::BTreeMap;

use host::policy::PolicySet;

use crate::support::{CASES, set_of, shipped, triage};

/// What is said about a policy.
fn refusal(policy: &str) -> String {
    match set_of(policy) {
        Ok(_) => panic!("it was taken:\n{policy}"),
        Err(refused) => refused.to_string(),
    }
}

/// What is said about the shipped set with one file replaced.
fn edited(file: &str, edit: impl FnOnce(String) -> String) -> String {
    let mut files = shipped();
    let text = files.remove(file).unwrap_or_default();
    files.insert(file.to_owned(), edit(text));
    match PolicySet::of(files) {
        Ok(_) => panic!("it was taken"),
        Err(refused) => refused.to_string(),
    }
}

fn assert_says(refusal: &str, words: &[&str]) {
    for word in words {
        assert!(refusal.contains(word), "{word:?} is not in\n{refusal}");
    }
}

#[test]
fn the_shipped_policies_are_in_order_and_have_cases() {
    let set = PolicySet::of(shipped()).unwrap();
    assert_eq!(set.cases().keys().len(), 4);
    assert!(set.cases().values().all(|count| *count >= 4), "{:?}", set.cases());
}

#[test]
fn a_syntax_error_is_shown_with_a_caret() {
    let said =
        edited("market.rhai", |text| text.replace("const WIDE_MINUTES = 30;", "const WIDE_MINUTES = ;"));
    let shown = "\
error: syntax: unexpected ';'
 --> market.rhai:5:22
  |
5 | const WIDE_MINUTES = ;
  |                      ^
";
    assert_says(&said, &[shown]);
}

#[test]
fn a_missing_function_is_named() {
    let said = edited("default.rhai", |text| text.replace("fn resolve(", "fn resolv("));
    assert_says(&said, &["default.rhai: has no `fn resolve(anomaly, verdict, context)`"]);
}

#[test]
fn a_function_with_other_parameters_is_told_which() {
    let said = edited("market.rhai", |text| text + "\nfn triage(context, anomaly) { keep(\"x\", 1.0) }");
    assert_says(&said, &["`triage` takes (anomaly, context), and here (context, anomaly)", "^^^^^^"]);
    let said = edited("market.rhai", |text| text + "\nfn percent(share, digits) { \"\" }");
    assert_says(&said, &["`percent` takes 1 value in default.rhai, and here 2"]);
}

#[test]
fn a_failing_case_says_what_it_expects() {
    let said = edited("default.rhai", |text| text.replace("KEEP_BELOW = 0.75", "KEEP_BELOW = 0.5"));
    assert_says(
        &said,
        &[
            "case \"what is weak and alone is kept\": expects triage KEEP, and it is ASK",
            "default.cases.toml:4:8",
            "case \"a small spike is kept\"",
            "market.cases.toml",
        ],
    );
}

#[test]
fn a_loop_without_end_never_goes_live() {
    let said = edited("behavior.rhai", |text| {
        text.replace(
            "fn remedy(answer, anomaly, verdict, context) {",
            "fn remedy(answer, anomaly, verdict, context) { while true { }",
        )
    });
    assert_says(
        &said,
        &[
            "stopped after 5000 steps; is there a loop without end?",
            "behavior.rhai",
            "fails for OVERTRADING of HIGH severity, score 0.9: resolve, or what it calls in default.rhai: stopped",
        ],
    );
}

#[test]
fn a_huge_text_never_goes_live() {
    let said = edited("default.rhai", |text| {
        text.replace("if is_weak(", "let likely = \"x\"; for i in 0..99 { likely += likely; } if is_weak(")
    });
    assert_says(&said, &["a text grows too large; it may have 4096 bytes", "default.rhai"]);
}

#[test]
fn deep_recursion_never_goes_live() {
    let said = edited("default.rhai", |text| text.replace("`${(share", "percent(share); `${(share"));
    assert_says(&said, &["functions call each other more than 16 deep"]);
}

#[test]
fn unknown_words_are_all_told_with_what_may_be_meant() {
    let said = refusal(&triage(
        "if anomaly.sevrity >= HIHG && context.record.precison == 0.5 {\n    return kep(\"x\", FIX_FORM);\n}\nkeep(\"x\")",
    ));
    assert_says(
        &said,
        &[
            "there is no field `sevrity`",
            "help: is `severity` meant?",
            "there is no `HIHG`",
            "help: is `HIGH` meant?",
            "there is no field `precison`",
            "help: is `precision` meant?",
            "there is no function `kep`",
            "help: is `keep` meant?",
            "there is no `FIX_FORM`",
            "`keep` takes 2 values, and here 1",
            "the policies are refused: 6 problems",
        ],
    );
}

#[test]
fn fields_are_known_through_names_of_ones_own() {
    let said = refusal(&triage(
        "let record = context.record;\nfor control in context.controls { if control.acton == HALT_SYMBOL { } }\nkeep(`${record.jugded}`, 1.0)",
    ));
    assert_says(&said, &["there is no field `acton`", "there is no field `jugded`", "2 problems"]);
}

#[test]
fn words_are_compared_with_words_of_their_own() {
    let said = refusal(&triage(
        "if anomaly.kind == PRICE_DROP || anomaly.kind == \"PRICE_SPIK\" || anomaly.kind == FIX { }\nif anomaly.severity == 3 || anomaly.family in [\"markt\"] { }\nkeep(\"x\", 1.0)",
    ));
    assert_says(
        &said,
        &[
            "`kind` is never PRICE_SPIK",
            "help: is `PRICE_SPIKE` meant?",
            "`kind` is never FIX",
            "`severity` is a word, and this is none",
            "`family` is never markt",
            "4 problems",
        ],
    );
}

#[test]
fn a_kind_of_another_family_is_never_seen() {
    let said =
        edited("market.rhai", |text| text.replace("[IV_SPIKE, OI_ANOMALY]", "[IV_SPIKE, OVERTRADING]"));
    assert_says(&said, &["`kind` is never OVERTRADING", "1 problem"]);
}

#[test]
fn kinds_of_detectors_of_ones_own_are_named_by_a_setting() {
    let policy = triage("if anomaly.kind == \"WIDE_RANGE\" { return fix(\"own\", 1.0); }\nkeep(\"x\", 1.0)");
    assert_says(&refusal(&policy), &["`kind` is never WIDE_RANGE"]);
    assert!(set_of(&format!("const OWN_KINDS = [\"WIDE_RANGE\"];\n{policy}")).is_ok());
}

#[test]
fn words_without_an_order_are_not_ordered() {
    let said = refusal(
        "fn triage(anomaly, context) { ask([KEEP]) }\nfn resolve(anomaly, verdict, context) {\n if verdict.decision >= REVIEW { }\n follow(verdict) }",
    );
    assert_says(&said, &["this is a word without an order; compare with `==`"]);
}

#[test]
fn what_may_be_unknown_is_not_compared_unawares() {
    let said = refusal(&triage("if context.record.precision < 0.5 { }\nkeep(\"x\", 1.0)"));
    assert_says(&said, &["this is () where nothing is known", "help: write `(... ?? 0.0)`"]);
}

#[test]
fn what_is_never_reached_is_told() {
    let said = refusal(&triage(
        "if false { return keep(\"y\", 1.0); }\nreturn keep(\"x\", 1.0);\nfix(\"never\", 1.0)",
    ));
    assert_says(&said, &["this condition never holds", "this is never reached", "default.rhai:4:1"]);
}

#[test]
fn a_question_without_answers_is_refused() {
    let said =
        refusal(&triage("if anomaly.score > 0.5 { return ask([]); }\nask([KEEP, HALT_SYMBOL], [FIX])"));
    assert_says(
        &said,
        &["this question allows no decision", "a decision is never HALT_SYMBOL", "an action is never FIX"],
    );
}

#[test]
fn settings_are_constants_that_something_reads() {
    let policy = format!(
        "let LIMIT = 1;\nconst low = 2;\nconst FIX = 3;\nconst UNREAD = 4;\nkeep(\"x\", 1.0);\n{}",
        triage("UNREAD = 5;\nkeep(\"x\", 1.0)")
    );
    assert_says(
        &refusal(&policy),
        &[
            "functions do not see `LIMIT`; write `const LIMIT = ...`",
            "settings are written in capitals: `LOW`",
            "FIX is a word that every policy has",
            "no function reads the setting UNREAD",
            "UNREAD cannot be assigned here; its value stands at the top",
            "only settings (`const NAME = ...;`) and functions stand at the top",
        ],
    );
    let said = edited("market.rhai", |text| {
        text.replace("const WIDE_FACTOR", "const FIX_FORM = 0.5;\nconst WIDE_FACTOR")
    });
    assert_says(&said, &["no function reads the setting FIX_FORM", "help: is `FIX_FROM` meant?"]);
}

#[test]
fn a_case_cannot_be_changed() {
    let said = refusal(&triage("anomaly.score = 0.1;\nkeep(\"x\", 1.0)"));
    assert_says(&said, &["a case is what happened and cannot be changed"]);
}

#[test]
fn what_reaches_outside_is_no_word() {
    for body in [
        "import \"x\" as y;",
        "eval(\"1\");",
        "print(1);",
        "debug(1);",
        "let f = |x| x;",
        "sleep(1);",
        "timestamp();",
        "rand();",
        "let f = Fn(\"x\");",
        "exit(1);",
    ] {
        let said = refusal(&triage(&format!("{body}\nkeep(\"x\", 1.0)")));
        assert_says(&said, &["default.rhai:2:"]);
    }
}

#[test]
fn a_set_has_its_files_and_no_others() {
    let files = BTreeMap::from([
        ("default.rhai".to_owned(), triage("keep(\"x\", 1.0)")),
        ("markets.rhai".to_owned(), String::new()),
        ("market.cases.toml".to_owned(), CASES.to_owned()),
    ]);
    let said = PolicySet::of(files).err().unwrap().to_string();
    assert_says(
        &said,
        &[
            "markets.rhai: is no file of a set",
            "default.cases.toml: is missing: default.rhai needs cases",
            "market.rhai: is missing, though there is market.cases.toml",
        ],
    );
}

#[test]
fn wrong_cases_are_told_where_they_are() {
    let with = |cases: &str| edited("market.cases.toml", |_| cases.to_owned());
    assert_says(
        &with("[[case]]\nname = \"x\"\ntriag = \"FIX\""),
        &["unknown field `triag`", "market.cases.toml:3:1"],
    );
    assert_says(&with(""), &["has no [[case]]; market.rhai needs at least one"]);
    assert_says(&with("[[case]]\nname = \"x\""), &["expects nothing; say `triage`"]);
    assert_says(
        &with("[[case]]\nname = \"x\"\nanomaly = { scor = 1.0 }\ntriage = \"FIX\""),
        &["unknown field `scor`"],
    );
    assert_says(
        &with("[[case]]\nname = \"x\"\nanomaly = { severity = \"HIGH\", score = 0.92 }\ndecision = \"FIX\""),
        &["triage asks, so the case has to say what the `verdict` is"],
    );
}

#[test]
fn the_hash_is_over_names_and_bytes_and_cases() {
    let files = shipped();
    let hash = PolicySet::of(files.clone()).unwrap().hash();
    assert_eq!(PolicySet::of(files.clone()).unwrap().hash(), hash);
    let mut other = files;
    other.get_mut("market.cases.toml").unwrap().push_str("# a word\n");
    assert_ne!(PolicySet::of(other).unwrap().hash(), hash);
}
