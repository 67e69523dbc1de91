//! From the signals about one symbol to one verdict for each panel.
//!
//! A panel goes three steps: [`Habits::level`] puts confidences on a common scale, the 13 components are shown
//! the levelled panel and dissent or not, and [`Fold::judge`] weighs their dissents. Both keep state for one
//! (symbol, user) and forget: habits after 128 panels, the fold after one.

mod consensus;
mod fold;
mod habits;

pub use crate::domain::panel::{Opinion, Panel, QUORUM, SEATS};
pub use consensus::Consensus;
pub use fold::{Dissent, Fold, PanelVerdict};
pub use habits::Habits;
