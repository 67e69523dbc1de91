//! What a worker knows about its symbols and traders beside what components remember, and rows as components see them.

use std::{
    collections::{HashMap, VecDeque},
    fs,
    sync::Arc,
};

use anyhow::Context as _;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use crate::{
    config::IngestConfig,
    domain::{
        family::seat,
        names::Names,
        rows::{Bar, Fill, Signal},
        time::{MINUTE, local_time},
        vocabulary::TradeSide,
    },
    ingest::{Account, Calendars, SessionClock, Spacing},
    store::rows,
};

/// Fill ids and orders of a trader that are remembered.
const REMEMBERED: usize = 512;

/// How days and sessions are told apart.
#[derive(Clone, Debug)]
pub(super) struct Clocks {
    pub(super) calendars: Arc<Calendars>,
    /// Of the traders' days.
    pub(super) zone: TimeZone,
}

impl Clocks {
    /// As settings say.
    ///
    /// # Errors
    ///
    /// If there is no such time zone, or the calendar cannot be read.
    pub(super) fn of(config: &IngestConfig) -> anyhow::Result<Self> {
        let zone = TimeZone::get(&config.time_zone).with_context(|| {
            format!("ingest.time_zone {:?}: write a name such as Asia/Kolkata or UTC", config.time_zone)
        })?;
        let calendars = match &config.calendar {
            Some(path) => {
                let text = fs::read_to_string(path)
                    .with_context(|| format!("ingest.calendar {} cannot be read", path.display()))?;
                Calendars::parse(&text, path)?
            }
            None => Calendars::default(),
        };
        Ok(Self { calendars: Arc::new(calendars), zone })
    }
}

/// All symbols and traders of a worker.
#[derive(Clone, Debug)]
pub(super) struct Subjects {
    pub(super) symbols: Names,
    pub(super) users: Names,
    pub(super) watched: HashMap<u32, Symbol>,
    pub(super) traders: HashMap<u32, Trader>,
    clocks: Clocks,
    orders: u32,
    /// The worker's clock at its last batch.
    pub(super) now: i64,
}

/// A symbol whose past is known.
#[derive(Clone, Debug)]
pub(super) struct Symbol {
    sessions: SessionClock,
    bars: Spacing,
    signals: Spacing,
    /// Open time of the newest bar.
    pub(super) last_bar: Option<i64>,
    /// When the newest bar was known.
    known: i64,
    /// Time of the newest signal.
    heard: i64,
    /// Session of the newest bar.
    pub(super) session: u32,
    /// Whether algorithms report about it from outside.
    pub(super) has_signals: bool,
    /// When its last row came, by the worker's clock.
    came: i64,
}

/// A trader whose past is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Trader {
    account: Account,
    orders: Remembered<Order, u32>,
    fills: Remembered<(i64, String), ()>,
    /// Time of the newest fill.
    pub(super) last_at: Option<i64>,
    /// When it came, by the worker's clock.
    came: i64,
}

/// Symbol, side and name: exchanges number orders by account or symbol, so a name alone does not tell them apart.
type Order = (u32, i8, String);

/// The newest of a kind.
#[derive(Clone, Debug)]
struct Remembered<K, V> {
    known: HashMap<K, V>,
    order: VecDeque<K>,
}

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Self { known: HashMap::new(), order: VecDeque::new() }
    }
}

impl<K: Clone + Eq + std::hash::Hash, V> Remembered<K, V> {
    fn insert(&mut self, key: K, value: V) {
        if self.known.insert(key.clone(), value).is_none() {
            self.order.push_back(key);
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

impl Subjects {
    pub(super) fn new(clocks: Clocks) -> Self {
        Self {
            symbols: Names::default(),
            users: Names::default(),
            watched: HashMap::new(),
            traders: HashMap::new(),
            clocks,
            orders: 0,
            now: 0,
        }
    }

    /// The same names, of which nothing is known but the traders' orders.
    pub(super) fn anew(&self) -> Self {
        let traders = self
            .traders
            .iter()
            .map(|(&id, trader)| (id, Trader { orders: trader.orders.clone(), ..Trader::default() }));
        Self { watched: HashMap::new(), traders: traders.collect(), ..self.clone() }
    }

    /// Begins to watch a symbol.
    pub(super) fn watch(&mut self, symbol: &str) -> u32 {
        let id = self.symbols.intern(symbol);
        let calendar = self.clocks.calendars.of(symbol).cloned();
        let symbol = Symbol { came: self.now, ..Symbol::new(SessionClock::new(calendar)) };
        self.watched.insert(id, symbol);
        id
    }

    /// Begins to watch a trader who holds something already.
    pub(super) fn watch_trader(&mut self, user: &str, holds: &[rows::Position]) -> u32 {
        let id = self.users.intern(user);
        let mut trader = self.traders.remove(&id).unwrap_or_default();
        for position in holds {
            let symbol = self.symbols.intern(&position.symbol);
            let side = if position.quantity.is_sign_negative() { -1 } else { 1 };
            trader.account.book(symbol, side, number(position.quantity.abs()), number(position.price));
        }
        trader.came = self.now;
        self.traders.insert(id, trader);
        id
    }

    /// Whether the symbol's past is known.
    pub(super) fn watches(&self, symbol: &str) -> bool {
        self.symbols.id(symbol).is_some_and(|id| self.watched.contains_key(&id))
    }

    /// Whether the trader's past is known.
    pub(super) fn watches_trader(&self, user: &str) -> bool {
        self.users.id(user).is_some_and(|id| self.traders.contains_key(&id))
    }

    pub(super) fn len(&self) -> usize {
        self.watched.len() + self.traders.len()
    }

    /// Symbols and traders without a row since then.
    pub(super) fn idle_since(&self, since: i64) -> (Vec<String>, Vec<String>) {
        let symbols = self.watched.iter().filter(|(_, symbol)| symbol.came < since);
        let traders = self.traders.iter().filter(|(_, trader)| trader.came < since);
        (
            symbols.map(|(&id, _)| self.symbols.name(id).to_owned()).collect(),
            traders.map(|(&id, _)| self.users.name(id).to_owned()).collect(),
        )
    }

    /// A watched symbol.
    pub(super) fn symbol(&self, name: &str) -> Option<&Symbol> {
        self.symbols.id(name).and_then(|id| self.watched.get(&id))
    }

    /// A watched trader.
    pub(super) fn trader(&self, name: &str) -> Option<&Trader> {
        self.users.id(name).and_then(|id| self.traders.get(&id))
    }

    /// The next bar of a watched symbol, as components see it.
    pub(super) fn bar(&mut self, row: &rows::Bar) -> Bar {
        let id = self.symbols.intern(&row.symbol);
        let at = row.at.0;
        let known = |value: Option<Decimal>| value.map_or(f64::NAN, number);
        let mut bar = Bar {
            open: known(row.open),
            high: known(row.high),
            low: known(row.low),
            close: number(row.close),
            volume: known(row.volume),
            bid: known(row.bid),
            ask: known(row.ask),
            open_interest: known(row.open_interest),
            implied_volatility: row.implied_volatility.unwrap_or(f64::NAN),
            ..Bar::unknown(id, at)
        };
        if bar.bid > bar.ask {
            (bar.bid, bar.ask) = (f64::NAN, f64::NAN);
        }
        if let Some(symbol) = self.watched.get_mut(&id) {
            symbol.bars.push(at);
            bar.known_at = at.saturating_add(symbol.settled_interval().unwrap_or(0));
            (bar.session, bar.minute) = symbol.sessions.next(at, bar.known_at);
            symbol.last_bar = Some(at);
            symbol.came = self.now;
            symbol.session = bar.session;
            symbol.known = bar.known_at;
        }
        bar
    }

    /// A signal about a watched symbol, as components see it; `None` for an algorithm that is none of the 13.
    pub(super) fn signal(&mut self, row: &rows::Signal) -> Option<Signal> {
        let symbol = self.symbols.intern(&row.symbol);
        let user = row.user_id.as_deref().map(|user| self.users.intern(user));
        let seat = u8::try_from(seat(&row.algorithm)?).ok()?;
        Some(Signal { at: row.at.0, symbol, user, seat, vote: row.vote, confidence: row.confidence })
    }

    /// Notes that algorithms report about a symbol from outside, at a moment.
    pub(super) fn heard(&mut self, symbol: u32, at: i64) {
        if let Some(symbol) = self.watched.get_mut(&symbol) {
            symbol.has_signals = true;
            symbol.came = self.now;
            if at > symbol.heard {
                symbol.signals.push(at);
                symbol.heard = at;
            }
        }
    }

    /// The next fill of a watched trader, as components see it.
    pub(super) fn fill(&mut self, row: &rows::Trade) -> Fill {
        let (user, symbol) = (self.users.intern(&row.user_id), self.symbols.intern(&row.symbol));
        let side = match row.side {
            TradeSide::Buy => 1,
            TradeSide::Sell => -1,
        };
        let (quantity, price) = (number(row.quantity), number(row.price));
        let at = row.at.0;
        let (day, minute) = local_time(&self.clocks.zone, at);
        let trader = self.traders.entry(user).or_default();
        let named = row.order_id.as_ref().map(|name| (symbol, side, name.clone()));
        let known = named.as_ref().and_then(|order| trader.orders.known.get(order)).copied();
        let order = known.unwrap_or(self.orders);
        self.orders = self.orders.wrapping_add(u32::from(known.is_none()));
        if let Some(named) = named {
            trader.orders.insert(named, order);
        }
        if let Some(id) = &row.fill_id {
            trader.fills.insert((at, id.clone()), ());
        }
        trader.last_at = Some(at);
        trader.came = self.now;
        let after = trader.account.book(symbol, side, quantity, price);
        Fill {
            at,
            user,
            day: u32::try_from(day).unwrap_or(0),
            minute,
            order,
            symbol,
            side,
            quantity,
            price,
            realized_pnl: row.realized_pnl.map_or(f64::NAN, number),
            equity: row.equity.map_or(f64::NAN, number),
            position: after.position,
            exposure: after.exposure,
        }
    }
}

impl Symbol {
    fn new(sessions: SessionClock) -> Self {
        Self {
            sessions,
            bars: Spacing::default(),
            signals: Spacing::default(),
            last_bar: None,
            known: i64::MIN,
            heard: i64::MIN,
            session: 0,
            has_signals: false,
            came: 0,
        }
    }

    /// The newest moment at which something about it was known.
    pub(super) fn newest(&self) -> i64 {
        self.known.max(self.heard)
    }

    /// The usual spacing of its bars, microseconds; one minute where it is not known yet.
    pub(super) fn interval(&self) -> i64 {
        self.settled_interval().unwrap_or(MINUTE)
    }

    /// The same, once two spacings were seen: the first one may be a weekend, and a bar that is known too late would
    /// close the panels before.
    fn settled_interval(&self) -> Option<i64> {
        self.bars.settled().or_else(|| self.signals.settled())
    }
}

impl Trader {
    /// Whether one of the newest fills has this id.
    pub(super) fn knows(&self, at: i64, fill_id: &str) -> bool {
        self.fills.known.contains_key(&(at, fill_id.to_owned()))
    }

    /// Ids of the fills of its newest moment.
    pub(super) fn newest_fills(&self) -> impl Iterator<Item = &str> {
        let newest = self.fills.known.keys().filter(|(at, _)| Some(*at) == self.last_at);
        newest.map(|(_, id)| id.as_str())
    }
}

/// The nearest number that components can reckon with, as if it had been read from a file.
fn number(exact: Decimal) -> f64 {
    exact.to_string().parse().unwrap_or(f64::NAN)
}
