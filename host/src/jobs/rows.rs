//! What a backtest goes through, as it is found.

use std::{fs, path::Path};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::Failure;
use crate::{
    domain::{
        family,
        rows::{Bar, Signal},
        vocabulary::TradeSide,
    },
    ingest::{Draft, DraftFill, FileRead, Role},
    ledger::hash::Hash,
    service::{
        Platform,
        jobs::{Backtest, UploadedFile},
    },
    store::{
        Store,
        rows::{self, Range, Trade, bars_within, count_within, signals_within, trades_within},
        uploads,
    },
};

/// Most rows of all kinds together.
pub(super) const MOST: i64 = 1_000_000;

/// Rows, or files with rows.
pub(super) enum Source {
    /// Rows that are stored.
    Stored(Box<Draft>),
    /// Files that were handed in, in a folder of their own.
    Files(TempDir, Vec<UploadedFile>),
}

/// Reads what was asked for.
pub(super) async fn load(platform: &Platform, backtest: &Backtest) -> Result<Source, Failure> {
    match (&backtest.uploads, backtest.from, backtest.until) {
        (Some(files), _, _) => unpack(platform.store(), files).await,
        (None, Some(from), Some(until)) => {
            let range = Range {
                from,
                until,
                symbols: backtest.symbols.clone(),
                users: backtest.users.clone(),
                most: MOST,
            };
            Ok(Source::Stored(Box::new(stored(platform.store(), &range).await?)))
        }
        _ => Err(Failure::Reason("it names neither stored rows nor uploads".to_owned())),
    }
}

async fn unpack(store: &Store, files: &[UploadedFile]) -> Result<Source, Failure> {
    let folder = TempDir::new().map_err(|error| unwritten(&error))?;
    for file in files {
        let gone = || Failure::Reason(format!("upload {} is not kept any more", file.id));
        let content = uploads::get(store, file.id).await?.ok_or_else(gone)?;
        fs::write(path(folder.path(), *file), content).map_err(|error| unwritten(&error))?;
    }
    Ok(Source::Files(folder, files.to_vec()))
}

fn unwritten(error: &std::io::Error) -> Failure {
    tracing::error!("uploads cannot be unpacked: {error}");
    Failure::Reason("its uploads cannot be unpacked on this host".to_owned())
}

/// Where a file is unpacked; the name tells nothing but the upload.
pub(super) fn path(folder: &Path, file: UploadedFile) -> std::path::PathBuf {
    folder.join(file.id.to_string())
}

async fn stored(store: &Store, range: &Range) -> Result<Draft, Failure> {
    match count_within(store, range).await? {
        0 => return Err(Failure::Reason("no row is stored for this stretch of time".to_owned())),
        rows if rows > MOST => {
            let reason = format!(
                "more than {MOST} rows are stored for this; name a shorter stretch, or fewer symbols and traders"
            );
            return Err(Failure::Reason(reason));
        }
        _ => {}
    }
    let mut draft = Draft::default();
    let bars = bars_within(store, range).await?;
    let signals = signals_within(store, range).await?;
    let trades = trades_within(store, range).await?;
    let files = [
        described(Role::Market, &bars),
        described(Role::Signals, &signals),
        described(Role::Trades, &trades),
    ];
    draft.intake.files.extend(files.into_iter().filter(|file| file.rows > 0));
    draft.bars = bars.iter().map(|row| bar(&mut draft.symbols, row)).collect();
    draft.signals = signals.iter().filter_map(|row| signal(&mut draft, row)).collect();
    draft.fills = trades.iter().map(|row| fill(&mut draft, row)).collect();
    Ok(draft)
}

/// Stored rows, as evidence names what was read: by a digest of every value.
fn described<T: std::fmt::Debug>(role: Role, rows: &[T]) -> FileRead {
    let mut hash = Sha256::new();
    for row in rows {
        hash.update(format!("{row:?}\n"));
    }
    FileRead {
        path: "stored rows".to_owned(),
        role,
        sha256: Hash::from(<[u8; 32]>::from(hash.finalize())).to_string(),
        rows: rows.len() as u64,
        rejected: 0,
    }
}

fn number(value: Option<rust_decimal::Decimal>) -> f64 {
    value.and_then(|value| f64::try_from(value).ok()).unwrap_or(f64::NAN)
}

fn bar(symbols: &mut crate::domain::names::Names, row: &rows::Bar) -> Bar {
    Bar {
        open: number(row.open),
        high: number(row.high),
        low: number(row.low),
        close: number(Some(row.close)),
        volume: number(row.volume),
        bid: number(row.bid),
        ask: number(row.ask),
        open_interest: number(row.open_interest),
        implied_volatility: row.implied_volatility.unwrap_or(f64::NAN),
        ..Bar::unknown(symbols.intern(&row.symbol), row.at.0)
    }
}

fn signal(draft: &mut Draft, row: &rows::Signal) -> Option<Signal> {
    Some(Signal {
        at: row.at.0,
        symbol: draft.symbols.intern(&row.symbol),
        user: row.user_id.as_deref().map(|user| draft.users.intern(user)),
        seat: u8::try_from(family::seat(&row.algorithm)?).ok()?,
        vote: row.vote,
        confidence: row.confidence,
    })
}

fn fill(draft: &mut Draft, row: &Trade) -> DraftFill {
    DraftFill {
        at: row.at.0,
        user: draft.users.intern(&row.user_id),
        symbol: draft.symbols.intern(&row.symbol),
        side: if row.side == TradeSide::Buy { 1 } else { -1 },
        quantity: number(Some(row.quantity)),
        price: number(Some(row.price)),
        realized_pnl: number(row.realized_pnl),
        equity: number(row.equity),
        order: row.order_id.as_deref().map(|order| draft.orders.intern(order)),
    }
}
