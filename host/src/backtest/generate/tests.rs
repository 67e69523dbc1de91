//! What the rest of the system may rely on.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::*;
use crate::domain::{family::Family, label::LabelKind};

fn files(spec: &Spec) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    Dataset::generate(spec).write_files(folder.path()).unwrap();
    std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn thirty_days_are_11_700_bars_with_about_as_many_anomalies_of_each_family_as_documented() {
    let data = Dataset::generate(&Spec::default());
    assert_eq!(data.symbols[0].slots.len(), 11_700);
    let count = |family| {
        let of_family = data.labels.iter().filter(|label| label.family == family);
        of_family.filter(|label| matches!(label.kind, LabelKind::Anomaly(_))).count()
    };
    assert!((100..150).contains(&count(Family::Market)), "{}", count(Family::Market));
    assert!((35..60).contains(&count(Family::Conflict)), "{}", count(Family::Conflict));
    assert!((48..78).contains(&count(Family::Behavior)), "{}", count(Family::Behavior));
}

#[test]
fn equal_specs_give_equal_files_and_other_seeds_others() {
    let spec = Spec { seed: 5, days: 6, symbols: 1 };
    assert_eq!(files(&spec), files(&spec));
    let other = files(&Spec { seed: 6, ..spec });
    assert!(files(&spec).iter().all(|(name, text)| other[name] != *text));
}

#[test]
fn a_symbol_is_the_same_whatever_the_number_of_others() {
    let close =
        |symbols| Dataset::generate(&Spec { seed: 5, days: 3, symbols }).symbols[0].columns.close.clone();
    assert_eq!(close(1), close(7));
}

#[test]
fn bars_are_in_order_and_prices_consistent() {
    let data = Dataset::generate(&Spec { seed: 9, days: 10, symbols: 2 });
    for symbol in &data.symbols {
        assert!(symbol.slots.windows(2).all(|pair| pair[0].at < pair[1].at));
        let columns = &symbol.columns;
        for row in 0..symbol.slots.len() {
            let (open, close) = (columns.open[row], columns.close[row]);
            assert!(columns.low[row] > 0.0 && columns.low[row] <= open.min(close));
            assert!(columns.high[row] >= open.max(close));
            assert!(
                columns.bid[row].is_nan() || columns.ask[row].is_nan() || columns.bid[row] < columns.ask[row]
            );
        }
    }
}

#[test]
fn fills_are_in_order_and_close_what_they_open() {
    for account in Dataset::generate(&Spec::default()).accounts {
        assert!(account.executions.windows(2).all(|pair| pair[0].at < pair[1].at), "{}", account.name);
        let mut positions = BTreeMap::new();
        for fill in &account.executions {
            *positions.entry(fill.instrument).or_insert(0.0) += f64::from(fill.side) * fill.quantity;
        }
        assert!(positions.values().all(|units| *units == 0.0), "{}: {positions:?}", account.name);
    }
}

#[test]
fn labels_name_subjects_and_moments_of_the_data() {
    let data = Dataset::generate(&Spec::default());
    for label in &data.labels {
        assert!(label.start <= label.end);
        let known = match label.family {
            Family::Behavior => data.accounts.iter().any(|account| {
                let moment = |fill: &traders::Execution| (label.start..=label.end).contains(&fill.at);
                *account.name == *label.subject && account.executions.iter().any(moment)
            }),
            Family::Market | Family::Conflict => {
                data.symbols.iter().any(|symbol| *symbol.name == *label.subject)
            }
        };
        assert!(known, "{label:?}");
    }
}

#[test]
fn a_single_short_day_can_be_generated_and_no_day_at_all() {
    for days in [0, 1, 2] {
        let data = Dataset::generate(&Spec { seed: 3, days, symbols: 1 });
        assert_eq!(data.symbols[0].slots.len(), 390 * days);
    }
}

#[test]
fn data_are_those_of_every_other_machine() {
    let mut hasher = Sha256::new();
    for (name, text) in files(&Spec { seed: 1, days: 4, symbols: 1 }) {
        hasher.update(name);
        hasher.update(text);
    }
    let digest = hasher.finalize();
    let first = digest.iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    assert_eq!(first, 0x0031_920a_344c_9c71, "if the model was changed on purpose, so must this be");
}
