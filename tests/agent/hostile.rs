//! Components that break their word: the host holds the bounds, not they.

use std::{sync::Arc, time::Duration};

use host::{
    agent::{Choice, FailureKind},
    config::OnFailure,
    detectors::{
        agent::AgentPlugin, artifact::Artifact, engine, error::LoadError, limits::Limits, plugin::Loader,
    },
    domain::{
        judgement::{Allowed, Verdict},
        vocabulary::{DecidedBy, DecisionType},
    },
};
use tests::{Scratch, repository};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::{
    api::Reaction,
    support::{Scene, case, good, say},
};

/// What a component answers, whatever it is asked.
struct Says {
    decision: &'static str,
    /// 0 model, 1 scorecard, 2 neither.
    decided_by: u8,
    confidence: &'static str,
    evidence: u8,
    actions: u8,
    /// Before it answers.
    first: &'static str,
    powers: u8,
}

impl Default for Says {
    fn default() -> Self {
        Self {
            decision: "KEEP",
            decided_by: 1,
            confidence: "0.7",
            evidence: 0,
            actions: 0,
            first: "",
            powers: 1,
        }
    }
}

const IMPORT: &str = r#"(import "vyomo:plugin/language-model@0.1.0" "complete"
    (func $complete (param i32 i32 i32 i32 i32 i32 i32)))"#;

/// Asks the model with two empty texts and a schema.
const ASK: &str = "(call $complete (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 512) (i32.const 30) \
    (i32.const 600))";

impl Says {
    /// The component: its answers lie in memory as the canonical ABI has them.
    fn module(&self) -> String {
        let Self { decision, decided_by, confidence, evidence, actions, first, powers } = self;
        let length = decision.len();
        let import = if *powers == 0 && first.is_empty() { "" } else { IMPORT };
        format!(
            r#"(module
    {import}
    (memory (export "memory") 2)
    (global $free (mut i32) (i32.const 4096))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
        (global.set $free (i32.and (i32.add (global.get $free) (i32.const 15)) (i32.const -16)))
        (global.get $free)
        (global.set $free (i32.add (global.get $free) (local.get 3))))
    (data (i32.const 400) "hostile0.1.0{{}}language-modelmoonWEBHOOK{decision}")
    (data (i32.const 512) "{{\22additionalProperties\22:false}}")
    ;; A list of one power, one evidence name, one action.
    (func $text (param i32 i32 i32)
        (i32.store (local.get 0) (local.get 1))
        (i32.store offset=4 (local.get 0) (local.get 2)))
    (func (export "vyomo:plugin/decision@0.1.0#describe") (result i32)
        (call $text (i32.const 0) (i32.const 400) (i32.const 7))
        (call $text (i32.const 8) (i32.const 407) (i32.const 5))
        (call $text (i32.const 200) (i32.const 414) (i32.const 14))
        (call $text (i32.const 16) (i32.const 200) (i32.const {powers}))
        (call $text (i32.const 24) (i32.const 412) (i32.const 2))
        (i32.const 0))
    (func (export "vyomo:plugin/decision@0.1.0#configure") (param i32 i32) (result i32)
        (i32.store8 (i32.const 0) (i32.const 0))
        (i32.const 0))
    (func (export "vyomo:plugin/decision@0.1.0#decide") (param i32 i32 i32 i32 i32 i32) (result i32)
        {first}
        (i32.store8 (i32.const 96) (i32.const 0))
        (call $text (i32.const 104) (i32.const 439) (i32.const {length}))
        (i32.store8 (i32.const 112) (i32.const {decided_by}))
        (f64.store (i32.const 120) (f64.const {confidence}))
        (call $text (i32.const 128) (i32.const 400) (i32.const 7))
        (call $text (i32.const 208) (i32.const 428) (i32.const 4))
        (call $text (i32.const 136) (i32.const 208) (i32.const {evidence}))
        (call $text (i32.const 216) (i32.const 432) (i32.const 7))
        (call $text (i32.const 144) (i32.const 216) (i32.const {actions}))
        (i32.store8 (i32.const 152) (i32.const 0))
        (i32.const 96)))"#
        )
    }

    fn component(&self) -> Vec<u8> {
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_dir(repository().join("plugin-sdk/wit/v0.1")).unwrap();
        let world = resolve.select_world(&[package], Some("decision-agent")).unwrap();
        let mut module = wat::parse_str(self.module()).unwrap();
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
        ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
    }

    fn load(&self) -> Result<Arc<AgentPlugin>, LoadError> {
        let limits = Limits { deadline: Duration::from_millis(200), ..Limits::default() };
        let loader = Loader::new(engine::start(&limits).unwrap(), limits, None);
        let artifact = Artifact::from_bytes(self.component())?;
        AgentPlugin::load(&loader, "hostile.wasm".into(), &artifact).map(Arc::new)
    }

    /// What comes of it where KEEP and REVIEW are allowed, with a model or without.
    fn verdict(&self, choice: &Choice) -> (Verdict, FailureKind) {
        let scene = Scene::with(self.load().unwrap(), choice, None, [say(&good())], |config| {
            config.on_failure = OnFailure::Scorecard;
        });
        let scene = scene.unwrap();
        let decisions = vec![DecisionType::Keep, DecisionType::Review];
        let answer = scene.agent.ask_blocking(&case(), &Allowed { decisions, actions: Vec::new() });
        (answer.verdict, *scene.agent.metrics().failures.keys().next().unwrap())
    }

    #[track_caller]
    fn is_for_a_person(&self, choice: &Choice, kind: FailureKind, reason: &str) {
        let (verdict, failure) = self.verdict(choice);
        assert_eq!((verdict.decision, verdict.decided_by), (DecisionType::Review, DecidedBy::Policy));
        assert_eq!((verdict.actions, verdict.evidence), (Vec::new(), Vec::new()));
        let fallback = verdict.fallback.unwrap();
        assert!(fallback.contains(reason), "{fallback}");
        assert_eq!(failure, kind);
    }
}

#[test]
fn an_honest_one_of_this_make_is_heard() {
    let scene = Scene::with(Says::default().load().unwrap(), &Choice::Scorecard, None, [], |_| ()).unwrap();
    let verdict = scene.ask().verdict;
    assert_eq!((verdict.decision, verdict.decided_by), (DecisionType::Keep, DecidedBy::Scorecard));
    assert_eq!((verdict.confidence, verdict.reason.as_str()), (0.7, "hostile"));
}

#[test]
fn a_decision_or_action_that_was_not_allowed_is_a_review() {
    for decision in ["FIX", "SELL", ""] {
        let says = Says { decision, ..Says::default() };
        says.is_for_a_person(&Choice::Scorecard, FailureKind::NotAllowed, "which was not allowed");
    }
    let says = Says { actions: 1, ..Says::default() };
    says.is_for_a_person(&Choice::Scorecard, FailureKind::NotAllowed, "WEBHOOK");
}

#[test]
fn evidence_and_confidence_that_are_none_are_not_believed() {
    let says = Says { evidence: 1, ..Says::default() };
    says.is_for_a_person(&Choice::Scorecard, FailureKind::Unusable, "\"moon\"");
    for confidence in ["nan", "1.5", "-0.1", "inf"] {
        let says = Says { confidence, ..Says::default() };
        says.is_for_a_person(&Choice::Scorecard, FailureKind::Unusable, "is not between 0 and 1");
    }
}

#[test]
fn a_verdict_is_not_called_the_model_s_unless_the_model_answered() {
    let says = Says { decided_by: 0, ..Says::default() };
    says.is_for_a_person(&Choice::Scorecard, FailureKind::Component, "that the model did not give");
    says.is_for_a_person(&Choice::Claude, FailureKind::Component, "that the model did not give");
}

#[test]
fn a_component_that_never_ends_or_traps_costs_the_case_and_no_more() {
    let endless = Says { first: "(loop $again (br $again))", ..Says::default() };
    endless.is_for_a_person(&Choice::Scorecard, FailureKind::Component, "ran into the deadline of 200 ms");
    let trapping = Says { first: "unreachable", ..Says::default() };
    trapping.is_for_a_person(&Choice::Scorecard, FailureKind::Component, "trapped");
}

#[test]
fn a_component_that_has_its_answer_still_has_to_end() {
    let endless: &'static str = Box::leak(format!("{ASK}(loop $again (br $again))").into_boxed_str());
    let says = Says { first: endless, ..Says::default() };
    says.is_for_a_person(&Choice::Claude, FailureKind::Component, "ran into the deadline of 200 ms");
}

#[test]
fn waiting_for_the_model_does_not_count() {
    let says = Says { first: ASK, decided_by: 0, ..Says::default() };
    let late = Reaction::SayLate("{}".into());
    let scene = Scene::with(says.load().unwrap(), &Choice::Claude, None, [late], |_| ()).unwrap();
    assert_eq!(scene.ask().verdict.decided_by, DecidedBy::Model);
}

#[test]
fn the_check_finds_what_is_not_allowed() {
    let check = |says: Says| {
        let scratch = Scratch::new().with_bytes("hostile.wasm", &says.component());
        scratch.host(&["plugin", "check", "plugins/hostile.wasm"])
    };
    let ran = check(Says::default());
    assert!(ran.code == 3 && ran.out.contains("\"KEEP\", which was not allowed"), "{}", ran.said());
    let ran = check(Says { decision: "REVIEW", decided_by: 0, ..Says::default() });
    assert!(ran.out.contains("it calls a verdict the model's where there is none"), "{}", ran.said());
    let ran = check(Says { decision: "REVIEW", ..Says::default() });
    assert_eq!(ran.code, 0, "{}", ran.said());
}

#[test]
fn a_component_asks_once_about_a_case() {
    let twice: &'static str = Box::leak(format!("{ASK}{ASK}").into_boxed_str());
    let says = Says { first: twice, ..Says::default() };
    says.is_for_a_person(&Choice::Claude, FailureKind::Component, "more than once about one case");
}

#[test]
fn a_component_that_asks_for_no_power_cannot_use_it() {
    let error = Says { first: ASK, powers: 0, ..Says::default() }.load().err().unwrap().to_string();
    assert!(error.contains("it imports language-model and does not ask for it"), "{error}");
    let modest = Says { powers: 0, ..Says::default() }.load().unwrap();
    let refused = Scene::with(modest, &Choice::Claude, None, [], |_| ());
    assert!(refused.err().unwrap().to_string().contains("does not ask for language-model"));
}
