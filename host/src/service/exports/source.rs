use serde::Serialize;

use super::{Export, ExportKind, columns, terms};
use crate::{
    access::Caller,
    domain::time::Timestamp,
    service::{
        Platform, Result, actions,
        anomalies::{self, AnomalyFilter},
        decisions,
        files::FileFormat,
        ledger,
        page::{self, Listed},
    },
    store::{actions::ActionFilter, blocks::BlockFilter, decisions::DecisionFilter, oldest, page::Window},
};

/// Where the lines of an export come from.
pub struct Source {
    list: List,
    format: FileFormat,
}

enum List {
    Anomalies(AnomalyFilter),
    Decisions(DecisionFilter),
    Actions(ActionFilter),
    Blocks(BlockFilter),
}

/// Lines of a page.
pub struct Lines {
    /// As they are written.
    pub text: Vec<u8>,
    /// How many.
    pub items: u64,
    /// When the first and the last happened.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Where the next page begins.
    pub next: Option<String>,
}

impl Source {
    /// That of an export.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Invalid`](crate::service::ServiceError::Invalid) if the list does not know what the filter says.
    pub fn of(export: &Export) -> Result<Self> {
        let given = export.terms()?;
        let list = match export.what {
            ExportKind::Anomalies => List::Anomalies(terms::read::<terms::Anomalies>(&given)?.into()),
            ExportKind::Decisions => List::Decisions(terms::read::<terms::Decisions>(&given)?.into()),
            ExportKind::Actions => List::Actions(terms::read::<terms::Actions>(&given)?.into()),
            ExportKind::Blocks => List::Blocks(terms::read::<terms::Blocks>(&given)?.into()),
        };
        Ok(Self { list, format: export.format })
    }

    /// What comes before the first item.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn head(&self) -> Result<Vec<u8>> {
        self.format.head(self.columns())
    }

    fn columns(&self) -> &'static [&'static str] {
        match self.list {
            List::Anomalies(_) => columns::ANOMALIES,
            List::Decisions(_) => columns::DECISIONS,
            List::Actions(_) => columns::ACTIONS,
            List::Blocks(_) => columns::BLOCKS,
        }
    }

    /// A page, from the start or after a cursor.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn page(&self, platform: &Platform, caller: &Caller, after: Option<&str>) -> Result<Lines> {
        let window = page::window(Some(Window::MOST), after)?;
        match &self.list {
            List::Anomalies(filter) => self.lines(&anomalies::list(platform, caller, filter, window).await?),
            List::Decisions(filter) => self.lines(&decisions::list(platform, caller, filter, window).await?),
            List::Actions(filter) => self.lines(&actions::list(platform, caller, filter, window).await?),
            List::Blocks(filter) => self.lines(&ledger::list(platform, caller, *filter, window).await?),
        }
    }

    fn lines<T: Serialize>(&self, page: &Listed<T>) -> Result<Lines> {
        let at = |item: Option<&(String, T)>| page::moment(&item?.0);
        Ok(Lines {
            text: self.format.lines(self.columns(), page)?,
            items: page.items.len() as u64,
            span: at(page.items.first()).zip(at(page.items.last())),
            next: page.end().filter(|_| page.has_more).map(ToOwned::to_owned),
        })
    }

    /// When the list ends at the latest, going back in time.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn oldest(&self, platform: &Platform) -> Result<Option<Timestamp>> {
        let store = platform.store();
        let (oldest, from) = match &self.list {
            List::Anomalies(filter) => (oldest::anomaly(store).await?, filter.opened.from),
            List::Decisions(filter) => (oldest::decision(store).await?, filter.decided.from),
            List::Actions(filter) => (oldest::action(store).await?, filter.requested.from),
            List::Blocks(filter) => (oldest::block(store).await?, filter.sealed.from),
        };
        Ok(oldest.max(from))
    }
}
