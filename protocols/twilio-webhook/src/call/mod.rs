//! Requests about calls.

mod context;
mod dial;
mod gather;
mod incoming;
mod queue;
mod status;

pub use context::{CallContext, CallStatus, Direction, Place};
pub use dial::{DialRefer, DialResult, DialStatus};
pub use gather::{GatherPartialResult, GatherResult};
pub use incoming::IncomingCall;
pub use queue::{
    DequeueResult, DialQueueResult, EnqueueResult, QueueResult, QueueWait, QueueWhisper,
};
pub use status::CallStatusCallback;
