//! Messages that reach the account's numbers, and what the host answers to them.

use chrono::{DateTime, Utc};
use twilio_webhook::{MessageSid, MessageStatus, Params};
use url::Url;

use crate::error::Error;
use crate::message::{Message, MessageDirection, segments};
use crate::switch::cookies::Cookies;
use crate::switch::fetch::Then;
use crate::switch::leg::Endpoint;
use crate::switch::message::{Envelope, MessageId, NewMessage};
use crate::switch::program::{Link, Replies, Reply};
use crate::switch::request::About;
use crate::switch::{Due, Switch, urls};
use crate::text_message::TextMessage;
use crate::transcript::{Event, Purpose};

impl Switch {
    pub(crate) fn schedule_letter(
        &mut self,
        at: DateTime<Utc>,
        text: TextMessage,
    ) -> Result<MessageSid, Error> {
        let now = self.now();
        if at < now {
            return Err(Error::Past { at, now });
        }
        if !self.numbers.contains_key(&text.to) {
            return Err(Error::UnknownNumber {
                caller: text.from,
                number: text.to,
            });
        }
        let sid = self.message_sid(if text.media.is_empty() { "SM" } else { "MM" });
        self.agenda.add(at, Due::Letter(Box::new(text), sid));
        Ok(sid)
    }

    pub(super) fn letter_arrives(&mut self, text: TextMessage, sid: MessageSid) {
        // The number was there when the message was scheduled, and numbers are never taken away.
        let Some(number) = self.numbers.get(&text.to).cloned() else {
            return;
        };
        let now = self.now();
        let media: Vec<String> = text.media.iter().map(|(url, _)| url.clone()).collect();
        let mut parameters = Params::new()
            .with("MessageSid", sid.as_str())
            .with("SmsSid", sid.as_str())
            .with("SmsMessageSid", sid.as_str())
            .with("AccountSid", self.account.as_str())
            .with("From", text.from.as_str())
            .with("To", text.to.as_str())
            .with("Body", text.body.as_str())
            .with("NumMedia", media.len())
            .with("NumSegments", segments(&text.body))
            .with("SmsStatus", "received")
            .with("ApiVersion", "2010-04-01");
        for (n, (url, content_type)) in text.media.iter().enumerate() {
            parameters.push(format_args!("MediaContentType{n}"), content_type);
            parameters.push(format_args!("MediaUrl{n}"), url);
        }
        parameters.extend(text.parameters);
        let writes = Event::Writes {
            from: text.from.clone(),
            to: text.to.clone(),
            body: text.body.clone(),
            media: media.clone(),
        };
        let message = Message {
            sid,
            direction: MessageDirection::Inbound,
            from: text.from,
            to: text.to,
            body: text.body,
            media,
            status: MessageStatus::Received,
            error_code: None,
            created_at: now,
            sent_at: None,
            updated_at: now,
        };
        let id = self.add_envelope(Envelope {
            message,
            callbacks: Vec::new(),
            fallback: number.messaging_fallback,
            requests: 0,
            parameters,
            deleted: false,
        });
        self.journal_message(id, writes);
        self.heed(id);
        if let Some(endpoint) = number.messaging {
            self.ask_reply(id, endpoint, Params::new(), Purpose::Document);
        }
    }

    /// Asks what is to be written back.
    fn ask_reply(&mut self, id: MessageId, endpoint: Endpoint, own: Params, purpose: Purpose) {
        let limit = self.settings.requests_at_one_instant;
        let envelope = self.envelope_mut(id);
        envelope.requests += 1;
        if envelope.requests > limit {
            let message = format!("a loop: {limit} requests about one message");
            return self.log_about(About::Message(id), 0, message);
        }
        let mut params = envelope.parameters.clone();
        let standard = params.len();
        params.extend(own);
        let about = About::Message(id);
        self.post_all(about, endpoint, params, standard, purpose, Then::Reply);
    }

    /// The answer cannot be had or read: the fallback URL is asked, once.
    pub(super) fn ask_fallback(&mut self, id: MessageId, own: Params) {
        if let Some(endpoint) = self.envelope_mut(id).fallback.take() {
            self.ask_reply(id, endpoint, own, Purpose::Fallback);
        }
    }

    /// Does what the host answers to a message.
    pub(super) fn reply_to(&mut self, id: MessageId, replies: Replies, base: &Url) {
        for (code, warning) in replies.warnings {
            self.log_about(About::Message(id), code, warning);
        }
        let message = &self.envelope(id).message;
        let (writer, number) = (message.from.clone(), message.to.clone());
        let resolve = |link: &Link| {
            urls::resolve(Some(base), &link.url)
                .map(|url| Endpoint::new(url, link.method.clone()))
                .map_err(|reason| format!("{:?} cannot be requested: {reason}", link.url))
        };
        for reply in replies.verbs {
            match reply {
                Reply::Message {
                    from,
                    to,
                    body,
                    media,
                    callbacks,
                } => {
                    let mut told = Vec::new();
                    for link in &callbacks {
                        match resolve(link) {
                            Ok(endpoint) => told.push(endpoint),
                            Err(problem) => self.log_about(About::Message(id), 11100, problem),
                        }
                    }
                    self.send_message(NewMessage {
                        direction: MessageDirection::OutboundReply,
                        from: from.unwrap_or_else(|| number.clone()),
                        to: to.unwrap_or_else(|| writer.clone()),
                        body,
                        media,
                        callbacks: told,
                    });
                }
                Reply::Redirect(link) => {
                    return match resolve(&link) {
                        Ok(endpoint) => {
                            self.ask_reply(id, endpoint, Params::new(), Purpose::Document);
                        }
                        Err(problem) => self.log_about(About::Message(id), 11100, problem),
                    };
                }
            }
        }
    }

    pub(super) fn message_cookies(&self, id: MessageId) -> Option<&Cookies> {
        self.message_jars.get(&self.jar(id))
    }

    pub(super) fn message_cookies_mut(&mut self, id: MessageId) -> &mut Cookies {
        let jar = self.jar(id);
        self.message_jars.entry(jar).or_default()
    }

    /// The two numbers, whichever of them wrote.
    fn jar(&self, id: MessageId) -> (String, String) {
        let message = &self.envelope(id).message;
        let (from, to) = (message.from.clone(), message.to.clone());
        if from <= to { (from, to) } else { (to, from) }
    }
}
