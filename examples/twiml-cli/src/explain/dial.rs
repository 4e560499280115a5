//! Calls to others.

use twiml::voice::{
    Application, ApplicationNoun, CallRecord, Client, ClientNoun, Conference, Dial, DialNoun,
    Queue, Seconds, Sip, SipNoun,
};

use super::outline::Step;
use super::phrase::{request, seconds, unknown};

pub(super) fn dial(dial: &Dial) -> Step {
    let called = dial.nouns().iter().filter_map(noun);
    let number = dial
        .phone_number
        .iter()
        .map(|number| Step::new(number.trim()));
    let called: Vec<Step> = number.chain(called).collect();
    let how = match (called.len(), dial.sequential) {
        (0, _) => "calls nobody",
        (1, _) => "calls",
        (_, Some(true)) => "calls, one after another",
        _ => "calls all at once; the first to answer gets the call",
    };
    let timeout = dial.timeout.unwrap_or(Seconds::new(30));
    let recorded = dial
        .record
        .as_ref()
        .filter(|record| !matches!(record, CallRecord::DoNotRecord | CallRecord::False));
    let step = match <[Step; 1]>::try_from(called) {
        Ok([one]) => Step::new(format!("{how} {}", one.text)).details(one.details),
        Err(many) => Step::new(how).details(many),
    };
    step.detail(format!("gives up after {}", seconds(timeout)))
        .maybe(dial.caller_id.as_ref(), |id| {
            format!("shows the number {id}")
        })
        .maybe(recorded, |record| format!("records the call ({record})"))
        .maybe(dial.time_limit, |limit| {
            format!("ends it after {}", seconds(limit))
        })
        .maybe(dial.hangup_on_star.filter(|it| *it), |_| {
            "the caller can end it with *".to_owned()
        })
        .detail(match dial.action.as_deref() {
            Some(url) => format!("afterwards goes to: {}", request(dial.method.as_ref(), url)),
            None => "afterwards goes on with the next step".to_owned(),
        })
}

fn noun(noun: &DialNoun) -> Option<Step> {
    Some(match noun {
        DialNoun::Number(it) => whisper(Step::new(&*it.phone_number), it.url.as_deref())
            .maybe(it.send_digits.as_ref(), |digits| {
                format!("then sends the tones {digits}")
            }),
        DialNoun::Client(it) => whisper(client(it), it.url.as_deref()),
        DialNoun::Sip(it) => whisper(sip(it), it.url.as_deref()),
        DialNoun::WhatsApp(it) => whisper(
            Step::new(format!("{} on WhatsApp", it.phone_number)),
            it.url.as_deref(),
        ),
        DialNoun::Sim(it) => Step::new(format!("the SIM {}", it.sid)),
        DialNoun::Application(it) => application(it),
        DialNoun::Conference(it) => conference(it),
        DialNoun::Queue(it) => queue(it),
        DialNoun::Unchecked(node) => unknown(node),
        _ => return None,
    })
}

fn whisper(step: Step, url: Option<&str>) -> Step {
    step.maybe(url, |url| format!("who first hears what comes from {url}"))
}

fn client(client: &Client) -> Step {
    let identity = client.nouns().iter().find_map(|noun| match noun {
        ClientNoun::Identity(identity) => Some(&identity.identity),
        _ => None,
    });
    match client.name.as_ref().or(identity) {
        Some(name) => Step::new(format!("the browser or app of {}", name.trim())),
        None => Step::new("a browser or app without a name"),
    }
}

fn sip(sip: &Sip) -> Step {
    let uris = sip.nouns().iter().filter_map(|noun| match noun {
        SipNoun::Uri(uri) => Some(&uri.uri),
        _ => None,
    });
    let uris: Vec<&str> = sip.uri.iter().chain(uris).map(|uri| uri.trim()).collect();
    Step::new(uris.join(" or "))
}

fn application(application: &Application) -> Step {
    let inner = application.nouns().iter().find_map(|noun| match noun {
        ApplicationNoun::ApplicationSid(sid) => Some(&sid.sid),
        _ => None,
    });
    match application.sid.as_ref().or(inner) {
        Some(sid) => Step::new(format!("the application {}", sid.trim())),
        None => Step::new("an application without a SID"),
    }
}

fn conference(conference: &Conference) -> Step {
    let mut step = Step::new(format!("into the conference {}", conference.name.trim()));
    if conference.start_conference_on_enter == Some(false) {
        step = step.detail(match conference.wait_url.as_deref() {
            None => "waits with Twilio's own music until it starts".to_owned(),
            Some("") => "waits in silence until it starts".to_owned(),
            Some(url) => format!("waits with what comes from {url} until it starts"),
        });
    }
    if conference.muted == Some(true) {
        step = step.detail("cannot be heard");
    }
    if conference.end_conference_on_exit == Some(true) {
        step = step.detail("ends the conference by leaving");
    }
    step.maybe(conference.coach.as_ref(), |call| {
        format!("is heard by the call {call} only")
    })
}

fn queue(queue: &Queue) -> Step {
    Step::new(format!(
        "the caller who has waited longest in the queue {}",
        queue.name.trim()
    ))
    .maybe(queue.url.as_deref(), |url| {
        format!("who first hears what comes from {url}")
    })
}
