//! A Twilio on a virtual clock that runs TwiML against a real web application.
//!
//! ```
//! # use twilio_simulator::{Document, Documents};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), twilio_simulator::Error> {
//! # let page = |url: &str, verbs: &str| Document::new(url, format!("<Response>{verbs}</Response>"));
//! # let host = std::sync::Arc::new(Documents::new()
//! #     .with(page("http://127.0.0.1:8080/voice", r#"<Gather action="/menu"><Say>Press 1.</Say></Gather>"#))
//! #     .with(page("http://127.0.0.1:8080/menu", r#"<Enqueue waitUrl="/wait">sales</Enqueue>"#))
//! #     .with(page("http://127.0.0.1:8080/wait", r#"<Say>Hold the line</Say><Pause length="60"/>"#)));
//! use std::time::Duration;
//! use twilio_simulator::{Caller, NumberConfig, Simulator};
//!
//! let mut sim = Simulator::builder("AC0123456789abcdef0123456789abcdef", "auth token")
//! #   .transport(host)   // in the place of a web application that listens on port 8080
//!     .build()
//!     .await?;
//! sim.number("+442079460000", NumberConfig::new("http://127.0.0.1:8080/voice"))?;
//! let caller = Caller::from("+447700900001").to("+442079460000")
//!     .hears("press 1").presses("1#").gives_up_after(Duration::from_secs(180));
//! let call = sim.call_at(sim.now(), caller)?;
//! sim.run_until_idle().await?;                        // three minutes, in microseconds
//!
//! let call = sim.call(&call).expect("it has rung");
//! assert_eq!(call.duration(), Duration::from_secs(180));
//! assert!(call.heard_text("Hold the line"));
//! assert!(sim.transcript().to_string().contains("leaves the queue sales"));
//! # Ok(())
//! # }
//! ```
//!
//! The main type is [`Simulator`]. It is a discrete-event simulation: nothing sleeps, the
//! [`VirtualClock`] jumps from one event to the next, and it stands still while the host answers.
//! The same scenario with the same seed gives the same [`Transcript`], byte for byte.
//!
//! - The host is real: its documents are fetched over HTTP, signed with `X-Twilio-Signature`; so
//!   are callbacks. One in the same process can be asked without sockets ([`InProcess`]), one that
//!   is no program at all is [`Documents`], and [`Faults`] come between; all are [`Transport`]s.
//! - [`Simulator::rest_url`] stands in the place of `https://api.twilio.com`, for calls and queues.
//! - [`Caller`]s and the people at [phones](Simulator::phone) follow [`Script`]s.
//! - A host in the same process reads its time from [`Simulator::clock`] and has its own timers
//!   driven as [`HostTask`]s.
//! - Speech takes the time it takes to say; [`Settings`] has that and whatever Twilio's
//!   documentation leaves open.
//!
//! # What is simulated
//! - Every verb of voice TwiML: `Say`, `Play`, `Pause`, `Gather` with keys, speech and partial
//!   results, `Record` with transcription, `Dial` with `Number`, `Client`, `Sip`, `Queue` and
//!   `Conference`, recorded or not, `Enqueue`, `Leave`, `Redirect`, `Reject`, `Hangup`, `Sms`, `Start`
//!   and `Stop` with all their nouns, `Echo`; `Connect` with `Stream` and `ConversationRelay`, `Pay`
//!   and `Refer` as far as the host hears of them: what is on their other side is a
//!   [`Settings`](Settings::handover).
//! - Messages to the account's numbers with what the host answers, and messages it sends, with what
//!   becomes of them ([`Delivery`]); `STOP` and `START`, after which error 21610 is no surprise.
//! - Fallback URLs, HTTP redirects, cookies, `ETag`s, content types and limits, connection overrides
//!   in the fragment of a URL with their retries; status callbacks of calls, messages, recordings,
//!   conferences, streams and payments.
//! - By REST: calls, messages, queues and members, conferences and participants, recordings, phone
//!   numbers; API keys, 429.
//!
//! What is not simulated is refused and never ignored: the run ends with [`Error::NotSimulated`], the
//! REST interface answers 501. Refused are answering machine detection, TaskRouter, `Application`,
//! `Sim` and `WhatsApp` in `Dial`, other nouns of `Connect`, announcements in conferences, pauses in
//! recordings, scheduled messages and messaging services.
//!
//! Some things can be asked for and never come about, as nobody in a simulated world does what
//! leads to them: no phone transfers its call, so the `referUrl` of a `<Dial>` is not requested, and
//! what `announcement` would tell of is refused. What only a person hears, sees or pays for makes no
//! difference: voices, languages, hints, the prompts of `<Pay>`, Twilio's confirmation of a `STOP`.
//!
//! # Where Twilio says nothing
//! What Twilio's pages say is followed to the letter; the tests name the traps. Where they are
//! silent or other implementations differ, this is what happens here:
//! - A `<Dial>` and a call by REST ring five seconds longer than their timeout
//!   ([`Settings::ring_buffer`]); a `<Dial><Queue>` waits exactly as long as it says
//!   ([`Settings::queue_timeout_buffer`]).
//! - `DequeueResult` is `bridged`, `queue-empty`, `redirected-from-bridged`, `hangup`, or
//!   [`Settings::missing_queue`]. Twilio's present pages no longer list it: do not build on it.
//! - A whisper that hangs up is `DialCallStatus=completed` with `DialBridged=false`. Of several
//!   phones, the first to answer wins, even while its whisper runs.
//! - An agent who leaves while the waiting caller still hears the queue's whisper lets that caller
//!   go on with `QueueResult=bridging-in-process`.
//! - A caller who hangs up before the call is answered leaves it `no-answer`.
//! - A document that fails while its call waits in a queue ends the waiting with
//!   `QueueResult=error`, at the fallback URL if there is one, else at `action` or the next verb.
//! - Verbs that a `waitUrl` or whisper document may not hold are skipped with warning 12200, as are
//!   elements that TwiML does not know.
//! - Redirects that take no time are ended after [`Settings::requests_at_one_instant`] requests.
//! - A conference starts with the second participant, if one of them may start it. The joining of
//!   that one is told before the start; `SequenceNumber` counts from 1. One that is full sends who
//!   comes on with `DialCallStatus=failed`.
//! - Somebody taken out of a conference by REST goes on after their `<Dial>`.
//! - A recording without any length is `absent`; `RecordingDuration` of one in progress is 0.
//! - Recordings are transcribed after [`Settings::transcription_delay`], with the words that scripts
//!   say; `<Gather>` tells of partial results when the last word of something said is out.
//! - A message is reported as `queued`, `sent`, and `delivered`, `undelivered` or `failed`.
//! - `AvgQueueTime` is the mean of the waiting so far of those who are still there.
//! - A timed-out request takes fifteen virtual seconds, its error message none.
//!
//! # What this is not
//! No audio, no SIP, no browser SDK: people are scripts. A host that does things by itself on
//! threads of its own, rather than on a request or as a [`HostTask`], is not waited for. REST
//! requests that a host makes at the same time are played in the order in which they arrive.

mod answers;
mod body;
mod branch;
mod call;
mod caller;
mod chance;
mod clock;
#[cfg(feature = "conformance")]
pub mod conformance;
mod delivery;
mod documents;
mod error;
mod exploration;
mod explorer;
mod faults;
#[cfg(feature = "serde")]
mod form;
mod host_clock;
mod host_task;
mod http_transport;
mod in_process;
mod message;
mod number;
mod pace;
mod rest;
mod script;
mod settings;
mod simulator;
mod spectator;
mod story;
mod switch;
mod text_message;
mod transcript;
mod transport;

pub use answers::Answers;
pub use branch::Branching;
pub use call::{Call, Heard, Sound};
pub use caller::{Caller, CallerFrom};
pub use clock::VirtualClock;
pub use delivery::Delivery;
pub use documents::{Document, Documents};
pub use error::Error;
pub use exploration::{Choice, Exploration, Finding};
pub use explorer::Explorer;
pub use faults::{Fault, Faults};
pub use host_clock::HostClock;
pub use host_task::{BoxError, HostTask};
pub use http_transport::HttpTransport;
pub use in_process::InProcess;
pub use message::{Message, MessageDirection};
pub use number::NumberConfig;
pub use pace::{Pace, ScaledTime};
pub use script::{Script, Step};
pub use settings::{Settings, SpeechRate};
pub use simulator::{Evidence, Simulator, SimulatorBuilder};
pub use spectator::{Spectator, Tally, ToldOnPanic};
pub use story::{Narrator, OtherStory};
pub use text_message::{TextMessage, TextMessageFrom};
pub use transcript::{Entry, Event, HostAnswer, HostRequest, Purpose, Transcript};
pub use transport::{Held, Took, Transport, TransportError};
#[doc(no_inline)]
pub use twilio_webhook::{CallSid, CallStatus, Direction, MessageSid, MessageStatus, Params};
