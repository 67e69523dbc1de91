use async_graphql::{Context, InputObject, Object, Result, connection::Connection};

use super::{
    asked::{Asked, shown},
    connection::connection,
    paging::{FIGURES, HEAVY, cost, window},
};
use crate::{
    domain::{time::Timestamp, vocabulary::BlockType},
    service::{
        ledger::{self, BlockFilter},
        views::{Block, BlockchainStats, LedgerVerification},
    },
    store::page::Period,
};

/// Which blocks to find; all where nothing is said.
#[derive(Default, InputObject)]
#[graphql(name = "BlockFilter")]
struct Filter {
    /// Of this type.
    #[graphql(name = "type")]
    block_type: Option<BlockType>,
    /// Sealed at this moment or later.
    start_date: Option<Timestamp>,
    /// Sealed before this moment.
    end_date: Option<Timestamp>,
}

impl From<Filter> for BlockFilter {
    fn from(filter: Filter) -> Self {
        Self {
            block_type: filter.block_type,
            sealed: Period { from: filter.start_date, until: filter.end_date },
        }
    }
}

#[derive(Default)]
pub(super) struct LedgerQueries;

#[Object]
impl LedgerQueries {
    /// Blocks of the ledger, newest first.
    #[graphql(complexity = "cost(first, limit, child_complexity)")]
    async fn blockchain(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<Filter>,
        #[graphql(desc = "How many, 1 to 1,000; 50 unless said.")] first: Option<i64>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "Another word for `first`.")] limit: Option<i64>,
    ) -> Result<Connection<String, Block>> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        let window = window(first, after.as_deref(), limit)?;
        let listed = shown(ledger::list(platform, caller, filter.unwrap_or_default().into(), window).await)?;
        Ok(connection(listed, after.is_none()))
    }

    /// Checks hashes, signatures and the signed end of the ledger, and what blocks say in a stretch of it.
    #[graphql(complexity = "HEAVY + child_complexity")]
    async fn verify_blockchain(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "First block whose content is checked.", default = 0)] from: u64,
        #[graphql(desc = "Last one; the newest unless said.")] to: Option<u64>,
    ) -> Result<LedgerVerification> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(ledger::verify(platform, caller, from..=to.unwrap_or(u64::MAX)).await)
    }

    /// Figures of the ledger.
    #[graphql(complexity = "FIGURES + child_complexity")]
    async fn blockchain_stats(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Blocks sealed at this moment or later.")] start_date: Option<Timestamp>,
        #[graphql(desc = "Blocks sealed before this moment.")] end_date: Option<Timestamp>,
    ) -> Result<BlockchainStats> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        let period = Period { from: start_date, until: end_date };
        shown(ledger::statistics(platform, caller, period).await)
    }
}
