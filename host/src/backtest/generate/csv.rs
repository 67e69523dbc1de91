//! The data as files, for people who want to see what such files look like.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use super::{Dataset, SymbolData, traders::INSTRUMENTS};
use crate::domain::{
    family::ALGORITHMS,
    label::LabelKind,
    rows::Vote,
    time::{MINUTE, to_rfc3339},
};

pub(super) fn write(data: &Dataset, folder: &Path) -> io::Result<()> {
    let file = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
    market(&data.symbols, file("market.csv")?)?;
    signals(&data.symbols, file("signals.csv")?)?;
    trades(data, file("trades.csv")?)?;
    labels(data, file("labels.csv")?)
}

fn market(symbols: &[SymbolData], mut out: impl Write) -> io::Result<()> {
    write!(out, "timestamp,symbol")?;
    for (name, _) in symbols.first().iter().flat_map(|symbol| symbol.columns.named()) {
        write!(out, ",{name}")?;
    }
    writeln!(out)?;
    for symbol in symbols {
        let columns = symbol.columns.named();
        for (row, slot) in symbol.slots.iter().enumerate() {
            write!(out, "{},{}", to_rfc3339(slot.at), symbol.name)?;
            for (_, column) in columns {
                write_cell(&mut out, column[row])?;
            }
            writeln!(out)?;
        }
    }
    out.flush()
}

/// An unknown value is an empty cell.
fn write_cell(out: &mut impl Write, value: f64) -> io::Result<()> {
    if value.is_nan() { write!(out, ",") } else { write!(out, ",{value}") }
}

fn signals(symbols: &[SymbolData], mut out: impl Write) -> io::Result<()> {
    writeln!(out, "timestamp,symbol,algorithm,signal,confidence")?;
    for symbol in symbols {
        for opinion in &symbol.opinions {
            let known_at = to_rfc3339(symbol.slots[opinion.slot].at + MINUTE);
            let algorithm = ALGORITHMS[usize::from(opinion.seat)];
            let vote = match opinion.vote {
                Vote::Sell => "SELL",
                Vote::Hold => "HOLD",
                Vote::Buy => "BUY",
            };
            writeln!(out, "{known_at},{},{algorithm},{vote},{}", symbol.name, opinion.confidence)?;
        }
    }
    out.flush()
}

fn trades(data: &Dataset, mut out: impl Write) -> io::Result<()> {
    writeln!(out, "timestamp,user_id,symbol,side,quantity,price,realized_pnl,equity,order_id")?;
    for account in &data.accounts {
        for fill in &account.executions {
            writeln!(
                out,
                "{},{},{},{},{},{},{},{},{}",
                to_rfc3339(fill.at),
                account.name,
                INSTRUMENTS[fill.instrument],
                if fill.side > 0 { "BUY" } else { "SELL" },
                fill.quantity,
                fill.price,
                fill.realized_pnl,
                fill.equity,
                account.order_name(fill),
            )?;
        }
    }
    out.flush()
}

fn labels(data: &Dataset, mut out: impl Write) -> io::Result<()> {
    writeln!(out, "start,end,family,subject,kind")?;
    for label in &data.labels {
        let kind = match &label.kind {
            LabelKind::Anomaly(None) => "*".to_owned(),
            LabelKind::Anomaly(Some(kind)) => kind.to_string(),
            LabelKind::Ignore(None) => "ignore".to_owned(),
            LabelKind::Ignore(Some(kind)) => format!("ignore:{kind}"),
        };
        let (start, end) = (to_rfc3339(label.start), to_rfc3339(label.end));
        writeln!(out, "{start},{end},{},{},{kind}", label.family.name(), label.subject)?;
    }
    out.flush()
}
