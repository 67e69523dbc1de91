//! Which policies decide: in a running host, and on record.

use std::{fs, process::Output};

use host::{
    domain::vocabulary::BlockType,
    policy::{Live, PolicySet},
    store::policies,
};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    desk::{Desk, put},
    support::{good, shipped, spike, triage, write},
};

#[test]
fn a_good_edit_goes_live_as_a_whole() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &shipped());
    let live = Live::new(good(&triage("keep(\"old\", 1.0)")));
    let held = live.current();
    let before = live.replace(folder.path()).unwrap();
    assert_eq!(before.hash(), held.hash());
    assert_eq!(live.current().hash(), PolicySet::read(folder.path()).unwrap().hash());
    assert!(held.triage(&spike()).is_ok(), "who judges by the old set ends by it");
}

#[test]
fn a_broken_edit_never_goes_live_and_the_old_set_goes_on() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), &shipped());
    let live = Live::new(PolicySet::read(folder.path()).unwrap());
    let (hash, answer) = (live.current().hash(), live.current().triage(&spike()));
    let market = shipped()["market.rhai"].clone();
    let broken = [
        ("market.rhai", market.replace("const WIDE_FACTOR = 2.0;", "const WIDE_FACTOR = ;")),
        ("market.rhai", market.replace("const WIDE_FACTOR = 2.0;", "")),
        ("market.rhai", market.replace("const WIDE_FACTOR = 2.0;", "const WIDE_FACTOR = 20.0;")),
        ("market.rhai", market.replace("in_force(HALT_SYMBOL, context)", "in_force(HALT_SYMBOL)")),
        ("market.rhai", format!("{market}\nfn percent(share) {{ percent(share) }}\n")),
        ("market.rhai", format!("{market}\nfn percent(share) {{ loop {{ }} }}\n")),
        ("market.rhai", format!("{market}\nfn percent(share) {{ let x = \"x\"; loop {{ x += x; }} }}\n")),
        ("default.rhai", "const NOTHING = 1;".to_owned()),
        (
            "market.cases.toml",
            "[[case]]\nname = \"x\"\nanomaly = { score = 0.1, severity = \"LOW\" }\ntriage = \"FIX\"\n"
                .to_owned(),
        ),
    ];
    for (file, text) in broken {
        write(folder.path(), &shipped());
        fs::write(folder.path().join(file), text).unwrap();
        let refused = live.replace(folder.path()).unwrap_err();
        assert_ne!(refused.problems, [] as [host::policy::Problem; 0]);
        assert_eq!(live.current().hash(), hash, "{refused}");
        assert_eq!(live.current().triage(&spike()), answer);
    }
}

#[tokio::test]
async fn a_set_is_kept_by_its_hash_with_every_byte() {
    let desk = Desk::new("policies_kept").await;
    let set = PolicySet::of(shipped()).unwrap();
    assert_eq!(policies::get(desk.store(), set.hash()).await.unwrap(), None);
    for _ in 0..2 {
        desk.change(async |change| policies::keep(change, set.hash(), set.files()).await).await.unwrap();
    }
    let files = policies::get(desk.store(), set.hash()).await.unwrap().unwrap();
    assert_eq!(PolicySet::of(files).unwrap().hash(), set.hash());
}

#[tokio::test]
async fn going_live_is_a_block_with_the_old_and_the_new_hash() {
    let desk = Desk::new("policies_live").await;
    let (one, other) = (PolicySet::of(shipped()).unwrap(), good(&triage("keep(\"other\", 1.0)")));
    assert_eq!(policies::live(desk.store()).await.unwrap(), None);
    let go_live = async |set: &PolicySet| {
        desk.change(async |change| {
            policies::keep(change, set.hash(), set.files()).await?;
            policies::make_live(change, set.hash(), None).await
        })
        .await
        .unwrap()
    };
    assert!(go_live(&one).await);
    assert!(!go_live(&one).await, "it is live already");
    assert!(go_live(&other).await);
    assert_eq!(policies::live(desk.store()).await.unwrap().unwrap().hash, other.hash());
    let blocks = desk.payloads(BlockType::PolicyChanged).await;
    let block = |old: Option<String>, new: &PolicySet| json!({ "old": old, "new": new.hash().to_string() });
    assert_eq!(blocks, [block(None, &one), block(Some(one.hash().to_string()), &other)]);
}

#[tokio::test]
async fn what_is_not_kept_does_not_go_live() {
    let desk = Desk::new("policies_unknown").await;
    let set = PolicySet::of(shipped()).unwrap();
    let done = desk.change(async |change| policies::make_live(change, set.hash(), None).await).await;
    assert!(done.is_err());
    assert_eq!(policies::live(desk.store()).await.unwrap(), None);
}

#[tokio::test]
async fn applying_a_good_edit_makes_it_live_and_a_broken_one_changes_nothing() {
    let desk = Desk::new("policies_apply").await;
    for (file, text) in shipped() {
        put(&desk, &file, &text);
    }
    let set = PolicySet::of(shipped()).unwrap();
    let apply = || desk.host(&["apply", "--policies", "edited"]);
    let said = |output: &Output| String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(said(&apply()), format!("{} is live\n", set.hash()));
    assert_eq!(said(&apply()), format!("{} is live already\n", set.hash()));
    let before = desk.contents().await;
    put(
        &desk,
        "market.rhai",
        &shipped()["market.rhai"].replace("const WIDE_FACTOR = 2.0;", "const WIDE_FACTOR = ;"),
    );
    let refused = apply();
    assert_eq!((refused.status.code(), said(&refused)), (Some(1), String::new()));
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(told.contains("error: syntax: unexpected ';'\n --> market.rhai:"), "{told}");
    assert!(told.ends_with("the policies are refused: 1 problem; nothing has changed\n"), "{told}");
    assert_eq!(desk.contents().await, before);
    assert_eq!(policies::get(desk.store(), set.hash()).await.unwrap().unwrap(), shipped());
    assert_eq!(policies::live(desk.store()).await.unwrap().unwrap().hash, set.hash());
}
