//! Rows as a host takes them: one JSON object a line.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::{
    domain::{
        family::ALGORITHMS,
        rows::{Bar, Fill, Signal, Vote},
        time::to_rfc3339,
    },
    ingest::Input,
};

/// Writes rows of one input.
pub(super) struct Writer<'a> {
    input: &'a Input,
    /// When each order began, by its id.
    orders: HashMap<u32, i64>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(input: &'a Input) -> Self {
        let mut orders = HashMap::new();
        for fill in &input.fills {
            orders.entry(fill.order).or_insert(fill.at);
        }
        Self { input, orders }
    }

    pub(super) fn bar(&self, bar: &Bar) -> String {
        let symbol = self.input.symbols.name(bar.symbol);
        line(
            [("timestamp", to_rfc3339(bar.at)), ("symbol", symbol.to_owned())],
            [
                ("open", bar.open),
                ("high", bar.high),
                ("low", bar.low),
                ("close", bar.close),
                ("volume", bar.volume),
                ("bid", bar.bid),
                ("ask", bar.ask),
                ("openInterest", bar.open_interest),
            ],
            [("impliedVolatility", bar.implied_volatility)],
        )
    }

    pub(super) fn signal(&self, signal: &Signal) -> String {
        let vote = match signal.vote {
            Vote::Buy => "BUY",
            Vote::Hold => "HOLD",
            Vote::Sell => "SELL",
        };
        let algorithm = ALGORITHMS.get(usize::from(signal.seat)).copied().unwrap_or_default();
        let user = signal.user.map(|user| ("userId", self.input.users.name(user).to_owned()));
        let texts = [
            ("timestamp", to_rfc3339(signal.at)),
            ("symbol", self.input.symbols.name(signal.symbol).to_owned()),
            ("algorithm", algorithm.to_owned()),
            ("signal", vote.to_owned()),
        ];
        line(texts.into_iter().chain(user), [], [("confidence", signal.confidence)])
    }

    /// `place` tells fills of one trader at one time apart. An order is named after its first fill, so that the same
    /// file gives the same names.
    pub(super) fn fill(&self, fill: &Fill, place: usize) -> String {
        let began = self.orders.get(&fill.order).copied().unwrap_or(fill.at);
        line(
            [
                ("timestamp", to_rfc3339(fill.at)),
                ("userId", self.input.users.name(fill.user).to_owned()),
                ("symbol", self.input.symbols.name(fill.symbol).to_owned()),
                ("side", if fill.side > 0 { "BUY" } else { "SELL" }.to_owned()),
                ("orderId", format!("{began}-{}", fill.order)),
                ("fillId", format!("{}-{place}", fill.at)),
            ],
            [
                ("quantity", fill.quantity),
                ("price", fill.price),
                ("realizedPnl", fill.realized_pnl),
                ("equity", fill.equity),
            ],
            [],
        )
    }
}

/// Texts, exact numbers as texts, and numbers; what is not known is left out.
fn line<const E: usize, const N: usize>(
    texts: impl IntoIterator<Item = (&'static str, String)>,
    exact: [(&'static str, f64); E],
    numbers: [(&'static str, f64); N],
) -> String {
    let mut fields: Map<String, Value> =
        texts.into_iter().map(|(name, text)| (name.to_owned(), Value::from(text))).collect();
    let known = |(_, number): &(&str, f64)| !number.is_nan();
    // The shortest decimal that is read as this number again, which is what the file had.
    fields.extend(
        exact.into_iter().filter(known).map(|(name, number)| (name.to_owned(), number.to_string().into())),
    );
    fields.extend(numbers.into_iter().filter(known).map(|(name, number)| (name.to_owned(), number.into())));
    format!("{}\n", Value::Object(fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_left_out_and_decimals_are_exact() {
        let written =
            line([("symbol", "A\"B".to_owned())], [("close", 0.1), ("bid", f64::NAN)], [("iv", 0.25)]);
        let read: Value = serde_json::from_str(&written).unwrap();
        assert_eq!(read, serde_json::json!({ "symbol": "A\"B", "close": "0.1", "iv": 0.25 }));
        assert!(written.ends_with('\n') && !written[..written.len() - 1].contains('\n'));
    }
}
