//! Reads files into a draft.

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use super::{
    bars::BarRows,
    calendar::Calendars,
    draft::Draft,
    error::IngestError,
    fills::FillRows,
    finish::finish,
    input::{FileRead, Input, Intake, Role},
    labels::LabelRows,
    limits::{Limits, Room},
    merge::merge,
    reject::Reject,
    sequence::Sequence,
    signals::{SIGNAL_KEY, SignalRows, voice},
    source::hex,
    table::{self, Rows},
};
use crate::domain::names::Names;

/// What a run reads.
#[derive(Clone, Debug)]
pub struct Sources {
    /// Files of bars.
    pub market: Vec<PathBuf>,
    /// Files of algorithms' signals.
    pub signals: Vec<PathBuf>,
    /// Files of fills.
    pub trades: Vec<PathBuf>,
    /// Files of labels.
    pub labels: Vec<PathBuf>,
    /// When markets are open; without it sessions are inferred.
    pub calendar: Option<PathBuf>,
    /// Zone of the traders' days.
    pub time_zone: TimeZone,
    /// Whether the first bad row stops the run.
    pub strict: bool,
}

impl Default for Sources {
    fn default() -> Self {
        Self {
            market: Vec::new(),
            signals: Vec::new(),
            trades: Vec::new(),
            labels: Vec::new(),
            calendar: None,
            time_zone: TimeZone::UTC,
            strict: false,
        }
    }
}

/// Told now and then how far reading is: the file, and rows of it so far.
pub type Progress<'a> = dyn Fn(&Path, u64) + 'a;

/// Told the same, and answers whether to read on.
pub type GoOn<'a> = dyn Fn(&Path, u64) -> ControlFlow<()> + 'a;

/// How many rows pass between two calls of [`Progress`].
const PROGRESS_EVERY: u64 = 16_384;

/// Reads all files of a run. Bad rows are left out and recorded in [`Input::intake`].
///
/// # Errors
/// Returns an [`IngestError`] if a file cannot be read or lacks a required column, the calendar is wrong, or,
/// with [`Sources::strict`], at the first bad row.
pub fn read(sources: &Sources, progress: &Progress<'_>) -> Result<Input, IngestError> {
    let go_on = |path: &Path, rows: u64| {
        progress(path, rows);
        ControlFlow::Continue(())
    };
    read_within(sources, Limits::NONE, &go_on)
}

/// The same as long as it is wanted, if there is no more than may be read.
///
/// # Errors
/// As of [`read`]; and if there is too much, or reading is broken off.
pub fn read_within(sources: &Sources, limits: Limits, go_on: &GoOn<'_>) -> Result<Input, IngestError> {
    let room = Room::new(limits);
    let mut reader = Reader { strict: sources.strict, room, go_on, intake: Intake::default() };
    let calendars = match &sources.calendar {
        Some(path) => reader.calendars(path)?,
        None => Calendars::default(),
    };
    let draft = reader.draft(sources)?;
    Ok(finish(draft, &calendars, &sources.time_zone))
}

struct Reader<'a> {
    strict: bool,
    room: Room,
    go_on: &'a GoOn<'a>,
    intake: Intake,
}

impl Reader<'_> {
    fn draft(mut self, sources: &Sources) -> Result<Draft, IngestError> {
        let mut draft = Draft::default();
        self.bars(&sources.market, &mut draft)?;
        self.signals(&sources.signals, &mut draft)?;
        self.fills(&sources.trades, &mut draft)?;
        for path in &sources.labels {
            self.table(path, LabelRows { labels: &mut draft.labels })?;
        }
        self.intake.rejects.sort_by_key(|reject| (reject.file, reject.line));
        draft.intake = self.intake;
        Ok(draft)
    }

    fn bars(&mut self, paths: &[PathBuf], draft: &mut Draft) -> Result<(), IngestError> {
        let mut bars = Vec::new();
        for path in paths {
            let mut crossed_quotes = 0;
            let rows = BarRows {
                file: self.next_file(),
                symbols: &mut draft.symbols,
                bars: &mut bars,
                crossed_quotes: &mut crossed_quotes,
                sequence: Sequence::default(),
            };
            self.table(path, rows)?;
            self.intake.crossed_quotes += crossed_quotes;
        }
        let key = "timestamp and symbol";
        let (bars, repeated) = merge(bars, &draft.symbols, |bar| (bar.at, bar.symbol), |_| (), key);
        draft.bars = bars;
        self.reject_all(repeated)
    }

    fn signals(&mut self, paths: &[PathBuf], draft: &mut Draft) -> Result<(), IngestError> {
        let mut signals = Vec::new();
        for path in paths {
            let rows = SignalRows {
                file: self.next_file(),
                symbols: &mut draft.symbols,
                users: &mut draft.users,
                signals: &mut signals,
                sequence: Sequence::default(),
                heard: Vec::new(),
            };
            self.table(path, rows)?;
        }
        let (signals, repeated) =
            merge(signals, &draft.symbols, |signal| (signal.at, signal.symbol), voice, SIGNAL_KEY);
        draft.signals = signals;
        self.reject_all(repeated)
    }

    fn fills(&mut self, paths: &[PathBuf], draft: &mut Draft) -> Result<(), IngestError> {
        let mut fill_ids = Names::default();
        for path in paths {
            let rows = FillRows {
                users: &mut draft.users,
                symbols: &mut draft.symbols,
                orders: &mut draft.orders,
                fill_ids: &mut fill_ids,
                fills: &mut draft.fills,
                sequence: Sequence::default(),
            };
            self.table(path, rows)?;
        }
        Ok(())
    }

    fn next_file(&self) -> u32 {
        u32::try_from(self.intake.files.len()).unwrap_or(u32::MAX)
    }

    fn table<const N: usize, R: Rows<N>>(&mut self, path: &Path, mut rows: R) -> Result<(), IngestError> {
        let file = self.next_file();
        let mut tally = Tally { rows: 0, rejects: Vec::new() };
        let read = table::read(path, R::ROLE, &R::COLUMNS, &self.room, &mut |line, cells| {
            self.room.take_row(path)?;
            tally.rows += 1;
            if tally.rows.is_multiple_of(PROGRESS_EVERY) && (self.go_on)(path, tally.rows).is_break() {
                return Err(IngestError::BrokenOff);
            }
            match cells.and_then(|cells| rows.take(line, cells)) {
                Ok(()) => Ok(()),
                Err(reason) if self.strict => Err(IngestError::BadRow { path: path.into(), line, reason }),
                Err(reason) => {
                    tally.rejects.push(Reject { file, line, reason });
                    Ok(())
                }
            }
        })?;
        if (self.go_on)(path, tally.rows).is_break() {
            return Err(IngestError::BrokenOff);
        }
        self.intake.warnings.extend(read.warnings);
        if tally.rows == 0 {
            self.intake.warnings.push(format!("{}: a header, but no rows", path.display()));
        }
        self.intake.files.push(FileRead {
            path: path.display().to_string(),
            role: R::ROLE,
            sha256: read.sha256,
            rows: tally.rows,
            rejected: tally.rejects.len() as u64,
        });
        self.intake.rejects.append(&mut tally.rejects);
        Ok(())
    }

    /// Records rows that were found bad only beside those of other files.
    fn reject_all(&mut self, rejects: Vec<Reject>) -> Result<(), IngestError> {
        for reject in rejects {
            let Some(file) = self.intake.files.get_mut(reject.file as usize) else { continue };
            if self.strict {
                let Reject { line, reason, .. } = reject;
                return Err(IngestError::BadRow { path: PathBuf::from(&file.path), line, reason });
            }
            file.rejected += 1;
            self.intake.rejects.push(reject);
        }
        Ok(())
    }

    fn calendars(&mut self, path: &Path) -> Result<Calendars, IngestError> {
        let text =
            fs::read_to_string(path).map_err(|reason| IngestError::Closed { path: path.into(), reason })?;
        let calendars = Calendars::parse(&text, path)?;
        self.intake.files.push(FileRead {
            path: path.display().to_string(),
            role: Role::Calendar,
            sha256: hex(&Sha256::digest(text.as_bytes())),
            rows: 0,
            rejected: 0,
        });
        Ok(calendars)
    }
}

struct Tally {
    rows: u64,
    rejects: Vec<Reject>,
}
