//! A Twilio on a virtual clock that runs TwiML against a real web application.

mod answers;
mod call;
mod caller;
mod clock;
mod error;
mod host_task;
mod http_transport;
mod number;
mod rest;
mod script;
mod settings;
mod simulator;
mod switch;
mod transcript;
mod transport;

pub use answers::Answers;
pub use call::{Call, Heard, Sound};
pub use caller::{Caller, CallerFrom};
pub use clock::VirtualClock;
pub use error::Error;
pub use host_task::{BoxError, HostTask};
pub use http_transport::HttpTransport;
pub use number::NumberConfig;
pub use script::{Script, Step};
pub use settings::{Settings, SpeechRate};
pub use simulator::{Simulator, SimulatorBuilder};
pub use transcript::{Entry, Event, HostAnswer, HostRequest, Purpose, Transcript};
pub use transport::{Took, Transport, TransportError};
#[doc(no_inline)]
pub use twilio_webhook::{CallSid, CallStatus, Direction, Params};
