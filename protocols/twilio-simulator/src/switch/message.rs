//! Messages that the host sends: by REST, in answer to another, or from a call.

use std::time::Duration;

use twilio_webhook::{MessageSid, MessageStatus, Params};

use crate::delivery::{Delivery, Receipt};
use crate::message::{Message, MessageDirection};
use crate::switch::consent::OPTED_OUT;
use crate::switch::fetch::Then;
use crate::switch::leg::Endpoint;
use crate::switch::program::Sms;
use crate::switch::request::About;
use crate::switch::status::Direction;
use crate::switch::{Due, KEPT, LegId, Switch, after};
use crate::transcript::{Event, Purpose};

/// Which message: its place in the switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct MessageId(pub(super) u32);

/// A message, and what the switch has to do with it.
#[derive(Debug)]
pub(crate) struct Envelope {
    pub(crate) message: Message,
    /// Who is told of its progress.
    pub(super) callbacks: Vec<Endpoint>,
    /// Of an inbound one: where to ask when its answer cannot be had, and how often was asked.
    pub(super) fallback: Option<Endpoint>,
    pub(super) requests: u32,
    /// Parameters of every request about it.
    pub(super) parameters: Params,
    /// Taken away by REST: no longer shown.
    pub(crate) deleted: bool,
}

/// A message to be sent.
#[derive(Debug)]
pub(crate) struct NewMessage {
    pub(crate) direction: MessageDirection,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) body: String,
    pub(crate) media: Vec<String>,
    pub(crate) callbacks: Vec<Endpoint>,
}

impl Switch {
    pub(crate) fn set_handset(&mut self, number: String, delivery: Delivery) {
        self.handsets.insert(number, delivery);
    }

    /// Takes a message and sends it on its way; it is `queued` now.
    pub(crate) fn send_message(&mut self, new: NewMessage) -> MessageId {
        let kind = if new.media.is_empty() { "SM" } else { "MM" };
        let sid = self.message_sid(kind);
        let now = self.now();
        let sends = Event::Sends {
            from: new.from.clone(),
            to: new.to.clone(),
            body: new.body.clone(),
            media: new.media.clone(),
        };
        let message = Message {
            sid,
            direction: new.direction,
            from: new.from,
            to: new.to,
            body: new.body,
            media: new.media,
            status: MessageStatus::Queued,
            error_code: None,
            created_at: now,
            sent_at: None,
            updated_at: now,
        };
        let id = self.add_envelope(Envelope {
            message,
            callbacks: new.callbacks,
            fallback: None,
            requests: 0,
            parameters: Params::new(),
            deleted: false,
        });
        self.journal_message(id, sends);
        self.agenda
            .add(now, Due::Message(id, MessageStatus::Queued));
        id
    }

    /// `<Sms>`: the message goes on its way; with an action, so does the call, and this is true.
    pub(super) fn sms(&mut self, leg: LegId, sms: &Sms) -> bool {
        let action = sms.action.as_ref().map(|link| self.follow(leg, link));
        let callback = sms.status_callback.as_ref();
        let callback = callback.map(|link| self.follow(leg, link));
        let (action, callback) = match (action.transpose(), callback.transpose()) {
            (Ok(action), Ok(callback)) => (action, callback),
            (Err(problem), _) | (_, Err(problem)) => {
                self.fatal(leg, 11100, &problem);
                return true;
            }
        };
        let caller = self.leg(leg);
        // The number of the account, and the other one.
        let (own, other) = match caller.direction {
            Direction::Inbound => (caller.to.clone(), caller.from.clone()),
            _ => (caller.from.clone(), caller.to.clone()),
        };
        let id = self.send_message(NewMessage {
            direction: MessageDirection::OutboundCall,
            from: sms.from.clone().unwrap_or(own),
            to: sms.to.clone().unwrap_or(other),
            body: sms.body.clone(),
            media: Vec::new(),
            callbacks: callback.into_iter().collect(),
        });
        let Some(action) = action else {
            return false;
        };
        let sid = self.envelope(id).message.sid;
        let own = Params::new()
            .with("SmsSid", sid.as_str())
            .with("SmsStatus", "sending");
        self.continue_at(leg, action, own);
        true
    }

    /// A message has come so far: whoever asked is told, and what follows is put down.
    pub(super) fn message_is(&mut self, id: MessageId, status: MessageStatus) {
        let now = self.now();
        let Message { from, to, .. } = &self.envelope(id).message;
        let delivery = if self.is_unwanted(from, to) {
            Delivery::fails(OPTED_OUT).sent_after(Duration::ZERO)
        } else {
            let own = self.handsets.get(to).copied();
            own.unwrap_or(self.settings.delivery)
        };
        let (next, code): (Option<(Duration, MessageStatus)>, _) = match (&status, delivery.receipt)
        {
            (MessageStatus::Queued, Receipt::Failed(_)) => {
                (Some((delivery.sent_after, MessageStatus::Failed)), None)
            }
            (MessageStatus::Queued, _) => (Some((delivery.sent_after, MessageStatus::Sent)), None),
            (MessageStatus::Sent, Receipt::Delivered(time)) => {
                (Some((time, MessageStatus::Delivered)), None)
            }
            (MessageStatus::Sent, Receipt::Undelivered(_)) => {
                (Some((Duration::ZERO, MessageStatus::Undelivered)), None)
            }
            (MessageStatus::Failed, Receipt::Failed(code))
            | (MessageStatus::Undelivered, Receipt::Undelivered(code)) => (None, Some(code)),
            _ => (None, None),
        };
        let message = &mut self.envelope_mut(id).message;
        message.status = status.clone();
        message.error_code = code;
        message.updated_at = now;
        if status == MessageStatus::Sent {
            message.sent_at = Some(now);
        }
        self.journal_message(
            id,
            Event::MessageIs {
                status: status.clone(),
                code,
            },
        );
        self.report_message(id);
        if let Some((time, status)) = next {
            self.agenda.add(after(now, time), Due::Message(id, status));
        }
    }

    /// Tells of the status of a message. `RawDlrDoneDate` is the receipt's time, `YYMMDDhhmm`.
    fn report_message(&mut self, id: MessageId) {
        let account = self.account.as_str().to_owned();
        let now = self.now();
        let envelope = self.envelope(id);
        let message = &envelope.message;
        let mut params = Params::new()
            .with("MessageSid", message.sid.as_str())
            .with("MessageStatus", message.status.as_str())
            .with("SmsSid", message.sid.as_str())
            .with("SmsStatus", message.status.as_str())
            .with("AccountSid", account)
            .with("From", message.from.as_str())
            .with("To", message.to.as_str())
            .with("ApiVersion", "2010-04-01");
        if let Some(code) = message.error_code {
            params.push("ErrorCode", code);
        }
        if matches!(
            message.status,
            MessageStatus::Delivered | MessageStatus::Undelivered
        ) {
            params.push("RawDlrDoneDate", now.format("%y%m%d%H%M"));
        }
        for endpoint in envelope.callbacks.clone() {
            self.post_all(
                About::Message(id),
                endpoint,
                params.clone(),
                0,
                Purpose::StatusCallback,
                Then::Discard,
            );
        }
    }

    /// All messages, oldest first.
    pub(crate) fn messages(&self) -> impl DoubleEndedIterator<Item = (MessageId, &Message)> {
        self.envelopes
            .iter()
            .filter(|(_, envelope)| !envelope.deleted)
            .map(|(id, envelope)| (MessageId(id), &envelope.message))
    }

    pub(crate) fn find_message(&self, sid: &MessageSid) -> Option<MessageId> {
        self.messages()
            .find(|(_, message)| message.sid == *sid)
            .map(|(id, _)| id)
    }

    /// A message that something still has to do with: those are never forgotten.
    pub(crate) fn envelope(&self, id: MessageId) -> &Envelope {
        self.envelopes.get(id.0).expect(KEPT)
    }

    pub(crate) fn envelope_mut(&mut self, id: MessageId) -> &mut Envelope {
        self.envelopes.get_mut(id.0).expect(KEPT)
    }

    pub(super) fn add_envelope(&mut self, envelope: Envelope) -> MessageId {
        MessageId(self.envelopes.push(envelope))
    }

    pub(super) fn message_sid(&mut self, kind: &str) -> MessageSid {
        let sid = self.chance.sid(kind);
        MessageSid::parse(&sid).expect("two letters and 32 hexadecimal digits are what it takes")
    }
}
