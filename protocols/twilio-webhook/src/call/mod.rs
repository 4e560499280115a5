//! Requests about calls.

mod answered_by;
mod conference;
mod context;
mod dial;
mod gather;
mod incoming;
mod media;
mod pay;
mod queue;
mod record;
mod refer;
mod status;

pub use answered_by::{AnsweredBy, AnsweredByCallback};
pub use conference::{ConferenceEnded, ConferenceEvent, ConferenceStatusCallback, ParticipantLeft};
pub use context::{CallContext, CallStatus, Direction, Place};
pub use dial::{DialRefer, DialResult, DialStatus};
pub use gather::{GatherPartialResult, GatherResult};
pub use incoming::IncomingCall;
pub use media::{
    SiprecEvent, SiprecStatusCallback, StreamEvent, StreamStatusCallback, TranscriptionEvent,
    TranscriptionStatusCallback,
};
pub use pay::{PayInputError, PayOutcome, PayResult, PayStatusCallback, PayStep};
pub use queue::{
    DequeueResult, DialQueueResult, EnqueueResult, QueueResult, QueueWait, QueueWhisper,
};
pub use record::{
    RecordEnd, RecordResult, RecordingSource, RecordingStatus, RecordingStatusCallback,
    RecordingTrack, TranscribeCallback, TranscriptionStatus,
};
pub use refer::ReferResult;
pub use status::CallStatusCallback;
