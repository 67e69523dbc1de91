use std::fmt;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// US dollars, exact: `3`, `0.75` or `"0.75"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
#[schemars(with = "f64", extend("type" = ["number", "string"]))]
pub struct Dollars(Decimal);

/// More is a slip of the pen.
const MOST: i64 = 1_000_000;

impl Dollars {
    /// So many hundredths.
    pub fn cents(cents: i64) -> Self {
        Self(Decimal::new(cents, 2).normalize())
    }

    /// The amount.
    pub const fn amount(self) -> Decimal {
        self.0
    }

    fn read(text: &str) -> Result<Self, String> {
        let amount =
            text.parse().ok().filter(|amount| (Decimal::ZERO..=Decimal::from(MOST)).contains(amount));
        amount
            .map(|amount: Decimal| Self(amount.normalize()))
            .ok_or_else(|| format!("an amount from 0 to {MOST} US dollars is needed, as in 2.50"))
    }
}

impl Serialize for Dollars {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Dollars {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Amount)
    }
}

/// Numbers go through their shortest text, which is what was written.
struct Amount;

impl de::Visitor<'_> for Amount {
    type Value = Dollars;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "an amount of US dollars, as in 2.50")
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Dollars, E> {
        Dollars::read(&number.to_string()).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Dollars, E> {
        Dollars::read(&number.to_string()).map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Dollars, E> {
        Dollars::read(&number.to_string()).map_err(E::custom)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Dollars, E> {
        Dollars::read(text).map_err(E::custom)
    }
}
