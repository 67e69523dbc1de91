use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

use super::*;

fn text(value: &impl Serialize) -> String {
    String::from_utf8(bytes(value).unwrap()).unwrap()
}

#[test]
fn writes_the_examples_of_rfc_8785() {
    let numbers = json!({ "numbers": [333_333_333.333_333_3, 1e30, 4.50, 2e-3, 1e-27] });
    assert_eq!(text(&numbers), r#"{"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}"#);

    let string = "\u{20ac}$\u{f}\nA'B\"\\\\\"/";
    assert_eq!(text(&string), r#""€$\u000f\nA'B\"\\\\\"/""#);

    let keys = ["\u{20ac}", "\r", "\u{fb33}", "1", "\u{1f600}", "\u{80}", "\u{f6}"];
    let object: BTreeMap<_, _> = keys.into_iter().map(|key| (key, 0)).collect();
    let sorted =
        r#"{"\r":0,"1":0,"A":0,"ö":0,"€":0,"😀":0,"B":0}"#.replace('A', "\u{80}").replace('B', "\u{fb33}");
    assert_eq!(text(&object), sorted);
    check(sorted.as_bytes()).unwrap();
}

#[test]
fn refuses_what_would_change_on_the_way() {
    #[derive(Serialize)]
    struct Deep {
        inner: Vec<Option<f64>>,
    }

    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(bytes(&Deep { inner: vec![Some(number)] }), Err(CanonicalError::NotFinite));
    }
    let exact = 1_i64 << 53;
    assert_eq!(text(&[exact, -exact]), "[9007199254740992,-9007199254740992]");
    assert_eq!(bytes(&json!([exact + 1])), Err(CanonicalError::TooLarge(i128::from(exact) + 1)));
    assert_eq!(bytes(&json!({ "a": -exact - 1 })), Err(CanonicalError::TooLarge(-i128::from(exact) - 1)));
    assert_eq!(bytes(&[u128::MAX]), Err(CanonicalError::TooLarge(i128::MAX)));

    let nested = |levels| (0..levels).fold(json!(1), |value, _| json!([value]));
    check(&bytes(&nested(MAX_DEPTH)).unwrap()).unwrap();
    assert_eq!(bytes(&nested(MAX_DEPTH + 1)), Err(CanonicalError::TooDeep));
    assert_eq!(bytes(&"x".repeat(MAX_BYTES)), Err(CanonicalError::TooLong(MAX_BYTES + 2)));
}

#[test]
fn only_one_spelling_is_canonical() {
    for canonical in
        ["0", "-1", "1e+21", "1e-7", "100000000000000000000", r#""\u001f\b""#, "[]", "{}", "null"]
    {
        check(canonical.as_bytes()).unwrap();
    }
    let others = [
        "",
        " 1",
        "1 ",
        "-0",
        "01",
        "1.0",
        "1e3",
        "1E+21",
        "1e21",
        "+1",
        ".5",
        "NaN",
        "1e999",
        "9007199254740993",
        r#""\u001F""#,
        r#""\u0008""#,
        r#""\u0041""#,
        r#""\/""#,
        "\"\n\"",
        r#""a"#,
        r#""\ud83d\ude00""#,
        r#""\u00+1""#,
        "[1,]",
        "[1, 2]",
        "[,]",
        "[1",
        r#"{"b":1,"a":2}"#,
        r#"{"a":1,"a":2}"#,
        r#"{"a" :1}"#,
        r#"{"a":1,}"#,
        "{\"\u{fb33}\":1,\"\u{1f600}\":2}",
        "tru",
        "nulll",
        "1 2",
        "\u{feff}1",
    ];
    for other in others {
        assert!(matches!(check(other.as_bytes()), Err(CanonicalError::NotCanonical { .. })), "{other}");
    }
    assert_eq!(check(b"[\"\xff\"]"), Err(CanonicalError::NotCanonical { at: 2 }));
    assert_eq!(check("[".repeat(1000).as_bytes()), Err(CanonicalError::TooDeep));
}

fn any_value() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
    ];
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number,
        any::<String>().prop_map(Value::from)
    ];
    scalar.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_canonical(value in any_value()) {
        prop_assert_eq!(check(&bytes(&value).unwrap()), Ok(()));
    }

    /// What `check` lets pass is what reading and writing it again gives.
    #[test]
    fn a_changed_byte_is_canonical_only_if_rewriting_keeps_it(
        value in any_value(),
        place in any::<prop::sample::Index>(),
        byte: u8,
    ) {
        let mut changed = bytes(&value).unwrap();
        let place = place.index(changed.len());
        changed[place] = byte;
        if check(&changed).is_ok() {
            let read: Value = serde_json::from_slice(&changed).unwrap();
            prop_assert_eq!(serde_json_canonicalizer::to_vec(&read).unwrap().len(), changed.len());
        }
    }
}
