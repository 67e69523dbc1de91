//! Fills of a few traders with habits of their own, and episodes in which they leave them.

mod desk;
mod episodes;
mod habits;
mod plan;
mod stocks;

pub(super) use desk::Execution;
pub(super) use habits::INSTRUMENTS;

use super::{calendar, random::Random};
use crate::domain::{label::Label, time::MINUTE};
use desk::Desk;
use habits::Habits;
use plan::{Appointment, Kind};
use stocks::Stocks;

/// Traders in the data.
const TRADERS: usize = 12;

/// All that one trader did.
pub(super) struct Account {
    pub(super) name: String,
    pub(super) executions: Vec<Execution>,
    pub(super) labels: Vec<Label>,
}

impl Account {
    /// The order that a fill belongs to, by name.
    pub(super) fn order_name(&self, fill: &Execution) -> String {
        format!("{}-{:06}", self.name, fill.order)
    }
}

/// Simulates the traders over the sessions.
pub(super) fn simulate(seed: u64, days: usize) -> Vec<Account> {
    let stocks = Stocks::simulate(&mut Random::new(seed, "stocks"), days);
    let plan = plan::draw(&mut Random::new(seed, "episodes"), TRADERS, days);
    (0..TRADERS)
        .map(|number| {
            let name = format!("trader-{:02}", number + 1);
            let mut random = Random::new(seed, &name);
            let habits = Habits::draw(&mut random);
            let mut desk = Desk::new(random, habits, &stocks);
            let mut labels = Vec::new();
            for session in 0..days {
                let appointment = plan.iter().find(|it| it.trader == number && it.session == session);
                trade_a_day(&mut desk, session, appointment, &name, &mut labels);
            }
            Account { name, executions: desk.executions, labels }
        })
        .collect()
}

/// A day of habit, with an episode in the middle of it if there is an appointment for one.
fn trade_a_day(
    desk: &mut Desk<'_>,
    session: usize,
    appointment: Option<&Appointment>,
    name: &str,
    labels: &mut Vec<Label>,
) {
    let open = calendar::open_of(session);
    let count = desk.trades_today();
    let interrupted_after = appointment
        .map(|it| desk.random.whole(1, if it.kind == Kind::Overtrading { 2 } else { count.div_ceil(2) }));
    desk.begin_day(open, count);
    for trade in 0..count {
        if desk.now > open + desk.habits.leaves_at * MINUTE {
            break;
        }
        desk.ordinary_trade();
        if interrupted_after == Some(trade + 1)
            && let Some(appointment) = appointment
        {
            labels.extend(episodes::play(desk, appointment.kind, open, trade + 1, name));
        }
    }
}
