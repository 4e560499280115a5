//! Requests to start and stop escalations, from an SQS FIFO queue or from JSON lines.
//!
//! ```
//! use std::sync::Arc;
//! use chrono::DateTime;
//! use escalation_core::{Engine, MemoryStore, Submitted};
//! use escalation_sqs::JsonLines;
//!
//! # futures::executor::block_on(async {
//! let engine = Engine::builder(Arc::new(MemoryStore::new())).build()?;
//! let lines = r#"
//! {"process-id": "order-17", "action": "start", "notifications": [
//! {"process-id": "order-16", "action": "stop"}
//! "#;
//! let source = JsonLines::new("requests.jsonl", lines.as_bytes());
//! let submitted = engine.intake(&source, DateTime::UNIX_EPOCH).await?;
//! assert_eq!(submitted.len(), 2);
//! assert!(matches!(submitted[0], Submitted::Rejected(_)), "a broken line is a dead letter");
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```
//!
//! Both sources are a [`RequestSource`](escalation_core::RequestSource), which
//! [`Engine::intake`](escalation_core::Engine::intake) reads: a request is confirmed only after its
//! effect is committed, and one that cannot be read becomes a dead letter before it is confirmed.
//! [`SqsRequests`] is the queue of the original component, [`JsonLines`] a file or a pipe.
//!
//! # What we do not do
//! Sending requests, making queues, finding credentials: the host brings an SQS client of its own.

mod lines;
#[cfg(feature = "sqs")]
mod sqs;

pub use lines::JsonLines;
#[cfg(feature = "sqs")]
pub use sqs::{SqsRequests, SqsSettingsError};
