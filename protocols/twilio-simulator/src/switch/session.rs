//! A call that is handed over: `<Connect>`, `<Pay>`, `<Refer>` and `<Echo>`.
//!
//! What is on the other side is not simulated; how long it takes and how it ends are
//! [`Settings`](crate::Settings).

use std::sync::Arc;

use chrono::{DateTime, Utc};
use twilio_webhook::Params;

use crate::switch::leg::{Activity, Endpoint};
use crate::switch::program::{Handover, HandoverTo, Link, Pay, Service, ServiceKind};
use crate::switch::{LegId, Switch, Token};
use crate::transcript::Purpose;

/// A call in other hands.
#[derive(Debug)]
pub(crate) struct Session {
    kind: SessionKind,
    action: Option<Endpoint>,
    began: DateTime<Utc>,
    timer: Option<Token>,
}

/// Whose hands.
#[derive(Debug)]
enum SessionKind {
    /// A stream, by name.
    Stream(Option<String>),
    /// A relay, by SID.
    Relay(String),
    Payment {
        pay: Arc<Pay>,
        callback: Option<Endpoint>,
        /// How many of the steps have been begun.
        step: usize,
    },
    Refer,
    Echo,
}

impl Session {
    pub(crate) fn awaits(&self, token: Token) -> bool {
        self.timer == Some(token)
    }
}

impl Switch {
    pub(super) fn connect(&mut self, leg: LegId, handover: &Handover) {
        let action = handover.action.as_ref().map(|link| self.follow(leg, link));
        let action = match action.transpose() {
            Ok(action) => action,
            Err(problem) => return self.fatal(leg, 11100, &problem),
        };
        let kind = match &handover.to {
            HandoverTo::Stream(stream) => {
                if let Err(problem) = self.start_service(leg, stream) {
                    return self.fatal(leg, 11100, &problem);
                }
                SessionKind::Stream(stream.service.name.clone())
            }
            HandoverTo::ConversationRelay => SessionKind::Relay(self.chance.sid("VX")),
        };
        let timer = self.timer(leg, self.settings.handover);
        self.begin_session(leg, kind, action, Some(timer));
    }

    pub(super) fn pay(&mut self, leg: LegId, pay: Arc<Pay>) {
        let action = self.endpoint(leg, pay.action.as_deref(), http::Method::POST);
        let callback = pay.status_callback.as_ref();
        let callback = callback.map(|link| self.follow(leg, link)).transpose();
        let (action, callback) = match (action, callback) {
            (Ok(action), Ok(callback)) => (action, callback),
            (Err(problem), _) | (_, Err(problem)) => return self.fatal(leg, 11100, &problem),
        };
        let kind = SessionKind::Payment {
            pay,
            callback,
            step: 0,
        };
        self.begin_session(leg, kind, Some(action), None);
        self.next_step_of_payment(leg);
    }

    pub(super) fn refer(&mut self, leg: LegId, action: Option<&Link>) {
        let action = action.map(|link| self.follow(leg, link)).transpose();
        let action = match action {
            Ok(action) => action,
            Err(problem) => return self.fatal(leg, 11100, &problem),
        };
        let timer = self.timer(leg, self.settings.handover);
        self.begin_session(leg, SessionKind::Refer, action, Some(timer));
    }

    pub(super) fn echo(&mut self, leg: LegId) {
        self.begin_session(leg, SessionKind::Echo, None, None);
    }

    fn begin_session(
        &mut self,
        leg: LegId,
        kind: SessionKind,
        action: Option<Endpoint>,
        timer: Option<Token>,
    ) {
        let began = self.now();
        self.leg_mut(leg).activity = Activity::Session(Box::new(Session {
            kind,
            action,
            began,
            timer,
        }));
    }

    /// The other side has had its time.
    pub(super) fn session_timer(&mut self, leg: LegId, session: Box<Session>) {
        if let SessionKind::Payment { pay, step, .. } = &session.kind
            && *step < pay.steps.len()
        {
            self.leg_mut(leg).activity = Activity::Session(session);
            return self.next_step_of_payment(leg);
        }
        let own = self.outcome(&session, None);
        self.close_session(leg, &session);
        match session.action {
            Some(action) => self.continue_at(leg, action, own),
            None => self.run(leg),
        }
    }

    /// The person has hung up, or REST has another document: the first is told to the action, whose
    /// answer is not run.
    pub(super) fn session_broken_off(&mut self, leg: LegId, session: &Session, hung_up: bool) {
        self.close_session(leg, session);
        if hung_up && let Some(action) = session.action.clone() {
            let own = self.outcome(session, Some("caller-hung-up"));
            self.notify(leg, action, own, Purpose::Notice);
        }
    }

    fn close_session(&mut self, leg: LegId, session: &Session) {
        if let SessionKind::Stream(name) = &session.kind {
            let service = Service {
                kind: ServiceKind::Stream,
                name: name.clone(),
            };
            self.stop_services(leg, &[service]);
        }
    }

    /// What the action is told.
    fn outcome(&self, session: &Session, broken_off: Option<&str>) -> Params {
        match &session.kind {
            SessionKind::Stream(_) | SessionKind::Echo => Params::new(),
            SessionKind::Relay(sid) => Params::new()
                .with("SessionId", sid)
                .with("SessionStatus", "completed")
                .with(
                    "SessionDuration",
                    (self.now() - session.began).num_seconds(),
                ),
            SessionKind::Refer if broken_off.is_some() => Params::new(),
            SessionKind::Refer => Params::new()
                .with("ReferCallStatus", &self.settings.refer_status)
                .with("ReferSipResponseCode", "202")
                .with("NotifySipResponseCode", "200"),
            SessionKind::Payment { pay, .. } => {
                let result = broken_off.unwrap_or(&self.settings.payment_result);
                let mut own = Params::new()
                    .with("Result", result)
                    .with("PaymentMethod", pay.method);
                if result == "success" {
                    if pay.charges {
                        own.push("PaymentConfirmationCode", "SIM-CHARGE");
                    } else {
                        own.push("PaymentToken", "SIM-TOKEN");
                    }
                    own.extend(entered(&pay.steps));
                }
                own
            }
        }
    }

    fn next_step_of_payment(&mut self, leg: LegId) {
        let timer = self.timer(leg, self.settings.payment_step);
        let Activity::Session(session) = &mut self.leg_mut(leg).activity else {
            return;
        };
        session.timer = Some(timer);
        let SessionKind::Payment {
            pay,
            callback,
            step,
        } = &mut session.kind
        else {
            return;
        };
        let (pay, callback, at) = (Arc::clone(pay), callback.clone(), *step);
        *step += 1;
        let (Some(name), Some(callback)) = (pay.steps.get(at), callback) else {
            return;
        };
        let mut told = Params::new()
            .with("AccountSid", self.account.as_str())
            .with("CallSid", self.leg(leg).sid.as_str())
            .with("For", name)
            .with("Attempt", "1");
        // What has been entered so far.
        told.extend(entered(&pay.steps[..at]));
        self.notify_bare(leg, callback, told);
    }
}

/// What is shown of the data that these steps ask for: masked as Twilio masks them.
fn entered(steps: &[&str]) -> Params {
    let mut params = Params::new();
    for step in steps {
        match *step {
            "payment-card-number" => {
                params.push("PaymentCardNumber", "xxxxxxxxxxxx1111");
                params.push("PaymentCardType", "visa");
            }
            "expiration-date" => params.push("ExpirationDate", "1230"),
            "security-code" => params.push("SecurityCode", "xxx"),
            "postal-code" => params.push("PaymentCardPostalCode", "94041"),
            "bank-routing-number" => params.push("BankRoutingNumber", "121181976"),
            "bank-account-number" => params.push("BankAccountNumber", "xxxxx89"),
            _ => {}
        }
    }
    params
}
