//! Input rows by day, and rows that were skipped.

use futures::TryStreamExt as _;
use host::{
    domain::{
        family::Family,
        rows::Vote,
        time::{DAY, Timestamp},
        vocabulary::TradeSide,
    },
    store::{
        error::StoreError,
        journal::Journal,
        page::Window,
        rows::{self, Bar, MOST_DAYS, Pruned, Reach, RowsError, Signal, SkippedRow, Trade},
    },
};
use rust_decimal::Decimal;

use crate::support::{NEW_YEAR, assert_none, id, journal, second};

const ALL: Reach = Reach { rows: 1_000, since: None };

fn bar(at: i64) -> Bar {
    let price = |text: &str| text.parse::<Decimal>().unwrap();
    Bar {
        symbol: "NIFTY".into(),
        at: Timestamp(at),
        open: Some(price("22500.05")),
        high: None,
        low: None,
        close: price("22514.3500000000000000000001"),
        volume: Some(price("0")),
        bid: None,
        ask: None,
        open_interest: None,
        implied_volatility: Some(0.18),
    }
}

fn signal(at: i64, algorithm: &str, user_id: Option<&str>) -> Signal {
    Signal {
        symbol: "NIFTY".into(),
        algorithm: algorithm.into(),
        user_id: user_id.map(Into::into),
        at: Timestamp(at),
        vote: Vote::Buy,
        confidence: 0.75,
    }
}

fn trade(at: i64, order: &str) -> Trade {
    Trade {
        user_id: "asha".into(),
        symbol: "NIFTY".into(),
        at: Timestamp(at),
        side: TradeSide::Sell,
        quantity: "0.00000001".parse().unwrap(),
        price: "-37.63".parse().unwrap(),
        realized_pnl: None,
        equity: Some("1000000.5".parse().unwrap()),
        order_id: Some(order.into()),
        fill_id: None,
    }
}

async fn insert_bars(journal: &Journal, bars: &[Bar]) -> u64 {
    let mut change = journal.begin(second(0)).await.unwrap();
    let new = rows::insert_bars(&mut change, bars).await.unwrap();
    assert!(change.commit().await.unwrap().is_empty());
    new
}

async fn recent_bars(journal: &Journal, reach: Reach) -> Vec<Bar> {
    rows::recent_bars(journal.store(), "NIFTY", reach).try_collect().await.unwrap()
}

async fn days(journal: &Journal, table: &str) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM pg_inherits WHERE inhparent = $1::text::regclass")
        .bind(table)
        .fetch_one(journal.store().pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn bars_are_kept_as_they_came_by_utc_day() {
    let journal = journal("rows").await;
    assert_eq!(insert_bars(&journal, &[]).await, 0);
    assert_eq!(days(&journal, "bars").await, 0);
    // The last microsecond of a day and the first of the next.
    let border = [bar(NEW_YEAR - 1), bar(NEW_YEAR)];
    assert_eq!(insert_bars(&journal, &border).await, 2);
    assert_eq!(days(&journal, "bars").await, 2);
    assert_eq!(recent_bars(&journal, ALL).await, border);
    let counted: Vec<i64> = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM bars_20251231) UNION ALL SELECT (SELECT count(*) FROM bars_20260101)",
    )
    .fetch_all(journal.store().pool())
    .await
    .unwrap();
    assert_eq!(counted, [1, 1]);
}

#[tokio::test]
async fn a_bar_is_kept_once_and_the_first_one_stays() {
    let journal = journal("rows").await;
    let other = Bar { close: Decimal::ONE, ..bar(NEW_YEAR) };
    assert_eq!(insert_bars(&journal, &[bar(NEW_YEAR), other.clone()]).await, 1);
    assert_eq!(insert_bars(&journal, &[other, bar(NEW_YEAR + 1)]).await, 1);
    assert_eq!(recent_bars(&journal, ALL).await, [bar(NEW_YEAR), bar(NEW_YEAR + 1)]);
}

#[tokio::test]
async fn what_is_no_number_is_not_known() {
    let journal = journal("rows").await;
    insert_bars(&journal, &[Bar { implied_volatility: Some(f64::NAN), ..bar(NEW_YEAR) }]).await;
    assert_eq!(recent_bars(&journal, ALL).await[0].implied_volatility, None);
}

#[tokio::test]
async fn the_last_rows_are_replayed_oldest_first() {
    let journal = journal("rows").await;
    let bars: Vec<_> = (-3..4).map(|number| bar(NEW_YEAR + number * DAY / 2)).collect();
    let other = Bar { symbol: "BANKNIFTY".into(), ..bar(NEW_YEAR) };
    insert_bars(&journal, &[&bars[..], &[other]].concat()).await;
    assert_eq!(recent_bars(&journal, Reach { rows: 3, since: None }).await, bars[4..]);
    let since = Some(Timestamp(NEW_YEAR + DAY));
    assert_eq!(recent_bars(&journal, Reach { rows: 10, since }).await, bars[5..]);
    assert_eq!(recent_bars(&journal, Reach { rows: 1, since }).await, bars[6..]);
    assert_none(&recent_bars(&journal, Reach { rows: 0, since: None }).await);
    assert_none(&recent_bars(&journal, Reach { rows: -1, since: None }).await);
}

#[tokio::test]
async fn signals_differ_by_algorithm_and_user() {
    let journal = journal("rows").await;
    let signals = [
        signal(NEW_YEAR, "macd", Some("asha")),
        signal(NEW_YEAR, "macd", None),
        signal(NEW_YEAR, "supertrend", None),
        signal(NEW_YEAR + 1, "macd", None),
    ];
    let mut change = journal.begin(second(0)).await.unwrap();
    assert_eq!(rows::insert_signals(&mut change, &signals).await.unwrap(), 4);
    assert_eq!(rows::insert_signals(&mut change, &signals).await.unwrap(), 0);
    assert_eq!(rows::insert_signals(&mut change, &[]).await.unwrap(), 0);
    change.commit().await.unwrap();
    let recent = async |reach| {
        rows::recent_signals(journal.store(), "NIFTY", reach).try_collect::<Vec<_>>().await.unwrap()
    };
    assert_eq!(recent(ALL).await, signals);
    assert_eq!(recent(Reach { rows: 2, since: None }).await, signals[2..]);
}

#[tokio::test]
async fn fills_of_one_moment_are_replayed_in_the_order_in_which_they_came() {
    let journal = journal("rows").await;
    let trades = [trade(NEW_YEAR, "z"), trade(NEW_YEAR, "a"), trade(NEW_YEAR, "m"), trade(NEW_YEAR - 1, "b")];
    let mut change = journal.begin(second(0)).await.unwrap();
    assert_eq!(rows::insert_trades(&mut change, &trades).await.unwrap(), 4);
    let same_but_for_its_id = [Trade { fill_id: Some("7".into()), ..trades[0].clone() }];
    assert_eq!(rows::insert_trades(&mut change, &same_but_for_its_id).await.unwrap(), 1);
    assert_eq!(rows::insert_trades(&mut change, &same_but_for_its_id).await.unwrap(), 0);
    change.commit().await.unwrap();
    let recent: Vec<Trade> = rows::recent_trades(journal.store(), "asha", ALL).try_collect().await.unwrap();
    let orders: Vec<_> = recent.iter().map(|trade| trade.order_id.as_deref().unwrap()).collect();
    assert_eq!(orders, ["b", "z", "a", "m", "z"]);
    assert_eq!((&recent[1], &recent[0]), (&trades[0], &trades[3]));
    let two: Vec<Trade> = rows::recent_trades(journal.store(), "asha", Reach { rows: 2, since: None })
        .try_collect()
        .await
        .unwrap();
    assert_eq!(two, recent[3..]);
}

#[tokio::test]
async fn two_hosts_make_the_same_days_at_once() {
    let journal = journal("rows").await;
    let mut first = journal.begin(second(0)).await.unwrap();
    rows::insert_bars(&mut first, &[bar(NEW_YEAR)]).await.unwrap();
    // While the first change is open the second one makes a day, and so does the first one after it.
    let other = Bar { symbol: "BANKNIFTY".into(), ..bar(NEW_YEAR + DAY) };
    assert_eq!(insert_bars(&journal, std::slice::from_ref(&other)).await, 1);
    let more = [bar(NEW_YEAR + DAY), bar(NEW_YEAR + 2 * DAY)];
    assert_eq!(rows::insert_bars(&mut first, &more).await.unwrap(), 2);
    first.commit().await.unwrap();
    let many = (0..8).map(|host| {
        let journal = journal.clone();
        let bars: Vec<_> =
            (10..20).map(|day| Bar { symbol: host.to_string(), ..bar(NEW_YEAR + day * DAY) }).collect();
        tokio::spawn(async move { insert_bars(&journal, &bars).await })
    });
    for host in many.collect::<Vec<_>>() {
        assert_eq!(host.await.unwrap(), 10);
    }
    assert_eq!(days(&journal, "bars").await, 13);
}

#[tokio::test]
async fn rows_of_too_many_days_are_refused() {
    let journal = journal("rows").await;
    let bars: Vec<_> = (0..=MOST_DAYS as i64).map(|day| bar(NEW_YEAR + day * DAY)).collect();
    let mut change = journal.begin(second(0)).await.unwrap();
    let error = rows::insert_bars(&mut change, &bars).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Rows(RowsError::TooManyDays(days)) if days == MOST_DAYS + 1),
        "{error}"
    );
    assert_eq!(rows::insert_bars(&mut change, &bars[1..]).await.unwrap(), MOST_DAYS as u64);
}

#[tokio::test]
async fn whole_days_are_pruned_and_never_what_detectors_need() {
    let journal = journal("rows").await;
    let bars: Vec<_> = (0..4).map(|day| bar(NEW_YEAR + day * DAY + DAY - 1)).collect();
    insert_bars(&journal, &bars).await;
    let mut change = journal.begin(second(0)).await.unwrap();
    rows::insert_trades(&mut change, &[trade(NEW_YEAR, "a")]).await.unwrap();
    rows::insert_signals(&mut change, &[signal(NEW_YEAR + DAY, "macd", None)]).await.unwrap();
    change.commit().await.unwrap();
    // Late on the fourth day: the third is yesterday.
    let now = Timestamp(NEW_YEAR + 4 * DAY - 1);
    let error = rows::prune(journal.store(), 1, 2, now).await.unwrap_err();
    assert!(matches!(error, StoreError::Rows(RowsError::TooShort { keep_days: 1, warm_up_days: 2 })));
    assert_eq!(days(&journal, "bars").await, 4);
    let pruned = rows::prune(journal.store(), 2, 2, now).await.unwrap();
    assert_eq!(pruned, Pruned { bars: 1, signals: 0, trades: 1, skipped: 0 });
    assert_eq!(recent_bars(&journal, ALL).await, bars[1..]);
    assert_eq!(rows::prune(journal.store(), 2, 2, now).await.unwrap(), Pruned::default());
    // What was removed can come again.
    assert_eq!(insert_bars(&journal, &bars).await, 1);
}

#[tokio::test]
async fn rows_in_use_are_not_pruned() {
    let journal = journal("rows").await;
    insert_bars(&journal, &[bar(NEW_YEAR)]).await;
    let mut change = journal.begin(second(0)).await.unwrap();
    rows::insert_bars(&mut change, &[bar(NEW_YEAR + DAY)]).await.unwrap();
    let error = rows::prune(journal.store(), 0, 0, Timestamp(NEW_YEAR + DAY)).await.unwrap_err();
    assert!(matches!(error, StoreError::Rows(RowsError::InUse)), "{error}");
    change.commit().await.unwrap();
    assert_eq!(rows::prune(journal.store(), 0, 0, Timestamp(NEW_YEAR + DAY)).await.unwrap().bars, 1);
}

fn skipped(number: u128, detector: &str) -> SkippedRow {
    SkippedRow {
        id: id(number),
        detector: detector.into(),
        plugin_hash: Some([3; 32].into()),
        family: Family::Behavior,
        subject: "asha".into(),
        at: Timestamp(NEW_YEAR - 5),
        reason: "it trapped".into(),
        recorded_at: Timestamp(NEW_YEAR),
    }
}

#[tokio::test]
async fn skipped_rows_are_listed_newest_first_and_pruned() {
    let journal = journal("rows").await;
    let rows = [skipped(1, "macd"), skipped(2, "overtrading"), skipped(3, "macd")];
    let mut change = journal.begin(second(0)).await.unwrap();
    assert_eq!(rows::insert_skipped(&mut change, &[]).await.unwrap(), 0);
    assert_eq!(rows::insert_skipped(&mut change, &rows).await.unwrap(), 3);
    assert_eq!(rows::insert_skipped(&mut change, &rows).await.unwrap(), 0);
    change.commit().await.unwrap();
    let list = async |detector, window| rows::skipped(journal.store(), detector, window).await.unwrap();
    let first = list(None, Window::first(2)).await;
    assert_eq!(first.items, [rows[2].clone(), rows[1].clone()]);
    let last = list(None, Window::first(1).after(first.next.unwrap())).await;
    assert_eq!((last.items, last.next), (vec![rows[0].clone()], None));
    assert_eq!(list(Some("overtrading"), Window::first(9)).await.items, rows[1..2]);
    assert_none(&list(Some("nobody"), Window::first(9)).await.items);
    let keep = rows::prune(journal.store(), 1, 0, Timestamp(NEW_YEAR + DAY)).await.unwrap();
    assert_eq!(keep.skipped, 0);
    let prune = rows::prune(journal.store(), 0, 0, Timestamp(NEW_YEAR + DAY)).await.unwrap();
    assert_eq!(prune.skipped, 3);
}
