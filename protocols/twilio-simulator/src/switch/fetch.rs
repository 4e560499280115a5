//! Requests to the host, and what their answers lead to.

use bytes::Bytes;
use http::Method;
use twilio_webhook::Params;

use crate::call::Sound;
use crate::simulator::Evidence;
use crate::switch::answer::{Failure, accepted, read_replies, redirection};
use crate::switch::leg::{Activity, Context, Endpoint};
use crate::switch::request::{About, Fetch};
use crate::switch::status::Status;
use crate::switch::{LegId, Switch, Token, urls};
use crate::transcript::{Event, HostAnswer, Purpose};
use crate::transport::TransportError;

/// Twilio follows so many HTTP redirects (error 11215).
const REDIRECTS: u8 = 10;

/// What the answer to a request is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Then {
    /// It is the leg's next document, unless the leg has gone on to something else.
    Run(Context, Token),
    /// It says what is to be written back.
    Reply,
    /// Nobody reads it.
    Discard,
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

    pub(super) fn take_answer(
        &mut self,
        fetch: Fetch,
        answer: Result<http::Response<Bytes>, TransportError>,
    ) {
        let about = fetch.about;
        let status = answer.as_ref().ok().map(|r| r.status().as_u16());
        let said = |summary: String| {
            Event::Answer(HostAnswer {
                number: fetch.number,
                status,
                summary,
            })
        };
        let answer = match answer {
            Ok(response) if fetch.endpoint.method == Method::GET => {
                Ok(self.cache.answer(fetch.url().as_str(), response))
            }
            answer => answer,
        };
        if let Ok(response) = &answer {
            self.keep_cookies(about, &fetch.endpoint.url, response.headers());
        }
        if self.retry(&fetch, &answer) {
            let why = accepted(&answer).err().map(|failure| failure.reason);
            let summary = format!("{}; asked once more", why.unwrap_or_default());
            return self.journal_about(about, said(summary));
        }
        if matches!(fetch.then, Then::Discard) {
            self.journal_about(about, said(String::new()));
            if fetch.forged {
                if let About::Leg(leg) = about {
                    self.end(leg, Status::Failed);
                }
            } else if let Err(failure) = accepted(&answer) {
                self.log_about(about, failure.code, failure.reason);
            }
            return;
        }
        if let Some(location) = redirection(&answer) {
            self.journal_about(about, said(format!("to {location}")));
            return self.follow_redirect(fetch, status, &location);
        }
        match (about, fetch.then) {
            (About::Leg(leg), Then::Run(context, token)) => {
                let program = self.read_document(answer, &fetch.endpoint.url);
                if self.evidence == Evidence::Kept {
                    let summary = match &program {
                        Ok(program) => program.summary.clone(),
                        Err(failure) => failure.reason.clone(),
                    };
                    self.journal(leg, said(summary));
                }
                let waits =
                    matches!(self.leg(leg).activity, Activity::Fetching(own) if own == token);
                if !waits || !self.leg(leg).is_alive() {
                    return;
                }
                match program {
                    Ok(program) => {
                        let base = Some(fetch.endpoint.url);
                        self.run_document(leg, context, program, base);
                    }
                    Err(failure) => self.failed(&fetch, &failure),
                }
            }
            (About::Message(message), _) => {
                let replies = read_replies(answer);
                let summary = match &replies {
                    Ok(replies) => replies.summary.clone(),
                    Err(failure) => failure.reason.clone(),
                };
                self.journal_about(about, said(summary));
                match replies {
                    Ok(replies) => self.reply_to(message, replies, &fetch.endpoint.url),
                    Err(failure) => self.failed(&fetch, &failure),
                }
            }
            // A call's document is always to be run.
            (About::Leg(_), _) => {}
        }
    }

    /// A document cannot be had or read.
    fn failed(&mut self, fetch: &Fetch, failure: &Failure) {
        self.log_about(fetch.about, failure.code, failure.reason.clone());
        let own = Params::new()
            .with("ErrorCode", failure.code.to_string())
            .with("ErrorUrl", fetch.endpoint.url.as_str());
        let is_fallback = fetch.purpose == Purpose::Fallback;
        match fetch.about {
            About::Leg(leg) => self.recover(leg, is_fallback, own),
            About::Message(message) if !is_fallback => self.ask_fallback(message, own),
            About::Message(_) => {}
        }
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
        let target = urls::resolve(Some(&fetch.endpoint.url), location);
        let failure = match target {
            Ok(mut url) if fetch.redirects < REDIRECTS => {
                url.set_fragment(None);
                // The page on HTTP redirects: but for 307 and 308, the next request is a GET
                // without Digits and the like.
                let (params, method) = if matches!(status, Some(307 | 308)) {
                    (fetch.params.clone(), fetch.endpoint.method.clone())
                } else {
                    let standard = fetch.params.iter().take(fetch.standard).collect();
                    (standard, Method::GET)
                };
                let endpoint = Endpoint {
                    url,
                    method,
                    ..fetch.endpoint.clone()
                };
                return self.post_again(Fetch {
                    endpoint,
                    params,
                    ..fetch
                });
            }
            Ok(_) => Failure {
                code: 11215,
                reason: format!("more than {REDIRECTS} HTTP redirects"),
            },
            Err(reason) => Failure {
                code: 11200,
                reason,
            },
        };
        self.failed(&fetch, &failure);
    }
}
