//! A trader's habits: what behavior detectors judge an order against.
//!
//! Every habit forgets what is older than [`MEMORY_DAYS`] calendar days and keeps a bounded number of
//! samples, so [`WARM_UP`] determines all of them. Chances are tail probabilities under the habit: how often
//! the trader does something at least as unusual.

mod daily;
mod evidence;
mod habits;
mod order;
mod pace;
mod quantile;
mod results;
mod stakes;
mod story;
mod waits;

pub use daily::{Daily, judge_count};
pub use evidence::{combined, normal_tail, posterior};
pub use habits::Habits;
pub use pace::{Burst, Pace};
pub use results::{Loss, Results};
pub use stakes::{Excess, Stakes};
pub use story::{NOWHERE, Story};
pub use waits::Waits;

use crate::types::WarmUp;

/// Calendar days after which a habit forgets: two months, long enough for weekly routines, short enough to
/// follow a trader who changes.
pub const MEMORY_DAYS: u32 = 60;

/// The history that determines every habit here.
pub const WARM_UP: WarmUp = WarmUp::sessions(MEMORY_DAYS);

/// Microseconds in a minute.
pub const MINUTE: i64 = 60_000_000;

/// Whether a sample of `day` still counts on `today`.
fn remembered(day: u32, today: u32) -> bool {
    today.saturating_sub(day) <= MEMORY_DAYS
}
