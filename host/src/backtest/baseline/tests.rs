use jiff::tz::TimeZone;

use super::*;
use crate::{
    backtest::generate::{Dataset, Spec},
    ingest::{Calendars, finish},
    scoring::Emitter,
};

const MARKET: [&str; 6] =
    ["PRICE_SPIKE", "PRICE_DROP", "VOLUME_SURGE", "SPREAD_EXPLOSION", "OI_ANOMALY", "IV_SPIKE"];

fn built_in(seed: u64) -> Input {
    let data = Dataset::generate(&Spec { seed, ..Spec::default() });
    finish(data.to_draft(), &Calendars::default(), &TimeZone::UTC)
}

fn covering(input: &Input, kinds: &[&str]) -> Coverage {
    let emitter = |kind: &&str| Emitter {
        family: Family::Market,
        detector: kind.to_lowercase(),
        kind: (*kind).to_owned(),
        silent: None,
    };
    let subjects = RowTimes::of(input).subjects().collect::<Vec<_>>();
    let name =
        |(family, id)| (family, finding::subject_name(family, id, &input.symbols, &input.users).to_owned());
    Coverage {
        emitters: kinds.iter().map(emitter).collect(),
        subjects: subjects.into_iter().map(name).collect(),
    }
}

#[test]
fn on_the_built_in_market_one_threshold_is_a_fair_try_and_not_good_enough() {
    for seed in 1..=3 {
        let input = built_in(seed);
        let baseline = Baseline::best(&input, &covering(&input, &MARKET)).unwrap();
        assert_eq!(baseline.market, Some(baseline.total), "nothing else was tried");
        let f1 = baseline.total.f1.unwrap();
        assert!((0.7..0.88).contains(&f1), "seed {seed}: F1 {f1:.3}");
    }
}

#[test]
fn only_kinds_that_some_component_looks_for_are_tried() {
    let input = built_in(1);
    let baseline = Baseline::best(&input, &covering(&input, &["VOLUME_SURGE"])).unwrap();
    let kinds: Vec<&str> = baseline.kinds.iter().map(|it| it.kind.as_str()).collect();
    assert_eq!(kinds, ["VOLUME_SURGE"]);
}

#[test]
fn without_labels_there_is_nothing_to_choose_by() {
    let mut input = built_in(1);
    input.labels.clear();
    assert_eq!(Baseline::best(&input, &covering(&input, &MARKET)), None);
}
