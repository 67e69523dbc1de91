//! The detectors as plain Rust, over the same rows and in the same batches as in the sandbox.

use std::{hint::black_box, ops::Range, time::Duration};

use plugin_sdk::{
    algorithm::{self, Algorithm},
    behavior::{self, BehaviorDetector},
    market::{self, MarketDetector},
};
use tests::tape::Tape;

use crate::measure::timed;

/// A detector that can run natively.
pub(crate) struct Native {
    pub(crate) name: &'static str,
    /// Whether it reads bars, not fills.
    pub(crate) reads_bars: bool,
    /// Runs a fresh detector over all batches.
    pub(crate) run: fn(&Tape, &[Range<usize>]) -> Duration,
}

/// All detectors, by family.
pub(crate) const DETECTORS: [Native; 26] = [
    market::<iv_spike::IvSpike>(),
    market::<oi_anomaly::OiAnomaly>(),
    market::<price_movement::PriceMovement>(),
    market::<spread_explosion::SpreadExplosion>(),
    market::<volume_surge::VolumeSurge>(),
    algorithm::<adx_trend::AdxTrend>(),
    algorithm::<bollinger_reversion::BollingerReversion>(),
    algorithm::<donchian_breakout::DonchianBreakout>(),
    algorithm::<ema_crossover::EmaCrossover>(),
    algorithm::<iv_regime::IvRegime>(),
    algorithm::<macd::Macd>(),
    algorithm::<oi_buildup::OiBuildup>(),
    algorithm::<on_balance_volume::OnBalanceVolume>(),
    algorithm::<opening_range_breakout::OpeningRangeBreakout>(),
    algorithm::<rsi_reversal::RsiReversal>(),
    algorithm::<stochastic_oscillator::StochasticOscillator>(),
    algorithm::<supertrend::Supertrend>(),
    algorithm::<vwap_reversion::VwapReversion>(),
    behavior::<frequency_spike::FrequencySpike>(),
    behavior::<overtrading::Overtrading>(),
    behavior::<position_anomaly::PositionAnomaly>(),
    behavior::<post_loss_behavior::PostLossBehavior>(),
    behavior::<revenge_trading::RevengeTrading>(),
    behavior::<risk_breach::RiskBreach>(),
    behavior::<time_anomaly::TimeAnomaly>(),
    behavior::<win_streak_escalation::WinStreakEscalation>(),
];

const fn market<D: MarketDetector>() -> Native {
    Native {
        name: D::NAME,
        reads_bars: true,
        run: |tape, batches| {
            let mut runner = market::Runner::<D>::default();
            timed(|| {
                for rows in batches {
                    black_box(runner.evaluate(&tape.bars(&[D::READS, D::ALSO_READS], rows)));
                }
            })
            .0
        },
    }
}

const fn algorithm<A: Algorithm>() -> Native {
    Native {
        name: A::NAME,
        reads_bars: true,
        run: |tape, batches| {
            let mut runner = algorithm::Runner::<A>::default();
            timed(|| {
                for rows in batches {
                    black_box(runner.evaluate(&tape.bars(&[A::READS, A::ALSO_READS], rows)));
                }
            })
            .0
        },
    }
}

const fn behavior<D: BehaviorDetector>() -> Native {
    Native {
        name: D::NAME,
        reads_bars: false,
        run: |tape, batches| {
            let mut runner = behavior::Runner::<D>::default();
            timed(|| {
                for rows in batches {
                    black_box(runner.evaluate(&tape.fills(&[D::READS, D::ALSO_READS], rows)));
                }
            })
            .0
        },
    }
}
