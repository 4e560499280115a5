//! Requests to the host: their parameters, their signature, and how they are sent.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Method};
use twilio_webhook::{Params, SIGNATURE_HEADER, sign};
use url::Url;

use crate::simulator::Evidence;
use crate::switch::cookies::Cookies;
use crate::switch::fetch::Then;
use crate::switch::leg::Endpoint;
use crate::switch::message::MessageId;
use crate::switch::{Due, LegId, Switch, after};
use crate::transcript::{Event, HostRequest, Purpose};
use crate::transport::{Held, Took, TransportError};

/// What a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    Leg(LegId),
    Message(MessageId),
}

/// A request that waits to be sent, or is under way.
#[derive(Clone, Debug)]
pub(crate) struct Fetch {
    pub(super) number: u64,
    pub(super) about: About,
    pub(super) endpoint: Endpoint,
    /// All parameters, as they were when the request was made.
    pub(super) params: Params,
    /// The standard ones among them, which alone survive a redirect that turns POST into GET.
    pub(super) standard: usize,
    pub(super) purpose: Purpose,
    pub(super) then: Then,
    pub(super) redirects: u8,
    pub(super) forged: bool,
    /// How often it has been sent, and how long was waited for answers in vain.
    pub(super) attempts: u8,
    pub(super) spent: Duration,
    /// It was held up on its way, and now arrives.
    pub(super) held: bool,
}

impl Fetch {
    /// The URL as it is requested and signed: that of a GET has the parameters in it.
    pub(super) fn url(&self) -> Cow<'_, Url> {
        if self.endpoint.method != Method::GET {
            return Cow::Borrowed(&self.endpoint.url);
        }
        let mut url = self.endpoint.url.clone();
        url.query_pairs_mut().extend_pairs(self.params.iter());
        Cow::Owned(url)
    }
}

/// A request for the transport.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) number: u64,
    pub(crate) http: http::Request<Bytes>,
}

impl Switch {
    /// Puts down a request about a call, with the standard parameters first.
    pub(super) fn post(
        &mut self,
        leg: LegId,
        endpoint: Endpoint,
        own: Params,
        purpose: Purpose,
        then: Then,
    ) {
        let (params, standard) = self.parameters(leg, &own);
        self.post_all(About::Leg(leg), endpoint, params, standard, purpose, then);
    }

    pub(super) fn post_all(
        &mut self,
        about: About,
        endpoint: Endpoint,
        params: Params,
        standard: usize,
        purpose: Purpose,
        then: Then,
    ) {
        self.requests += 1;
        self.outbox.push_back(Fetch {
            number: self.requests,
            about,
            endpoint,
            params,
            standard,
            purpose,
            then,
            redirects: 0,
            forged: false,
            attempts: 0,
            spent: Duration::ZERO,
            held: false,
        });
    }

    /// Sends a request on to where its answer says.
    pub(super) fn post_again(&mut self, fetch: Fetch) {
        self.requests += 1;
        self.outbox.push_back(Fetch {
            number: self.requests,
            redirects: fetch.redirects + 1,
            attempts: 0,
            held: false,
            ..fetch
        });
    }

    /// Makes a failed request again, if its URL has any retries left.
    pub(super) fn retry(
        &mut self,
        fetch: &Fetch,
        answer: &Result<http::Response<Bytes>, TransportError>,
    ) -> bool {
        let connection = fetch.endpoint.connection();
        let outcome = answer.as_ref().map(http::Response::status);
        if fetch.forged || !connection.retries_after(fetch.attempts, fetch.spent, outcome) {
            return false;
        }
        self.requests += 1;
        self.outbox.push_back(Fetch {
            number: self.requests,
            held: false,
            ..fetch.clone()
        });
        true
    }

    /// What every request about a call carries, and how much that is; then its own parameters.
    fn parameters(&self, leg: LegId, own: &Params) -> (Params, usize) {
        let leg = self.leg(leg);
        let always = [
            ("CallSid", leg.sid.as_str()),
            ("AccountSid", self.account.as_str()),
            ("From", &leg.from),
            ("To", &leg.to),
            ("Caller", &leg.from),
            ("Called", &leg.to),
            ("CallStatus", leg.status.as_str()),
            ("ApiVersion", "2010-04-01"),
            ("Direction", leg.direction.as_str()),
        ];
        let parent = leg
            .parent
            .map(|parent| ("ParentCallSid", self.leg(parent).sid.as_str()));
        let standard = always.len() + usize::from(parent.is_some()) + leg.parameters.len();
        let all = always
            .into_iter()
            .chain(parent)
            .chain(leg.parameters.iter())
            .chain(own.iter());
        (all.collect(), standard)
    }

    /// The next request to be sent, signed.
    pub(crate) fn next_request(&mut self) -> Option<Outgoing> {
        let mut fetch = self.outbox.pop_front()?;
        fetch.attempts = fetch.attempts.saturating_add(1);
        let number = fetch.number;
        let (mut http, signature) = self.build(&fetch);
        if fetch.held {
            http.extensions_mut().insert(Held(Duration::ZERO));
        } else if self.evidence == Evidence::Kept {
            let request = HostRequest {
                number,
                purpose: fetch.purpose,
                method: fetch.endpoint.method.clone(),
                url: fetch.endpoint.url.to_string(),
                parameters: fetch.params.clone(),
                signature,
                forged: fetch.forged,
            };
            self.journal_about(fetch.about, Event::Request(request));
        }
        self.in_flight.push(fetch);
        Some(Outgoing { number, http })
    }

    fn build(&self, fetch: &Fetch) -> (http::Request<Bytes>, String) {
        let url = fetch.url();
        let (body, signed) = if fetch.endpoint.method == Method::GET {
            (Bytes::new(), &Params::new())
        } else {
            (Bytes::from(fetch.params.to_form()), &fetch.params)
        };
        let signature = if fetch.forged {
            sign("not the account's token", url.as_str(), signed)
        } else {
            self.signer.sign(url.as_str(), signed)
        };
        let mut request = http::Request::new(body);
        *request.method_mut() = fetch.endpoint.method.clone();
        // A URL that the `url` crate has normalised is a URI that the `http` crate takes, but for
        // lengths beyond 64 kB; such a request goes to the root, which is as wrong as it can be.
        *request.uri_mut() = url.as_str().parse().unwrap_or_default();
        let headers = request.headers_mut();
        if fetch.endpoint.method != Method::GET {
            headers.insert(
                CONTENT_TYPE,
                HeaderValue::from_static("application/x-www-form-urlencoded; charset=UTF-8"),
            );
        }
        headers.insert("user-agent", HeaderValue::from_static("TwilioProxy/1.1"));
        // Base64 is printable ASCII, so it is always a header value.
        if let Ok(value) = HeaderValue::from_str(&signature) {
            headers.insert(SIGNATURE_HEADER, value);
        }
        if fetch.endpoint.method == Method::GET {
            self.cache.ask(url.as_str(), headers);
        }
        if let Some(cookies) = self.cookies(fetch.about)
            && let Some(line) = cookies.header(&fetch.endpoint.url)
        {
            headers.insert(COOKIE, line);
        }
        (request, signature)
    }

    /// The answer to a request that was handed out. If it took time, it comes in later.
    pub(crate) fn answered(
        &mut self,
        number: u64,
        answer: Result<http::Response<Bytes>, TransportError>,
    ) {
        let mut under_way = self.in_flight.iter();
        let Some(place) = under_way.position(|fetch| fetch.number == number) else {
            return;
        };
        let mut fetch = self.in_flight.remove(place);
        let patience = fetch.endpoint.connection().patience(fetch.spent);
        if let Ok(response) = &answer
            && let Some(Held(time)) = response.extensions().get::<Held>().copied()
        {
            let late = time > patience && !matches!(fetch.then, Then::Discard);
            if !late {
                let at = after(self.now(), time);
                fetch.held = true;
                fetch.attempts = fetch.attempts.saturating_sub(1);
                self.agenda.add(at, Due::Send(Box::new(fetch)));
                return;
            }
            let timed_out = Err(TransportError::TimedOut(patience));
            return self.answer_after(fetch, patience, timed_out);
        }
        // An answer that would come too late is none, and not to get one takes its time too.
        let (took, answer) = match answer {
            Ok(response) => match response.extensions().get::<Took>().copied() {
                Some(Took(time)) if time > patience => {
                    (patience, Err(TransportError::TimedOut(patience)))
                }
                took => (took.map_or(Duration::ZERO, |Took(time)| time), Ok(response)),
            },
            Err(TransportError::TimedOut(time)) => {
                let time = time.min(patience);
                (time, Err(TransportError::TimedOut(time)))
            }
            Err(TransportError::ConnectTimedOut(time)) => {
                let connection = fetch.endpoint.connection();
                let time = time.min(connection.patience_to_connect(fetch.spent));
                (time, Err(TransportError::ConnectTimedOut(time)))
            }
            Err(error) => (Duration::ZERO, Err(error)),
        };
        self.answer_after(fetch, took, answer);
    }

    fn answer_after(
        &mut self,
        mut fetch: Fetch,
        took: Duration,
        answer: Result<http::Response<Bytes>, TransportError>,
    ) {
        if took.is_zero() {
            self.take_answer(fetch, answer);
            return self.settle();
        }
        fetch.spent = fetch.spent.saturating_add(took);
        let at = after(self.now(), took);
        self.agenda
            .add(at, Due::Answer(Box::new(fetch), Box::new(answer)));
    }

    /// A request that was held up reaches the host.
    pub(super) fn send_held(&mut self, fetch: Fetch) {
        self.outbox.push_back(fetch);
    }

    /// Twilio keeps the cookies of a call, and of each pair of numbers that write to each other.
    fn cookies(&self, about: About) -> Option<&Cookies> {
        match about {
            About::Leg(leg) => Some(&self.leg(leg).cookies),
            About::Message(message) => self.message_cookies(message),
        }
    }

    /// Cookies are sent back in later requests.
    pub(super) fn keep_cookies(&mut self, about: About, url: &Url, headers: &HeaderMap) {
        if !headers.contains_key(SET_COOKIE) {
            return;
        }
        let now = self.now();
        let jar = match about {
            About::Leg(leg) => &mut self.leg_mut(leg).cookies,
            About::Message(message) => self.message_cookies_mut(message),
        };
        jar.keep(url, headers, now);
    }
}
