//! `host key`.

use crate::support::{guarded, key};

#[tokio::test]
async fn a_key_is_alone_on_standard_output() {
    let (_database, site) = guarded("stdout").await;
    let made = site.host(&["key", "create", "desk-1", "--scope", "viewer,operator", "--expires", "90d"]);
    assert_eq!(made.code, 0, "{made:?}");
    let digits = made.out.strip_prefix("vyk_").and_then(|rest| rest.strip_suffix('\n')).unwrap();
    assert_eq!(digits.len(), 43);
    assert!(made.err.contains("desk-1 is viewer and operator, until 20"), "{made:?}");
    assert!(!made.err.contains(digits), "{made:?}");
}

#[tokio::test]
async fn lists_name_everything_but_the_key() {
    let (_database, site) = guarded("list").await;
    let (one, two) = (key(&site, "one", "viewer"), key(&site, "two", "ingest"));
    assert_eq!(site.host(&["key", "revoke", "one", "--by", "ann"]).code, 0);
    let listed = site.host(&["key", "list"]).out;
    let lines: Vec<_> = listed.lines().collect();
    assert!(
        lines[1].contains("two") && lines[1].contains("ingest") && lines[1].contains("valid"),
        "{listed}"
    );
    assert!(lines[2].contains("one") && lines[2].contains("revoked by ann"), "{listed}");
    assert!(!listed.contains(&one[4..]) && !listed.contains(&two[4..]), "{listed}");
}

#[tokio::test]
async fn a_name_stands_for_one_key_at_a_time() {
    let (_database, site) = guarded("names").await;
    key(&site, "desk", "viewer");
    let again = site.host(&["key", "create", "desk", "--scope", "viewer"]);
    assert!(again.code == 1 && again.said().contains("`host key revoke desk`"), "{again:?}");
    assert_eq!(again.out, "");
    let listed = site.host(&["key", "list"]).out;
    let id = listed.lines().nth(1).unwrap().split_whitespace().next().unwrap();
    assert_eq!(site.host(&["key", "revoke", id]).code, 0);
    let twice = site.host(&["key", "revoke", id]);
    assert!(twice.code == 1 && twice.said().contains("`host key list`"), "{twice:?}");
    key(&site, "desk", "viewer");
}

#[tokio::test]
async fn what_makes_no_key_is_refused_with_the_reason() {
    let (_database, site) = guarded("refused").await;
    for (arguments, reason) in [
        (["a b", "--scope", "viewer", "--expires", "1d"], "1 to 64 letters"),
        (["a", "--scope", "root", "--expires", "1d"], "`root` is none of viewer, operator, ingest, admin"),
        (["a", "--scope", "viewer", "--expires", "soon"], "write 90d or 12h"),
        (["a", "--scope", "viewer", "--expires", "-1d"], "over already"),
    ] {
        let [name, rest @ ..] = arguments;
        let expires = format!("--expires={}", rest[3]);
        let refused = site.host(&["key", "create", name, rest[0], rest[1], &expires]);
        assert!(refused.code != 0 && refused.said().contains(reason), "{refused:?}");
    }
}
