//! The store in memory keeps every promise of the contract.

use escalation_core::{MemoryStore, store_conformance};

store_conformance!(futures::executor::block_on, MemoryStore::new());
