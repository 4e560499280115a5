//! The answer to a call.

use twiml::VoiceResponse;
use twiml::lint::Rule;
use twiml::render::DECLARATION;
use twiml::voice::{
    Enqueue, Gather, GatherInput, GatherVerb, Hangup, Pay, PayNoun, Record, Redirect, Refer,
    ReferNoun, Reject, RejectReason, Seconds, Sms, SpeechTimeout, Verb,
};

use super::outline::{Outline, Step};
use super::phrase::{action, request, seconds, unknown};
use super::{connect, dial, prompt};

pub(super) fn outline(answer: &VoiceResponse) -> Outline {
    let verbs: Vec<&Verb> = answer
        .verbs()
        .iter()
        .filter(|verb| !matches!(verb, Verb::Comment(_)))
        .collect();
    let mut outline = Outline {
        family: "voice",
        steps: verbs.iter().map(|verb| step(verb)).collect(),
        end: Some("the call ends"),
    };
    let (bytes, finding) = unreachable(&verbs);
    outline.mark(&bytes, finding);
    outline
}

/// The bytes of each verb, and where lint says that nothing runs any more. A last verb is added, so that lint
/// also tells whether the document can be left by its end.
fn unreachable(verbs: &[&Verb]) -> (Vec<usize>, Option<(usize, String)>) {
    let opening = DECLARATION.len() + "<Response>".len();
    let around = opening + "</Response>".len();
    let mut all = VoiceResponse::new();
    let mut bytes = Vec::with_capacity(verbs.len());
    for verb in verbs {
        let mut alone = VoiceResponse::new();
        alone.push((*verb).clone());
        bytes.push(alone.to_string().len() - around);
        all.push((*verb).clone());
    }
    let finding = all
        .hangup(Hangup::new())
        .lint()
        .into_iter()
        .find(|finding| finding.rule == Rule::Unreachable)
        .map(|finding| {
            let why = finding
                .message
                .split_once(": ")
                .map(|(_, why)| why.to_owned());
            (
                finding.position.offset - opening,
                why.unwrap_or(finding.message),
            )
        });
    (bytes, finding)
}

fn step(verb: &Verb) -> Step {
    match verb {
        Verb::Say(it) => prompt::say(it),
        Verb::Play(it) => prompt::play(it),
        Verb::Pause(it) => prompt::pause(it),
        Verb::Gather(it) => gather(it),
        Verb::Dial(it) => dial::dial(it),
        Verb::Record(it) => record(it),
        Verb::Enqueue(it) => enqueue(it),
        Verb::Redirect(it) => redirect(it),
        Verb::Pay(it) => pay(it),
        Verb::Refer(it) => refer(it),
        Verb::Sms(it) => sms(it),
        Verb::Connect(it) => connect::connect(it),
        Verb::Start(it) => connect::start(it),
        Verb::Stop(it) => connect::stop(it),
        Verb::Reject(it) => reject(it),
        Verb::Hangup(_) => Step::new("hangs up"),
        Verb::Leave(_) => Step::new("leaves the queue; the call goes on behind its <Enqueue>"),
        Verb::Echo(_) => Step::new("plays the caller's own voice back until the caller hangs up"),
        Verb::Unchecked(node) => unknown(node),
        _ => Step::new("a verb that this program does not know"),
    }
}

fn gather(gather: &Gather) -> Step {
    let speech = gather
        .input
        .as_ref()
        .is_some_and(|input| input.contains(&GatherInput::Speech));
    let dtmf = gather
        .input
        .as_ref()
        .is_none_or(|input| input.contains(&GatherInput::Dtmf));
    let keys = match gather.num_digits {
        Some(1) => "one key".to_owned(),
        Some(number) => format!("{number} keys"),
        None => "keys".to_owned(),
    };
    let what = match (dtmf, speech) {
        (true, true) => format!("{keys} or speech"),
        (false, true) => "speech".to_owned(),
        _ => keys,
    };
    let says = gather.children().iter().filter_map(|verb| match verb {
        GatherVerb::Say(say) => Some(say),
        _ => None,
    });
    let named = prompt::keys(says);
    let input = action(gather.action.as_deref(), gather.method.as_ref());
    let timeout = gather.timeout.unwrap_or(Seconds::new(5));
    let mut step = Step::new(format!("menu: takes {what}"))
        .details(gather.children().iter().filter_map(prompt::gather));
    if dtmf {
        if !named.is_empty() {
            let named: Vec<String> = named.iter().map(char::to_string).collect();
            step = step.detail(format!("keys that the prompt names: {}", named.join(" ")));
        }
        if gather.num_digits != Some(1) {
            step = step.detail(match gather.finish_on_key.as_deref() {
                Some("") => "no key ends the input early".to_owned(),
                key => format!("{} ends the input", key.unwrap_or("#")),
            });
        }
    }
    if let (true, Some(SpeechTimeout::Seconds(silence))) = (speech, gather.speech_timeout) {
        step = step.detail(format!("speech ends after {} of silence", seconds(silence)));
    }
    step = step.detail(format!("input goes to: {input}"));
    let nothing = if gather.action_on_empty_result == Some(true) {
        format!("goes to: {input}")
    } else {
        "goes on with the next step".to_owned()
    };
    step.detail(format!("no input for {}: {nothing}", seconds(timeout)))
}

fn record(record: &Record) -> Step {
    let beep = if record.play_beep == Some(false) {
        "records the caller"
    } else {
        "beeps and records the caller"
    };
    let silence = record.timeout.unwrap_or(Seconds::new(5));
    let key = match record.finish_on_key.as_deref() {
        None => "any key".to_owned(),
        Some("") => "no key".to_owned(),
        Some(key) if key.len() == 1 => format!("the key {key}"),
        Some(keys) => format!("any of the keys {keys}"),
    };
    let longest = record.max_length.unwrap_or(Seconds::new(3600));
    Step::new(beep)
        .detail(format!(
            "until {} of silence, {key}, or {} in all",
            seconds(silence),
            seconds(longest)
        ))
        .maybe(record.transcribe.filter(|it| *it), |_| {
            "writes down what was said".to_owned()
        })
        .detail(format!(
            "then goes to: {}",
            action(record.action.as_deref(), record.method.as_ref())
        ))
}

fn enqueue(enqueue: &Enqueue) -> Step {
    let what = match (&enqueue.queue_name, &enqueue.workflow_sid) {
        (_, Some(workflow)) => format!("waits for an agent of the workflow {workflow}"),
        (Some(queue), None) => format!("waits in the queue {queue}"),
        (None, None) => "waits in a queue without a name".to_owned(),
    };
    Step::new(what)
        .detail(match enqueue.wait_url.as_deref() {
            None => "hears Twilio's own music".to_owned(),
            Some("") => "hears silence".to_owned(),
            Some(url) => format!(
                "hears what comes from: {}",
                request(enqueue.wait_url_method.as_ref(), url)
            ),
        })
        .detail(match enqueue.action.as_deref() {
            Some(url) => format!(
                "afterwards goes to: {}",
                request(enqueue.method.as_ref(), url)
            ),
            None => "afterwards goes on with the next step".to_owned(),
        })
}

fn redirect(redirect: &Redirect) -> Step {
    let url = redirect.url.as_deref();
    Step::new(format!(
        "goes to: {}",
        action(url, redirect.method.as_ref())
    ))
}

fn pay(pay: &Pay) -> Step {
    let what = match (&pay.charge_amount, &pay.currency) {
        (Some(amount), Some(currency)) => format!("takes a payment of {amount} {currency}"),
        (Some(amount), None) => format!("takes a payment of {amount} usd"),
        (None, _) => "takes down a way to pay".to_owned(),
    };
    let prompts = pay.nouns().iter().filter_map(|noun| match noun {
        PayNoun::Prompt(it) => Some(
            Step::new(format!("asks for {}:", it.for_))
                .details(it.children().iter().filter_map(prompt::prompt)),
        ),
        PayNoun::Unchecked(node) => Some(unknown(node)),
        _ => None,
    });
    Step::new(what).details(prompts).detail(format!(
        "then goes to: {}",
        action(pay.action.as_deref(), None)
    ))
}

fn refer(refer: &Refer) -> Step {
    let to = refer.nouns().iter().find_map(|noun| match noun {
        ReferNoun::Sip(sip) => Some(sip.uri.as_ref()),
        _ => None,
    });
    Step::new(format!(
        "transfers the SIP call to {}",
        to.unwrap_or("nowhere")
    ))
    .maybe(refer.action.as_deref(), |url| {
        format!(
            "afterwards goes to: {}",
            request(refer.method.as_ref(), url)
        )
    })
}

fn sms(sms: &Sms) -> Step {
    let to = sms.to.as_deref().unwrap_or("the caller");
    Step::new(format!(
        "sends the message \u{201c}{}\u{201d} to {to}",
        sms.body
    ))
}

fn reject(reject: &Reject) -> Step {
    Step::new(match &reject.reason {
        Some(RejectReason::Busy) => "refuses the call: the caller hears a busy tone".to_owned(),
        Some(RejectReason::Rejected) | None => {
            "refuses the call: the caller hears that the number is not in service".to_owned()
        }
        Some(other) => format!("refuses the call ({other})"),
    })
}
