//! The in-memory store keeps the contract of `OverrideStore`.

#![cfg(feature = "conformance")]

use business_hours::{InMemoryOverrides, override_store_conformance};

override_store_conformance!(tokio::test, async { InMemoryOverrides::new() });
