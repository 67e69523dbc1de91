//! Bootstrap intervals of shares.

/// 2.5 % lie below the interval and 2.5 % above it.
const TAIL: f64 = 0.025;

/// The 95 % percentile bootstrap interval of `hits / all`; `None` without cases.
///
/// Cases are yes or no, so the hits of a resample are binomial with the share that was seen: the interval is
/// that of infinitely many resamples, computed and not drawn, and needs no seed. (Efron and Tibshirani 1993,
/// "An introduction to the bootstrap", 13.3.)
pub(super) fn bootstrap(hits: u64, all: u64) -> Option<[f64; 2]> {
    if all == 0 {
        return None;
    }
    let weights = binomial(hits, all);
    let total: f64 = weights.iter().sum();
    let quantile = |share: f64| {
        let mut below = 0.0;
        let reached = weights.iter().position(|weight| {
            below += weight;
            below >= share * total
        });
        reached.map_or(1.0, |hits| hits as f64 / all as f64)
    };
    Some([quantile(TAIL), quantile(1.0 - TAIL)])
}

/// Probabilities of 0..=all hits, up to a common factor, each from its neighbour on the way from the likeliest.
fn binomial(hits: u64, all: u64) -> Vec<f64> {
    let odds = hits as f64 / (all - hits) as f64;
    let (likeliest, count) = (index(hits), index(all));
    let mut weights = vec![0.0; count + 1];
    weights[likeliest] = 1.0;
    for hits in likeliest..count {
        weights[hits + 1] = weights[hits] * odds * (count - hits) as f64 / (hits + 1) as f64;
    }
    for hits in (0..likeliest).rev() {
        weights[hits] = weights[hits + 1] / odds * (hits + 1) as f64 / (count - hits) as f64;
    }
    weights
}

fn index(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_tables_of_the_binomial() {
        // Quantiles of Binomial(20, 0.5) are 6 and 14, of Binomial(100, 0.9) 84 and 95.
        assert_eq!(bootstrap(10, 20), Some([0.3, 0.7]));
        assert_eq!(bootstrap(90, 100), Some([0.84, 0.95]));
    }

    #[test]
    fn the_ends_and_nothing() {
        assert_eq!(bootstrap(0, 0), None);
        assert_eq!(bootstrap(0, 7), Some([0.0, 0.0]));
        assert_eq!(bootstrap(7, 7), Some([1.0, 1.0]));
        let [low, high] = bootstrap(400_000, 1_000_000).unwrap();
        assert!(low > 0.398 && high < 0.402);
    }
}
