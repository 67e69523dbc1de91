//! Pages and statistics over a million anomalies and a million decisions.

use std::time::{Duration, Instant};

use host::{
    domain::finding::Severity,
    store::{
        Store,
        anomalies::{self, MarketFilter},
        decisions,
        migrate::migrate,
        page::{Period, Window},
    },
};
use sqlx::{PgPool, postgres::PgPoolOptions};
use tokio::runtime::Runtime;

use crate::{
    ledger::Cluster,
    measure::{figure, median, say},
};

const REPETITIONS: usize = 31;

/// A year of anomalies of 200 symbols, and a decision about each.
const FILL: &str = "
    INSERT INTO anomaly_detections (id, type, kind, detector, symbol, severity, score, message, findings, opened_at,
                                    last_at, recorded_at)
    SELECT gen_random_uuid(), 'PRICE_SPIKE', 'PRICE_SPIKE', 'price-movement', 'SYMBOL' || n % 200,
           (ARRAY['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'])[1 + n / 200 % 4]::anomaly_severity, 0.5, 'a spike', 1,
           at, at, at
    FROM generate_series(1, 1000000) AS n, LATERAL (SELECT timestamptz '2026-01-01' + n * interval '30 s' AS at) AS t;
    INSERT INTO anomaly_decisions (id, market_anomaly_id, decision, status, decided_by, confidence, reason, latency,
                                   decided_at)
    SELECT gen_random_uuid(), id, (ARRAY['KEEP', 'REVIEW', 'FIX'])[1 + (random() * 2)::int]::decision_type, 'DECIDED',
           'POLICY', random(), 'as usual', (random() * 100000)::bigint, opened_at
    FROM anomaly_detections;
    ANALYZE anomaly_detections, anomaly_decisions";

pub(crate) fn run() -> anyhow::Result<()> {
    say("\nQUERIES: a million market anomalies, a million decisions");
    let cluster = Cluster::start()?;
    Runtime::new()?.block_on(async {
        let pool = PgPoolOptions::new().max_connections(2).connect(cluster.url()).await?;
        migrate(&pool).await?;
        sqlx::raw_sql(FILL).execute(&pool).await?;
        measure(&pool).await
    })
}

async fn measure(pool: &PgPool) -> anyhow::Result<()> {
    let store = Store::new(pool.clone());
    let filter = MarketFilter {
        symbol: Some("SYMBOL7".into()),
        severity: Some(Severity::Critical),
        ..MarketFilter::default()
    };
    let first = Window::first(50);
    let mut times = Vec::new();
    for _ in 0..REPETITIONS {
        let began = Instant::now();
        anomalies::find_market(&store, &filter, first).await?;
        times.push(began.elapsed());
    }
    figure("newest 50 of a symbol and severity", &milliseconds(median(times)?), "at most 5 ms");
    let mut window = Some(first);
    let mut last = Duration::ZERO;
    while let Some(at) = window {
        let began = Instant::now();
        let page = anomalies::find_market(&store, &filter, at).await?;
        last = began.elapsed();
        window = page.next.map(|next| first.after(next));
    }
    figure("the last page of these", &milliseconds(last), "at most 5 ms");
    let mut times = Vec::new();
    for _ in 0..REPETITIONS {
        let began = Instant::now();
        anomalies::find_market(&store, &MarketFilter::default(), first).await?;
        times.push(began.elapsed());
    }
    figure("newest 50 of all", &milliseconds(median(times)?), "");
    let began = Instant::now();
    anomalies::statistics(&store, Period::default(), None).await?;
    figure("counts of all anomalies", &milliseconds(began.elapsed()), "");
    let began = Instant::now();
    decisions::statistics(&store, Period::default()).await?;
    figure("statistics of all decisions", &milliseconds(began.elapsed()), "");
    Ok(())
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}
