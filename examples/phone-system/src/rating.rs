//! Asking callers by SMS how it went, and reading what they answer.
//!
//! Off unless [`Service::ratings`](crate::Service::ratings) says so. Nobody is asked twice within a day, and nobody who has
//! answered `STOP` is asked again: Twilio keeps that list, and refuses.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use queue_dispatch::CallId;
use twilio_rest::{CreateMessage, codes};
use twilio_webhook::{IncomingMessage, PhoneNumber};
use twiml::MessagingResponse;

use crate::one_line;
use crate::records::{Call, RatingRequest};
use crate::system::{PhoneSystem, SystemError};
use crate::web::{Web, Webhook};

/// How long after a talk the caller is asked.
const ASKED_AFTER: TimeDelta = TimeDelta::seconds(10);
/// Nobody is asked again before.
const AGAIN_AFTER: TimeDelta = TimeDelta::days(1);
/// An answer that comes later is about something else.
const ANSWERED_WITHIN: TimeDelta = TimeDelta::days(3);

const TO_ASK: &str = "to ask";
const ASKED: &str = "asked";
/// Their answer was no number, and they were told so. Not again: what answers may be a machine, which answers that, too.
const ASKED_AGAIN: &str = "asked again";
const ANSWERED: &str = "answered";
const NOT_ASKED: &str = "not asked";

impl RatingRequest {
    fn is_to_be_sent(&self, now: DateTime<Utc>) -> bool {
        self.state == TO_ASK && self.at <= now
    }
}

impl PhoneSystem {
    /// A call has ended: if somebody talked to the caller, they are asked how it went.
    pub(crate) async fn asks_for_rating(&self, call: CallId) -> Result<(), SystemError> {
        if !self.settings().service.ratings {
            return Ok(());
        }
        let talked = self
            .floor
            .callers
            .get(call)
            .filter(|call| call.agent.is_some() && !call.forged);
        let number = talked.and_then(|call| call.from.parse::<PhoneNumber>().ok());
        let Some(number) = number.filter(|number| self.settings().may_dial(number).is_ok()) else {
            return Ok(());
        };
        let now = self.now();
        let request = RatingRequest {
            call: format!("CA{call}"),
            at: now + ASKED_AFTER,
            state: TO_ASK.to_owned(),
        };
        self.records()
            .update::<RatingRequest>(number.as_str(), |known| match known {
                Some(known) if now - known.at < AGAIN_AFTER => Some(known),
                _ => Some(request.clone()),
            })
            .await?;
        self.wake();
        Ok(())
    }

    /// Asks those who are to be asked.
    pub(crate) async fn ask_for_ratings(&self) -> Result<(), SystemError> {
        if !self.settings().service.ratings {
            return Ok(());
        }
        let now = self.now();
        for (number, request) in self.records().all::<RatingRequest>() {
            if !request.is_to_be_sent(now) {
                continue;
            }
            // What is permitted may have changed since the call.
            let is_permitted = |number: &PhoneNumber| self.settings().may_dial(number).is_ok();
            // Written down first: of several servers one asks, and one that dies over it asks nobody twice.
            if !number.parse().is_ok_and(|number| is_permitted(&number)) {
                self.becomes(&number, TO_ASK, NOT_ASKED).await?;
            } else if self.becomes(&number, TO_ASK, ASKED).await? {
                self.ask(&number, &request).await?;
            }
        }
        Ok(())
    }

    /// When somebody is to be asked next.
    pub(crate) fn next_rating(&self) -> Option<DateTime<Utc>> {
        if !self.settings().service.ratings {
            return None;
        }
        let all = self.records().all::<RatingRequest>().into_iter();
        all.filter(|(_, request)| request.state == TO_ASK)
            .map(|(_, request)| request.at)
            .min()
    }

    async fn ask(&self, number: &str, request: &RatingRequest) -> Result<(), SystemError> {
        let words = "Thank you for calling. How did we do? Please answer with a number from 1 (badly) to 5 (very well). \
                     Answer STOP to get no more of these.";
        let line = self.settings().line.clone();
        let message = CreateMessage::new(number, line).body(words);
        let name = self.records().get::<Call>(&request.call);
        let name = name.map_or_else(|| number.to_owned(), |call| call.name.unwrap_or(call.from));
        match self.floor.twilio.messages().create(message).await {
            Ok(_) => self.note(name, "is asked by SMS how it went", ""),
            Err(error) => {
                let why = match error.code() {
                    Some(codes::OPTED_OUT) => "wants no messages".to_owned(),
                    _ => one_line(&error),
                };
                self.note(name, "is not asked how it went", why);
                self.becomes(number, ASKED, NOT_ASKED).await?;
            }
        }
        Ok(())
    }

    /// Changes the state of a request; whether it was this change that did.
    async fn becomes(&self, number: &str, from: &str, to: &str) -> Result<bool, SystemError> {
        let mut changed = false;
        self.records()
            .update::<RatingRequest>(number, |known| {
                changed = known.as_ref().is_some_and(|known| known.state == from);
                known.map(|known| match changed {
                    true => RatingRequest {
                        state: to.to_owned(),
                        ..known
                    },
                    false => known,
                })
            })
            .await?;
        Ok(changed)
    }

    async fn rates(&self, message: &IncomingMessage) -> Result<Option<&'static str>, SystemError> {
        let Some(number) = message.from.phone() else {
            return Ok(None);
        };
        let request: Option<RatingRequest> = self.records().get(number.as_str());
        let asked = |request: &RatingRequest| {
            [ASKED, ASKED_AGAIN, ANSWERED].contains(&&*request.state)
                && self.now() - request.at < ANSWERED_WITHIN
        };
        // Whoever was not asked, or wants to be left alone, gets no answer.
        let Some(request) = request.filter(asked).filter(|_| message.opt_out.is_none()) else {
            return Ok(None);
        };
        let Some(stars) = stars(&message.body) else {
            let first = self.becomes(number.as_str(), ASKED, ASKED_AGAIN).await?;
            return Ok(
                first.then_some("Please answer with a number from 1 (badly) to 5 (very well).")
            );
        };
        let rated = self
            .records()
            .update::<Call>(&request.call, |call| {
                call.map(|call| Call {
                    rating: Some(stars),
                    ..call
                })
            })
            .await?;
        let first = self.becomes(number.as_str(), ASKED, ANSWERED).await?
            || self.becomes(number.as_str(), ASKED_AGAIN, ANSWERED).await?;
        let name = rated.map_or_else(|| number.to_string(), |call| call.name.unwrap_or(call.from));
        self.note(name, format!("rates the call {stars} of 5"), "");
        Ok(first.then_some("Thank you."))
    }
}

/// A rating: a number from 1 to 5 at the beginning, by itself or before other words.
fn stars(text: &str) -> Option<u8> {
    let text = text.trim_start();
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let next = text.chars().nth(digits.len());
    // "1.5" and "5th" are other things than a rating.
    let ends = next.is_none_or(|c| c.is_whitespace() || "!,;:/*".contains(c))
        || next == Some('.') && !text[digits.len() + 1..].starts_with(|c: char| c.is_ascii_digit());
    let stars = digits.parse().ok()?;
    (ends && (1..=5).contains(&stars)).then_some(stars)
}

/// `message`: somebody has written to one of our numbers.
pub(crate) async fn arrives(State(web): State<Web>, webhook: Webhook<IncomingMessage>) -> Response {
    let said = match web.system.rates(&webhook.request).await {
        Ok(said) => said,
        Err(error) => {
            web.system
                .note("phone system", "cannot take in a message", one_line(&error));
            None
        }
    };
    let page = MessagingResponse::new();
    let page = match said {
        Some(said) => page.message(said),
        None => page,
    };
    (
        [(axum::http::header::CONTENT_TYPE, twiml::CONTENT_TYPE)],
        page.to_string(),
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::stars;

    #[test]
    fn a_rating_is_a_number_by_itself_or_before_words() {
        for (text, rating) in [
            ("5", Some(5)),
            (" 4 \n", Some(4)),
            ("3. Thank you", Some(3)),
            ("1 - I waited for ages", Some(1)),
            ("5!", Some(5)),
            ("5/5", Some(5)),
            ("0", None),
            ("6", None),
            ("55", None),
            ("1.5", None),
            ("3rd time I call", None),
            ("", None),
            ("STOP", None),
            ("five", None),
            ("٣", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(stars(text), rating, "{text:?}");
        }
    }
}
