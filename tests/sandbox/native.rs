//! A detector says the same natively and in the sandbox, bit for bit.

use std::sync::Arc;

use host::{
    backtest::generate::{Dataset, Spec},
    detectors::{
        artifact::Artifact,
        contract::{Contract, Detect, Signals, Watch},
        engine,
        history::{History, Row},
        instance::RawFinding,
        limits::Limits,
        manifest::WarmUp,
        plugin::{Loader, Plugin},
        supervisor::{Health, Supervisor},
    },
    ingest::{self, Calendars, Input},
};
use jiff::tz::TimeZone;
use plugin_sdk::{
    algorithm::{self, Algorithm},
    behavior::{self, BehaviorDetector},
    finding::RowFinding,
    market::{self, MarketDetector},
};
use tests::{repository, tape::Tape};

/// Two symbols and all traders, long enough for every warm-up to end.
fn input() -> Input {
    let draft = Dataset::generate(&Spec { seed: 5, days: 40, symbols: 2 }).to_draft();
    ingest::finish(draft, &Calendars::default(), &TimeZone::UTC)
}

fn plugin(family: &str, name: &str) -> Arc<Plugin> {
    let path = repository().join(format!("plugins/{family}/{name}/{name}.wasm"));
    let limits = Limits::default();
    let loader = Loader::new(engine::start(&limits).unwrap(), limits, None);
    Arc::new(loader.load(path.clone(), &Artifact::read(&path).unwrap()).unwrap())
}

fn sandboxed<C: Contract>(plugin: Arc<Plugin>, contract: C, rows: &[C::Row]) -> Vec<(usize, C::Answer)>
where
    C::Row: Row,
{
    let mut supervisor = Supervisor::start(plugin, contract).unwrap();
    let answers = supervisor.evaluate(&History::keeping(WarmUp::default()), rows, &C::columns(rows));
    assert_eq!(supervisor.health, Health::Running);
    assert_eq!(supervisor.skipped, []);
    answers
}

/// Everything that a finding says, floats as bits.
fn of_sandbox((row, said): &(usize, RawFinding)) -> String {
    let numbers = [said.score, said.observed, said.expected].map(f64::to_bits);
    let evidence: Vec<_> =
        said.evidence.iter().map(|(name, value)| (name.as_str(), value.to_bits())).collect();
    format!("{row} {} {:?} {numbers:?} {} {evidence:?}", said.kind, said.severity, said.message)
}

fn of_native(said: &RowFinding) -> String {
    let (row, said) = (said.row, &said.finding);
    let numbers = [said.score.value(), said.observed, said.expected].map(f64::to_bits);
    let evidence: Vec<_> = said.evidence.iter().map(|(name, value)| (*name, value.to_bits())).collect();
    format!("{row} {} {:?} {numbers:?} {} {evidence:?}", said.kind, said.score.severity(), said.message)
}

#[track_caller]
fn agree(name: &str, native: &[RowFinding], sandboxed: &[(usize, RawFinding)]) {
    let native: Vec<String> = native.iter().map(of_native).collect();
    let sandboxed: Vec<String> = sandboxed.iter().map(of_sandbox).collect();
    assert!(!native.is_empty(), "{name} found nothing, so nothing was compared");
    assert_eq!(native, sandboxed, "{name}");
}

fn market<D: MarketDetector>(input: &Input, tape: &Tape) {
    let native = market::Runner::<D>::default()
        .evaluate(&tape.bars(&[D::READS, D::ALSO_READS], &(0..input.bars.len())));
    agree(D::NAME, &native, &sandboxed(plugin("market", D::NAME), Detect, &input.bars));
}

fn behavior<D: BehaviorDetector>(input: &Input, tape: &Tape) {
    let native = behavior::Runner::<D>::default()
        .evaluate(&tape.fills(&[D::READS, D::ALSO_READS], &(0..input.fills.len())));
    agree(D::NAME, &native, &sandboxed(plugin("behavior", D::NAME), Watch, &input.fills));
}

fn algorithm<A: Algorithm>(input: &Input, tape: &Tape) {
    let native = algorithm::Runner::<A>::default()
        .evaluate(&tape.bars(&[A::READS, A::ALSO_READS], &(0..input.bars.len())));
    let mut vote = vec![0; input.bars.len()];
    let mut confidence = vec![0_f64.to_bits(); input.bars.len()];
    for (row, opinion) in sandboxed(plugin("conflict", A::NAME), Signals, &input.bars) {
        vote[row] = opinion.vote as u8;
        confidence[row] = opinion.confidence.to_bits();
    }
    assert!(vote.iter().any(|&code| code != 0), "{} said nothing, so nothing was compared", A::NAME);
    assert_eq!(native.vote, vote, "{}", A::NAME);
    let native: Vec<u64> = native.confidence.into_iter().map(f64::to_bits).collect();
    assert_eq!(native, confidence, "{}", A::NAME);
}

#[test]
fn market_detectors_agree() {
    let input = input();
    let tape = Tape::of(&input);
    market::<iv_spike::IvSpike>(&input, &tape);
    market::<oi_anomaly::OiAnomaly>(&input, &tape);
    market::<price_movement::PriceMovement>(&input, &tape);
    market::<spread_explosion::SpreadExplosion>(&input, &tape);
    market::<volume_surge::VolumeSurge>(&input, &tape);
}

#[test]
fn algorithms_agree() {
    let input = input();
    let tape = Tape::of(&input);
    algorithm::<adx_trend::AdxTrend>(&input, &tape);
    algorithm::<bollinger_reversion::BollingerReversion>(&input, &tape);
    algorithm::<donchian_breakout::DonchianBreakout>(&input, &tape);
    algorithm::<ema_crossover::EmaCrossover>(&input, &tape);
    algorithm::<iv_regime::IvRegime>(&input, &tape);
    algorithm::<macd::Macd>(&input, &tape);
    algorithm::<oi_buildup::OiBuildup>(&input, &tape);
    algorithm::<on_balance_volume::OnBalanceVolume>(&input, &tape);
    algorithm::<opening_range_breakout::OpeningRangeBreakout>(&input, &tape);
    algorithm::<rsi_reversal::RsiReversal>(&input, &tape);
    algorithm::<stochastic_oscillator::StochasticOscillator>(&input, &tape);
    algorithm::<supertrend::Supertrend>(&input, &tape);
    algorithm::<vwap_reversion::VwapReversion>(&input, &tape);
}

#[test]
fn behavior_detectors_agree() {
    let input = input();
    let tape = Tape::of(&input);
    behavior::<frequency_spike::FrequencySpike>(&input, &tape);
    behavior::<overtrading::Overtrading>(&input, &tape);
    behavior::<position_anomaly::PositionAnomaly>(&input, &tape);
    behavior::<post_loss_behavior::PostLossBehavior>(&input, &tape);
    behavior::<revenge_trading::RevengeTrading>(&input, &tape);
    behavior::<risk_breach::RiskBreach>(&input, &tape);
    behavior::<time_anomaly::TimeAnomaly>(&input, &tape);
    behavior::<win_streak_escalation::WinStreakEscalation>(&input, &tape);
}
