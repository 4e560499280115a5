//! Telephone calls through Twilio.

mod answering;
pub(crate) mod outcome;
mod under_way;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    CallerIds, Cancelled, Canceller, Cause, Delivery, Generation, IdempotencyKey, InFlight,
    Installation, Notifier, Outcome, ProcessId, Reason, Reconciled, Reconciler, Response, Run,
    Timer,
};
use twilio_rest::{Call, CallEvent, CallSid, CallStatus, Client, CreateCall, ListCalls};

pub use answering::{Answering, PhoneError};
use outcome::{ended, not_placed, unreadable};
use under_way::UnderWay;

/// Calls each notification's `phone-number`, and waits for what becomes of the call.
///
/// ```
/// use std::sync::Arc;
/// use chrono::DateTime;
/// use escalation_core::{CallerIds, Response, VirtualTimer};
/// use escalation_notify::{Answering, Phone};
/// use twilio_rest::{Client, Credentials};
/// # use bytes::Bytes;
/// # let http = |_: http::Request<Bytes>| Ok(http::Response::new(Bytes::new()));
///
/// let account = "AC00000000000000000000000000000001".parse()?;
/// let client = Client::builder(account, Credentials::auth_token("12345"))
/// #   .transport(http)
///     .build()?;
/// let caller_ids = CallerIds::new().prefix("+385", "+385123").otherwise("+15550100");
/// # let timer = VirtualTimer::new(DateTime::UNIX_EPOCH);
/// let answering = Answering::asking(
///     "Order {order} waits.".parse()?,
///     "To take it, press 4. If it is done, press 6.",
///     "https://pbx.example.com/escalation/key",
/// )?
/// .key('4', Response::Acknowledged)
/// .key('6', Response::Resolved);
/// let phone = Arc::new(Phone::builder(client, caller_ids, Arc::new(timer), answering).build());
/// # let _ = phone;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Give one `Arc` of it to the engine three times: as notifier, as reconciler with
/// [`UnknownPolicy::Reconcile`](escalation_core::UnknownPolicy::Reconcile), so that nobody is rung
/// twice because an answer was lost, and as canceller, so that phones stop ringing when the process
/// is stopped.
///
/// Twilio does not tell which notification a call was for. This process knows that of the calls it
/// has made and of those it had a [status callback](Self::status) for. Of any other, the reconciler
/// takes the latest call to that number from our caller id since the attempt began; two workers that
/// call one number at the same time and both lose Twilio's answer should have callbacks.
///
/// The call is looked at [every few seconds](PhoneBuilder::poll_every) until it is over, so a host
/// needs no public address; one that has it sets
/// [`status_callback`](PhoneBuilder::status_callback) and hands what comes to
/// [`status`](Self::status), which is faster. Give the channel an
/// [`attempt_timeout`](escalation_core::ChannelPolicy::attempt_timeout) longer than ringing and
/// speaking take together.
///
/// | the call | the outcome |
/// |---|---|
/// | a key with a meaning is pressed | delivered, with that response |
/// | answered, where no key is asked for | delivered |
/// | answered, no key | retry, [`Unconfirmed`](Cause::Unconfirmed) |
/// | a machine answers, with [machine detection](PhoneBuilder::detect_machines) | retry, [`Machine`](Cause::Machine) |
/// | busy, no answer | retry, [`Busy`](Cause::Busy), [`NoAnswer`](Cause::NoAnswer) |
/// | cannot be placed | retry, [`BadDestination`](Cause::BadDestination): carriers fail too |
/// | Twilio refuses the number | rejected |
/// | Twilio's answer is lost | unknown |
pub struct Phone {
    client: Client,
    caller_ids: CallerIds,
    timer: Arc<dyn Timer>,
    answering: Answering,
    status_callback: Option<String>,
    ring_for: TimeDelta,
    poll_every: TimeDelta,
    longest_call: TimeDelta,
    detect_machines: bool,
    installation: Option<Installation>,
    under_way: UnderWay,
}

/// Sets up a [`Phone`].
#[must_use]
pub struct PhoneBuilder(Phone);

/// What a key press means; tell the engine, so that it holds or ends the process at once.
///
/// ```
/// # use escalation_core::{Engine, Error, Response};
/// # use escalation_notify::Pressed;
/// # use chrono::{DateTime, Utc};
/// # async fn told(engine: &Engine, pressed: Pressed, now: DateTime<Utc>) -> Result<(), Error> {
/// match pressed.response {
///     Response::Acknowledged => { engine.acknowledge(pressed.run(), None, now).await?; }
///     Response::Resolved => { engine.resolve(pressed.run(), now).await?; }
///     _ => {}
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pressed {
    /// The process that the call was about.
    pub process: ProcessId,
    /// The run of the process that the call was about: a newer one of the same name is another
    /// matter.
    pub generation: Generation,
    /// What the key means.
    pub response: Response,
    /// The TwiML to answer Twilio with.
    pub twiml: String,
}

impl Pressed {
    /// The run that the call was about. A newer one of the same name, of which nobody has heard in
    /// this call, is not taken care of.
    #[must_use]
    pub const fn run(&self) -> Run<'_> {
        Run::only(&self.process, self.generation)
    }
}

impl Phone {
    /// Calls through this client, from the caller id with the longest prefix that fits.
    pub fn builder(
        client: Client,
        caller_ids: CallerIds,
        timer: Arc<dyn Timer>,
        answering: Answering,
    ) -> PhoneBuilder {
        PhoneBuilder(Self {
            client,
            caller_ids,
            timer,
            answering,
            status_callback: None,
            ring_for: TimeDelta::seconds(30),
            poll_every: TimeDelta::seconds(5),
            longest_call: TimeDelta::minutes(10),
            detect_machines: false,
            installation: None,
            under_way: UnderWay::default(),
        })
    }

    /// A key was pressed: `escalation` is the parameter of that name in the URL that Twilio
    /// requests, `digits` the parameter `Digits`. Check the request's signature before.
    ///
    /// Works in any process of the host, also in one that has not made the call.
    ///
    /// # Errors
    /// [`PhoneError::Unknown`] if `escalation` is none of ours, or of another
    /// [installation](PhoneBuilder::installation).
    pub fn pressed(&self, escalation: &str, digits: &str) -> Result<Pressed, PhoneError> {
        let (process, generation) = answering::run_of(escalation, self.installation.as_ref())?;
        let response = self.answering.meaning(digits);
        if response != Response::None {
            self.under_way.respond(escalation, response);
        }
        let twiml = self.answering.after(response, escalation);
        Ok(Pressed {
            process,
            generation,
            response,
            twiml,
        })
    }

    /// A status callback has come: `escalation` as for [`pressed`](Self::pressed), and Twilio's
    /// `CallSid` and `CallStatus`. Check the request's signature before.
    ///
    /// It says whose call this is, also if the answer to its creation was lost: with callbacks the
    /// reconciler need not guess.
    pub fn status(&self, escalation: &str, call: CallSid, status: &CallStatus) {
        self.under_way.learn(escalation, call);
        if status.is_final() {
            self.under_way.over(escalation, &call);
        }
    }

    fn caller_id(&self, number: &str) -> Result<&str, Reason> {
        self.caller_ids.for_number(number).ok_or_else(|| {
            let missing = format!("no caller id for `{number}`: add its prefix or `default`");
            Reason::new(Cause::BadDestination, missing)
        })
    }

    fn request(&self, delivery: &Delivery, number: &str) -> Result<CreateCall, Reason> {
        let key = delivery.key();
        let mut call = CreateCall::new(number, self.caller_id(number)?)
            .timeout(self.ring_for.to_std().unwrap_or_default());
        call = self.answering.put(call, delivery)?;
        if let Some(url) = &self.status_callback {
            let url = answering::with_key(url, key.as_str());
            call = call.status_callback(url, [CallEvent::Completed]);
        }
        if self.detect_machines {
            call = call.machine_detection(twilio_rest::calls::MachineDetection::Enable);
        }
        Ok(call)
    }

    /// Waits until the call is over, or a key says all there is to say.
    async fn watch(&self, key: &IdempotencyKey, sid: &CallSid) -> Outcome {
        let mut looks = self.longest_call.num_seconds() / self.poll_every.num_seconds().max(1);
        loop {
            if let Some(response) = self.under_way.response(key.as_str()) {
                return Outcome::Delivered(response);
            }
            let news = self.under_way.news(key.as_str());
            let next = self.timer.now().checked_add_signed(self.poll_every);
            let next = next.unwrap_or(DateTime::<Utc>::MAX_UTC);
            tokio::select! {
                () = news => {}
                () = self.timer.sleep_until(next) => {}
            }
            match self.client.calls().fetch(sid).await {
                Ok(call) if call.status.is_final() => return self.ended(key, &call),
                // It goes on; or Twilio cannot be asked now.
                Ok(_) | Err(_) => {}
            }
            // An engine without a timer does not end the attempt.
            looks -= 1;
            if looks <= 0 {
                let reason = Reason::new(Cause::Timeout, "the call has not ended in time");
                return Outcome::Unknown(reason);
            }
        }
    }

    fn ended(&self, key: &IdempotencyKey, call: &Call) -> Outcome {
        match self.under_way.response(key.as_str()) {
            Some(response) => Outcome::Delivered(response),
            None => ended(
                &call.status,
                call.answered_by.as_ref(),
                self.answering.asks(),
            ),
        }
    }

    /// The call that an attempt has made, when only Twilio remembers it: the latest to that number
    /// from our caller id since the attempt can have begun, unless it is known to be another's.
    async fn look_for(&self, delivery: &Delivery) -> Result<Option<Call>, Reason> {
        let number = delivery.notification().destination().unwrap_or_default();
        let from = self.caller_id(number)?;
        let which = ListCalls::default().to(number).from(from);
        let mut pages = self.client.calls().list(which);
        // Twilio lists by day and latest first, and its clock is not ours.
        let since = delivery
            .attempted_after()
            .checked_sub_signed(TimeDelta::minutes(1))
            .unwrap_or(DateTime::<Utc>::MIN_UTC);
        match pages.next_page().await {
            Ok(page) => Ok(page.into_iter().flatten().find(|call| {
                !self.under_way.knows(&call.sid)
                    && call.date_created.is_none_or(|created| created >= since)
            })),
            Err(error) => Err(unreadable(&error)),
        }
    }

    async fn call_of(&self, delivery: &Delivery) -> Result<Option<Call>, Reason> {
        match self.under_way.call(delivery.key().as_str()) {
            Some(sid) => match self.client.calls().fetch(&sid).await {
                Ok(call) => Ok(Some(call)),
                Err(error) => Err(unreadable(&error)),
            },
            None => self.look_for(delivery).await,
        }
    }

    async fn cancel_call(&self, sid: &CallSid) -> Cancelled {
        match self.client.calls().cancel(sid).await {
            Ok(_) => Cancelled::Cancelled,
            Err(error) if error.is_invalid_call_state() => Cancelled::TooLate,
            Err(error) => Cancelled::Failed(unreadable(&error)),
        }
    }

    /// The phone of that number that rings or is about to, from our caller id; if there are
    /// several, none: another process may want one of them to ring.
    async fn cancel_ringing(&self, number: &str) -> Cancelled {
        let from = match self.caller_id(number) {
            Ok(from) => from,
            Err(reason) => return Cancelled::Failed(reason),
        };
        let mut ringing = Vec::new();
        for status in [CallStatus::Queued, CallStatus::Ringing] {
            let which = ListCalls::default().to(number).from(from).status(status);
            let page = match self.client.calls().list(which).next_page().await {
                Ok(page) => page,
                Err(error) => return Cancelled::Failed(unreadable(&error)),
            };
            let sids = page.into_iter().flatten().map(|call| call.sid);
            ringing.extend(sids.filter(|sid| !self.under_way.knows(sid)));
        }
        // It may have begun to ring between the two questions.
        ringing.dedup();
        match ringing.as_slice() {
            [] => Cancelled::TooLate,
            [sid] => self.cancel_call(sid).await,
            several => Cancelled::Failed(Reason::new(
                Cause::Other,
                format!(
                    "{} calls ring there: it cannot be told which",
                    several.len()
                ),
            )),
        }
    }
}

#[async_trait]
impl Notifier for Phone {
    async fn notify(&self, delivery: &Delivery) -> Outcome {
        let number = delivery.notification().destination().unwrap_or_default();
        if number.is_empty() {
            let missing = Reason::new(Cause::BadDestination, "no phone number is given");
            return Outcome::Rejected(missing);
        }
        let request = match self.request(delivery, number) {
            Ok(request) => request,
            Err(reason) => return Outcome::Rejected(reason),
        };
        let key = delivery.key();
        self.under_way.clear(key.as_str());
        let sid = match self.client.calls().create(request).await {
            Ok(call) => call.sid,
            Err(error) => return not_placed(&error),
        };
        self.under_way.begin(key.as_str(), sid);
        self.watch(&key, &sid).await
    }
}

#[async_trait]
impl Reconciler for Phone {
    async fn reconcile(&self, delivery: &Delivery) -> Reconciled {
        match self.call_of(delivery).await {
            Ok(Some(call)) if call.status.is_final() => {
                Reconciled::Ended(self.ended(&delivery.key(), &call))
            }
            Ok(Some(_)) => Reconciled::AskAgain(Reason::new(Cause::Timeout, "the call goes on")),
            Ok(None) => Reconciled::NeverSent,
            Err(reason) => Reconciled::AskAgain(reason),
        }
    }
}

#[async_trait]
impl Canceller for Phone {
    async fn cancel(&self, attempt: &InFlight) -> Cancelled {
        match self.under_way.call(attempt.key().as_str()) {
            Some(sid) => self.cancel_call(&sid).await,
            // Another process has made the call.
            None => {
                let number = attempt.notification.destination().unwrap_or_default();
                self.cancel_ringing(number).await
            }
        }
    }
}

impl PhoneBuilder {
    /// How long a phone rings: whole seconds, 30 unless told.
    pub fn ring_for(mut self, time: TimeDelta) -> Self {
        self.0.ring_for = time.clamp(TimeDelta::seconds(1), TimeDelta::seconds(600));
        self
    }

    /// The engine's [installation](escalation_core::EngineBuilder::installation), if it has one: it
    /// is in front of every key, and [`Phone::pressed`] must know it to find the process.
    pub fn installation(mut self, installation: Installation) -> Self {
        self.0.installation = Some(installation);
        self
    }

    /// How often a call is looked at, from every second to once a day; every 5 s unless told.
    pub fn poll_every(mut self, interval: TimeDelta) -> Self {
        self.0.poll_every = interval.clamp(TimeDelta::seconds(1), TimeDelta::days(1));
        self
    }

    /// How long a call is waited for, 10 minutes unless told; by then it is unknown, and for the
    /// reconciler to settle. The attempt's timeout may be shorter; an engine that is driven by
    /// [`run_once`](escalation_core::Engine::run_once) knows none.
    pub fn longest_call(mut self, time: TimeDelta) -> Self {
        self.0.longest_call = time;
        self
    }

    /// Where Twilio reports the end of a call, with the parameter `escalation` added to the query;
    /// hand it to [`Phone::status`].
    ///
    /// # Errors
    /// [`PhoneError::Url`] if it is no URL.
    pub fn status_callback(mut self, url: impl Into<String>) -> Result<Self, PhoneError> {
        self.0.status_callback = Some(answering::checked(url.into())?);
        Ok(self)
    }

    /// Has Twilio find out whether a person or a machine answers (it is paid for); a machine's
    /// answer is no delivery.
    pub fn detect_machines(mut self) -> Self {
        self.0.detect_machines = true;
        self
    }

    /// The notifier.
    pub fn build(self) -> Phone {
        self.0
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Phone")
            .field("caller_ids", &self.caller_ids)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for PhoneBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
