//! What one instance may take, and takes.

use wasmtime::{ResourceLimiter, StoreLimits, StoreLimitsBuilder};

use super::limits::Limits;

/// Keeps an instance within its limits, and counts its memory.
pub(super) struct Bounds {
    limits: StoreLimits,
    /// Linear memory, bytes.
    pub(super) memory: usize,
}

impl Bounds {
    pub(super) fn of(limits: &Limits) -> Self {
        let limits = StoreLimitsBuilder::new()
            .memory_size(limits.memory)
            .table_elements(limits.table_elements)
            .instances(32)
            .memories(2)
            .tables(16)
            .build();
        Self { limits, memory: 0 }
    }
}

impl ResourceLimiter for Bounds {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let grows = self.limits.memory_growing(current, desired, maximum)?;
        if grows {
            self.memory += desired.saturating_sub(current);
        }
        Ok(grows)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        self.limits.table_growing(current, desired, maximum)
    }

    fn instances(&self) -> usize {
        self.limits.instances()
    }

    fn tables(&self) -> usize {
        self.limits.tables()
    }

    fn memories(&self) -> usize {
        self.limits.memories()
    }
}
