//! What happened, in order.

use std::time::Duration;

use chrono::{DateTime, Utc};
use http::Method;
use twilio_webhook::{CallSid, CallStatus, MessageSid, MessageStatus, Params};
use url::Url;

/// Everything that happened in a run, oldest first.
///
/// The same scenario with the same seed gives the same transcript, byte for byte, when printed;
/// printing names the SIDs `CA#1`, `CA#2` … in the order in which they first appear, and leaves out
/// scheme and port of loopback addresses.
///
/// Its `Display` reads like a play: the time, who, what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    entries: Vec<Entry>,
}

/// One line of a [`Transcript`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// When, in virtual time.
    pub at: DateTime<Utc>,
    /// The call it is about; none for what concerns a message or the whole account.
    pub call: Option<CallSid>,
    /// The message it is about.
    pub message: Option<MessageSid>,
    /// What happened.
    pub event: Event,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Somebody rings one of the account's numbers.
    Rings {
        /// How the script names them.
        name: String,
        /// The caller's number.
        from: String,
        /// The number dialled.
        to: String,
    },
    /// A leg to a phone is started, by REST or by `<Dial>`.
    Dials {
        /// The caller id shown.
        from: String,
        /// The phone.
        to: String,
        /// The leg that dials; none for a call made by REST.
        parent: Option<CallSid>,
    },
    /// The phone of an outbound leg begins to ring.
    Ringing,
    /// The call is answered.
    Answered,
    /// Twilio asks the host.
    Request(HostRequest),
    /// The host answers, or does not.
    Answer(HostAnswer),
    /// The person on the line is told this.
    Says {
        /// The text.
        text: String,
    },
    /// The person on the line hears this.
    Plays {
        /// Where the media are.
        url: String,
    },
    /// What was being said or played is cut short.
    CutOff,
    /// The beep before a recording.
    Beeps,
    /// The person on the line presses keys.
    Presses {
        /// `0`-`9`, `*`, `#`.
        keys: String,
    },
    /// The person on the line speaks.
    Speaks {
        /// The words, if the script gives any.
        words: Option<String>,
        /// How long it takes.
        length: Duration,
    },
    /// The call joins a queue.
    JoinsQueue {
        /// The queue's name.
        queue: String,
        /// 1 is the head.
        position: usize,
    },
    /// The call leaves its queue.
    LeavesQueue {
        /// The queue's name.
        queue: String,
        /// Why, as in `QueueResult`.
        result: &'static str,
        /// How long it was in there.
        waited: Duration,
    },
    /// The call waits at a queue for somebody to arrive in it.
    AwaitsMember {
        /// The queue's name.
        queue: String,
    },
    /// Two legs can hear each other.
    Joined {
        /// The other leg.
        with: CallSid,
    },
    /// They no longer can.
    Parted {
        /// The other leg.
        from: CallSid,
    },
    /// The person on the line hangs up.
    HangsUp,
    /// The call is over.
    Ended {
        /// Its final status.
        status: CallStatus,
        /// From answer to end; zero if it was never answered.
        duration: Duration,
    },
    /// Somebody writes to one of the account's numbers.
    Writes {
        /// The sender's number.
        from: String,
        /// The number written to.
        to: String,
        /// The text.
        body: String,
        /// Where pictures and the like are.
        media: Vec<String>,
    },
    /// The host sends a message, by REST or by TwiML.
    Sends {
        /// The sender shown.
        from: String,
        /// The recipient.
        to: String,
        /// The text.
        body: String,
        /// Where pictures and the like are.
        media: Vec<String>,
    },
    /// The writer wants no more messages from this number (`STOP` and the like).
    OptsOut {
        /// The account's number.
        of: String,
    },
    /// The writer takes that back (`START` and the like).
    OptsIn {
        /// The account's number.
        of: String,
    },
    /// A message that the host sends gets on, or does not.
    MessageIs {
        /// How far it is.
        status: MessageStatus,
        /// Why it did not arrive, in Twilio's error dictionary.
        code: Option<u32>,
    },
    /// The host uses the REST interface.
    Rest {
        /// The HTTP method.
        method: Method,
        /// The path below the account, as `/Calls.json`.
        path: String,
        /// The form, in the order sent.
        parameters: Params,
        /// The HTTP status of the answer.
        status: u16,
        /// The code in the body of a refusal.
        code: Option<u32>,
    },
    /// An entry of the account's error log.
    Logged {
        /// The code in Twilio's error dictionary.
        code: u32,
        /// What about.
        message: String,
    },
    /// The person on the line hears that an application error has occurred.
    ErrorMessage,
    /// The document asks for something that is not simulated; the run ends with
    /// [`Error::NotSimulated`](crate::Error::NotSimulated).
    Refused {
        /// The verb, noun or attribute.
        what: String,
    },
}

/// Why the host is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// A document to run: a voice URL, an action, a redirect, a whisper.
    Document,
    /// The document of `waitUrl`.
    Wait,
    /// A document after an error.
    Fallback,
    /// An action after the caller has gone; its answer is thrown away.
    Notice,
    /// A status callback; its answer is ignored.
    StatusCallback,
}

/// A request that Twilio makes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HostRequest {
    /// Counts the requests of a run, from 1.
    pub number: u64,
    /// Why.
    pub purpose: Purpose,
    /// GET or POST.
    pub method: Method,
    /// The absolute URL, without the parameters that GET appends.
    pub url: String,
    /// The parameters, standard ones first.
    pub parameters: Params,
    /// `X-Twilio-Signature`.
    pub signature: String,
    /// Whether the signature is wrong on purpose; see [`Caller::forged`](crate::Caller::forged).
    pub forged: bool,
}

impl HostRequest {
    /// The value of a parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name)
    }

    /// The request as a `curl` command for a POSIX shell, its signature included.
    ///
    /// ```
    /// # use twilio_simulator::{Caller, Document, Documents, NumberConfig, Simulator};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), twilio_simulator::Error> {
    /// # let host = Documents::new().with(Document::new("http://pbx.test/voice", "<Response/>"));
    /// # let mut sim = Simulator::builder("AC0123456789abcdef0123456789abcdef", "auth token")
    /// #     .transport(std::sync::Arc::new(host)).build().await?;
    /// # sim.number("+442079460000", NumberConfig::new("http://pbx.test/voice"))?;
    /// # sim.call_at(sim.now(), Caller::from("+447700900001").to("+442079460000"))?;
    /// # sim.run_until_idle().await?;
    /// let transcript = sim.transcript();
    /// let request = transcript.requests().next().expect("the call has asked");
    /// assert!(request.to_curl().starts_with(
    ///     "curl -X POST 'http://pbx.test/voice' -H 'X-Twilio-Signature: "));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn to_curl(&self) -> String {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
        let signature = quoted(&format!("X-Twilio-Signature: {}", self.signature));
        if self.method == Method::GET {
            // What is signed is the URL with its parameters, byte for byte.
            let url = match Url::parse(&self.url) {
                Ok(mut url) => {
                    url.query_pairs_mut().extend_pairs(self.parameters.iter());
                    String::from(url)
                }
                Err(_) => self.url.clone(),
            };
            return format!("curl -X GET {} -H {signature}", quoted(&url));
        }
        format!(
            "curl -X {} {} -H {signature} --data-raw {}",
            self.method,
            quoted(&self.url),
            quoted(&self.parameters.to_form()),
        )
    }

    /// The path of the URL, without query.
    #[must_use]
    pub fn path(&self) -> &str {
        let after_scheme = self.url.split_once("://").map_or("", |(_, rest)| rest);
        let path = after_scheme
            .find('/')
            .map_or("/", |slash| &after_scheme[slash..]);
        path.split(['?', '#']).next().unwrap_or("/")
    }
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HostAnswer {
    /// Which [`HostRequest::number`] it answers.
    pub number: u64,
    /// The HTTP status; none when no answer came.
    pub status: Option<u16>,
    /// The verbs of the document in one line, or what was wrong.
    pub summary: String,
}

impl Transcript {
    /// The entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// All that happened to one call.
    pub fn of<'a>(&'a self, call: &'a CallSid) -> impl Iterator<Item = &'a Entry> {
        self.entries
            .iter()
            .filter(move |entry| entry.call.as_ref() == Some(call))
    }

    /// The requests made to the host, in order.
    pub fn requests(&self) -> impl Iterator<Item = &HostRequest> {
        self.entries.iter().filter_map(|entry| match &entry.event {
            Event::Request(request) => Some(request),
            _ => None,
        })
    }

    /// The requests made to one path of the host, in order.
    pub fn requests_to<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a HostRequest> {
        self.requests()
            .filter(move |request| request.path() == path)
    }

    /// The HTTP status of the answer to a request; none when no answer came.
    #[must_use]
    pub fn status_of(&self, request: &HostRequest) -> Option<u16> {
        self.entries.iter().find_map(|entry| match &entry.event {
            Event::Answer(answer) if answer.number == request.number => answer.status,
            _ => None,
        })
    }

    /// Writes down what came before the entries from `place` on.
    pub(crate) fn insert(&mut self, place: usize, entry: Entry) {
        self.entries.insert(place.min(self.entries.len()), entry);
    }

    pub(crate) fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }
}
