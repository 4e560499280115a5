//! Requests to the host, and what their answers lead to.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Method};
use twilio_webhook::{Params, SIGNATURE_HEADER, sign};

use crate::call::Sound;
use crate::switch::answer::{Failure, accepted, read, redirection};
use crate::switch::leg::{Activity, Context, Endpoint};
use crate::switch::status::Status;
use crate::switch::{Due, LegId, Switch, Token, after, urls};
use crate::transcript::{Event, HostAnswer, HostRequest, Purpose};
use crate::transport::{Took, TransportError};

/// Twilio follows so many HTTP redirects (error 11215).
const REDIRECTS: u8 = 10;

/// Twilio waits so long for a complete answer.
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// A request that waits to be sent, or is under way.
#[derive(Clone, Debug)]
pub(crate) struct Fetch {
    number: u64,
    leg: LegId,
    endpoint: Endpoint,
    /// All parameters, as they were when the request was made.
    params: Params,
    /// The standard ones among them, which alone survive a redirect that turns POST into GET.
    standard: usize,
    purpose: Purpose,
    then: Then,
    redirects: u8,
    forged: bool,
}

/// What the answer is for.
#[derive(Clone, Copy, Debug)]
enum Then {
    /// It is the leg's next document, unless the leg has gone on to something else.
    Run(Context, Token),
    /// Nobody reads it.
    Discard,
}

/// A request for the transport.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) number: u64,
    pub(crate) http: http::Request<Bytes>,
}

impl Switch {
    /// Asks the host for the next document of a leg.
    pub(super) fn fetch_document(
        &mut self,
        leg: LegId,
        endpoint: Endpoint,
        own: Params,
        context: Context,
        purpose: Purpose,
    ) {
        let now = self.now();
        let limit = self.settings.requests_at_one_instant;
        let requests = &mut self.leg_mut(leg).requests_now;
        if requests.0 != now {
            *requests = (now, 0);
        }
        requests.1 += 1;
        if requests.1 > limit {
            let message = format!("a loop: {limit} requests without any time passing");
            self.journal_log(leg, 0, message);
            return self.apologise(leg);
        }
        let token = self.token();
        self.leg_mut(leg).activity = Activity::Fetching(token);
        let then = Then::Run(context, token);
        self.post(leg, endpoint, own, purpose, then);
    }

    /// Tells the host something; the answer is thrown away.
    pub(super) fn notify(&mut self, leg: LegId, endpoint: Endpoint, own: Params, purpose: Purpose) {
        self.post(leg, endpoint, own, purpose, Then::Discard);
    }

    /// Posts a call to the host whose signature is not ours.
    pub(super) fn fetch_forged(&mut self, leg: LegId, endpoint: Endpoint) {
        self.post(
            leg,
            endpoint,
            Params::new(),
            Purpose::Document,
            Then::Discard,
        );
        if let Some(fetch) = self.outbox.back_mut() {
            fetch.forged = true;
        }
    }

    /// As [`notify`](Self::notify), with these parameters and no others.
    pub(super) fn notify_bare(&mut self, leg: LegId, endpoint: Endpoint, params: Params) {
        self.post_all(
            leg,
            endpoint,
            params,
            0,
            Purpose::StatusCallback,
            Then::Discard,
        );
    }

    fn post(&mut self, leg: LegId, endpoint: Endpoint, own: Params, purpose: Purpose, then: Then) {
        let mut params = self.standard_parameters(leg);
        let standard = params.len();
        params.extend(own);
        self.post_all(leg, endpoint, params, standard, purpose, then);
    }

    fn post_all(
        &mut self,
        leg: LegId,
        endpoint: Endpoint,
        params: Params,
        standard: usize,
        purpose: Purpose,
        then: Then,
    ) {
        self.requests += 1;
        self.outbox.push_back(Fetch {
            number: self.requests,
            leg,
            endpoint,
            params,
            standard,
            purpose,
            then,
            redirects: 0,
            forged: false,
        });
    }

    /// What every request about a call carries.
    fn standard_parameters(&self, leg: LegId) -> Params {
        let leg = self.leg(leg);
        let mut params = Params::new()
            .with("CallSid", leg.sid.as_str())
            .with("AccountSid", self.account.as_str())
            .with("From", leg.from.as_str())
            .with("To", leg.to.as_str())
            .with("Caller", leg.from.as_str())
            .with("Called", leg.to.as_str())
            .with("CallStatus", leg.status.as_str())
            .with("ApiVersion", "2010-04-01")
            .with("Direction", leg.direction.as_str());
        if let Some(parent) = leg.parent {
            params.push("ParentCallSid", self.leg(parent).sid.as_str());
        }
        params.extend(leg.parameters.clone());
        params
    }

    /// The next request to be sent, signed.
    pub(crate) fn next_request(&mut self) -> Option<Outgoing> {
        let fetch = self.outbox.pop_front()?;
        let number = fetch.number;
        let (http, signature) = self.build(&fetch);
        let request = HostRequest {
            number,
            purpose: fetch.purpose,
            method: fetch.endpoint.method.clone(),
            url: fetch.endpoint.url.to_string(),
            parameters: fetch.params.clone(),
            signature,
            forged: fetch.forged,
        };
        self.journal(fetch.leg, Event::Request(request));
        self.in_flight = Some(fetch);
        Some(Outgoing { number, http })
    }

    fn build(&self, fetch: &Fetch) -> (http::Request<Bytes>, String) {
        let mut url = fetch.endpoint.url.clone();
        let (body, signed) = if fetch.endpoint.method == Method::GET {
            url.query_pairs_mut().extend_pairs(fetch.params.iter());
            (Bytes::new(), Params::new())
        } else {
            (Bytes::from(fetch.params.to_form()), fetch.params.clone())
        };
        let signature = if fetch.forged {
            sign("not the account's token", url.as_str(), &signed)
        } else {
            sign(&self.token.0, url.as_str(), &signed)
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
        let cookies = &self.leg(fetch.leg).cookies;
        if !cookies.is_empty() {
            let line: Vec<String> = cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            if let Ok(value) = HeaderValue::from_str(&line.join("; ")) {
                headers.insert(COOKIE, value);
            }
        }
        (request, signature)
    }

    /// The answer to the request that was handed out last. If it took time, it comes in later.
    pub(crate) fn answered(
        &mut self,
        number: u64,
        answer: Result<http::Response<Bytes>, TransportError>,
    ) {
        let Some(fetch) = self.in_flight.take_if(|fetch| fetch.number == number) else {
            return;
        };
        // An answer that would come too late is none, and not to get one takes its time too.
        let (took, answer) = match answer {
            Ok(response) => match response.extensions().get::<Took>().copied() {
                Some(Took(time)) if time > TIME_LIMIT => (
                    Some(Took(TIME_LIMIT)),
                    Err(TransportError::TimedOut(TIME_LIMIT)),
                ),
                took => (took, Ok(response)),
            },
            Err(TransportError::TimedOut(time)) => {
                (Some(Took(time)), Err(TransportError::TimedOut(time)))
            }
            Err(error) => (None, Err(error)),
        };
        match took {
            Some(Took(time)) if !time.is_zero() => {
                let at = after(self.now(), time);
                self.agenda
                    .add(at, Due::Answer(Box::new(fetch), Box::new(answer)));
            }
            _ => {
                self.take_answer(fetch, answer);
                self.settle();
            }
        }
    }

    pub(super) fn take_answer(
        &mut self,
        fetch: Fetch,
        answer: Result<http::Response<Bytes>, TransportError>,
    ) {
        let leg = fetch.leg;
        let status = answer.as_ref().ok().map(|r| r.status().as_u16());
        let said = |summary: String| {
            Event::Answer(HostAnswer {
                number: fetch.number,
                status,
                summary,
            })
        };
        if let Ok(response) = &answer {
            self.keep_cookies(leg, response.headers());
        }
        let (context, token) = match fetch.then {
            Then::Run(context, token) => (context, token),
            Then::Discard => {
                self.journal(leg, said(String::new()));
                if let Err(failure) = accepted(&answer)
                    && !fetch.forged
                {
                    self.journal_log(leg, failure.code, failure.reason);
                }
                if fetch.forged {
                    self.end(leg, Status::Failed);
                }
                return;
            }
        };
        if let Some(location) = redirection(&answer) {
            self.journal(leg, said(format!("to {location}")));
            return self.follow_redirect(fetch, status, &location);
        }
        let program = read(answer, &fetch.endpoint.url);
        self.journal(
            leg,
            said(match &program {
                Ok(program) => program.summary.clone(),
                Err(failure) => failure.reason.clone(),
            }),
        );
        let waits = matches!(self.leg(leg).activity, Activity::Fetching(own) if own == token);
        if !waits || !self.leg(leg).is_alive() {
            return;
        }
        match program {
            Ok(program) => {
                let base = Some(fetch.endpoint.url);
                self.run_document(leg, context, Arc::new(program), base);
            }
            Err(failure) => self.failed(leg, &fetch, &failure),
        }
    }

    /// A document cannot be had or read.
    fn failed(&mut self, leg: LegId, fetch: &Fetch, failure: &Failure) {
        self.journal_log(leg, failure.code, failure.reason.clone());
        let own = Params::new()
            .with("ErrorCode", failure.code.to_string())
            .with("ErrorUrl", fetch.endpoint.url.as_str());
        let is_fallback = fetch.purpose == Purpose::Fallback;
        self.recover(leg, is_fallback, own);
    }

    /// Something in the present document makes it impossible to go on.
    pub(super) fn fatal(&mut self, leg: LegId, code: u32, reason: &str) {
        self.journal_log(leg, code, reason);
        let frame = self.leg(leg).frames.last();
        let url = frame.and_then(|frame| frame.base.as_ref());
        let mut own = Params::new().with("ErrorCode", code.to_string());
        if let Some(url) = url {
            own.push("ErrorUrl", url.as_str());
        }
        // A fallback document that is at fault itself must not be asked for again.
        let is_fallback = match (&self.leg(leg).fallback, url) {
            (Some(fallback), Some(url)) => fallback.url == *url,
            _ => false,
        };
        self.recover(leg, is_fallback, own);
    }

    /// Goes to the fallback URL; a call in a queue that has none leaves the queue; all else ends.
    fn recover(&mut self, leg: LegId, is_fallback: bool, own: Params) {
        let fallback = self.leg(leg).fallback.clone();
        match fallback {
            Some(fallback) if !is_fallback => {
                self.drop_membership(leg, "error");
                self.fetch_document(leg, fallback, own, Context::Call, Purpose::Fallback);
            }
            _ if self.leg(leg).membership.is_some() && !is_fallback => {
                self.leave_queue(leg, "error");
            }
            _ => self.apologise(leg),
        }
    }

    /// The person hears that an application error has occurred, and the call ends.
    pub(super) fn apologise(&mut self, leg: LegId) {
        self.answer(leg);
        self.hear(leg, Sound::ErrorMessage);
        self.heard_until_now(leg);
        self.journal(leg, Event::ErrorMessage);
        self.end(leg, Status::Completed);
    }

    fn follow_redirect(&mut self, fetch: Fetch, status: Option<u16>, location: &str) {
        let leg = fetch.leg;
        let target = urls::resolve(Some(&fetch.endpoint.url), location);
        let url = match target {
            Ok(url) if fetch.redirects < REDIRECTS => url,
            Ok(_) => {
                let reason = format!("more than {REDIRECTS} HTTP redirects");
                return self.failed(
                    leg,
                    &fetch,
                    &Failure {
                        code: 11215,
                        reason,
                    },
                );
            }
            Err(reason) => {
                return self.failed(
                    leg,
                    &fetch,
                    &Failure {
                        code: 11200,
                        reason,
                    },
                );
            }
        };
        let keeps_method = matches!(status, Some(307 | 308));
        let mut params = fetch.params.clone();
        let mut method = fetch.endpoint.method.clone();
        if !keeps_method {
            // The page on HTTP redirects: the next request is a GET without Digits and the like.
            params = params.into_iter().take(fetch.standard).collect();
            method = Method::GET;
        }
        self.requests += 1;
        self.outbox.push_back(Fetch {
            number: self.requests,
            endpoint: Endpoint { url, method },
            params,
            redirects: fetch.redirects + 1,
            ..fetch
        });
    }

    /// Twilio keeps the cookies of a call and sends them back in its later requests.
    fn keep_cookies(&mut self, leg: LegId, headers: &HeaderMap) {
        for cookie in headers.get_all(SET_COOKIE) {
            let Ok(cookie) = cookie.to_str() else {
                continue;
            };
            let pair = cookie.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            let (name, value) = (name.trim(), value.trim());
            let jar = &mut self.leg_mut(leg).cookies;
            match jar.iter_mut().find(|(known, _)| known == name) {
                Some((_, kept)) => value.clone_into(kept),
                None => jar.push((name.to_owned(), value.to_owned())),
            }
        }
    }
}
