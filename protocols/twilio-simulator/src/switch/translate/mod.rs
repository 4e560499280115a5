//! From TwiML as it is written to the instructions that are run.
//!
//! An attribute that changes what happens on the line but is not simulated turns its verb into a
//! refusal. Attributes that only change how something sounds, or how it is billed or recognised,
//! are passed over.

mod dial;
mod messaging;
mod service;

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use twiml::voice::{self, EnqueueNoun, GatherVerb, Verb};
use twiml::{Node, ParseError, Unchecked, VoiceResponse};

pub(crate) use self::dial::MOST_PARTICIPANTS;
pub(crate) use self::messaging::translate_replies;
use crate::switch::program::{
    Enqueue, Gather, Instruction, Link, Program, Prompt, PromptSound, Record, RecordingEvents,
    RecordingOrder, Sms, Target,
};

/// Twilio's warning for a document that its schema does not allow.
const SCHEMA_WARNING: u32 = 12200;

/// `<Gather>`, `<Record>`: silence that ends them.
const INPUT_TIMEOUT: Duration = Duration::from_secs(5);

/// `speechTimeout="auto"`: Twilio notices the end of a sentence; it takes about this long.
const AUTOMATIC_SPEECH_TIMEOUT: Duration = Duration::from_secs(1);

/// `maxSpeechTime` of a `<Gather>`, which is also the longest that it can be.
const LONGEST_SPEECH: Duration = Duration::from_secs(60);

/// Reads a document.
///
/// Elements and attributes that the vocabulary does not know are warned of and left out, as the
/// page on warning 12200 says; what is not XML is an error.
pub(crate) fn translate(document: &str) -> Result<Program, ParseError> {
    let response = VoiceResponse::parse_lenient(document)?;
    let mut program = Program::default();
    warn(&mut program, "Response", response.unchecked());
    let mut outline = Outline::default();
    for verb in response.verbs() {
        translate_verb(&mut program, &mut outline, verb);
    }
    program.summary = outline.text;
    Ok(program)
}

/// The document in one line, for the transcript.
#[derive(Default)]
struct Outline {
    text: String,
}

impl Outline {
    fn add(&mut self, verb: &str) {
        if !self.text.is_empty() {
            self.text.push_str(", ");
        }
        self.text.push_str(verb);
    }
}

fn translate_verb(program: &mut Program, outline: &mut Outline, verb: &Verb) {
    let (name, instruction) = match verb {
        Verb::Say(say) => {
            warn(program, "Say", say.unchecked());
            ("Say", playback(say_prompt(say)))
        }
        Verb::Play(play) => {
            warn(program, "Play", play.unchecked());
            ("Play", playback(play_prompt(play)))
        }
        Verb::Pause(pause) => {
            warn(program, "Pause", pause.unchecked());
            ("Pause", playback(pause_prompt(pause)))
        }
        Verb::Gather(gather) => {
            warn(program, "Gather", gather.unchecked());
            ("Gather", translate_gather(program, gather))
        }
        Verb::Record(record) => {
            warn(program, "Record", record.unchecked());
            ("Record", translate_record(program, record))
        }
        Verb::Dial(dial) => {
            warn(program, "Dial", dial.unchecked());
            ("Dial", dial::translate_dial(program, dial))
        }
        Verb::Enqueue(enqueue) => {
            warn(program, "Enqueue", enqueue.unchecked());
            ("Enqueue", translate_enqueue(enqueue))
        }
        Verb::Leave(leave) => {
            warn(program, "Leave", leave.unchecked());
            ("Leave", Instruction::Leave)
        }
        Verb::Redirect(redirect) => {
            warn(program, "Redirect", redirect.unchecked());
            let url = redirect.url.as_deref().unwrap_or_default();
            let link = link(url, redirect.method.as_ref());
            ("Redirect", Instruction::Redirect(Arc::new(link)))
        }
        Verb::Reject(reject) => {
            warn(program, "Reject", reject.unchecked());
            let busy = reject.reason == Some(voice::RejectReason::Busy);
            ("Reject", Instruction::Reject { busy })
        }
        Verb::Hangup(hangup) => {
            warn(program, "Hangup", hangup.unchecked());
            ("Hangup", Instruction::Hangup)
        }
        Verb::Comment(_) => return,
        Verb::Unchecked(node) => return warn_of_node(program, "Response", node),
        Verb::Connect(connect) => {
            warn(program, "Connect", connect.unchecked());
            ("Connect", service::translate_connect(program, connect))
        }
        Verb::Echo(echo) => {
            warn(program, "Echo", echo.unchecked());
            ("Echo", Instruction::Echo)
        }
        Verb::Pay(pay) => {
            warn(program, "Pay", pay.unchecked());
            ("Pay", service::translate_pay(pay))
        }
        Verb::Refer(refer) => {
            warn(program, "Refer", refer.unchecked());
            let action = whisper(refer.action.as_deref(), refer.method.as_ref());
            ("Refer", Instruction::Refer(action.map(Arc::new)))
        }
        Verb::Sms(sms) => {
            warn(program, "Sms", sms.unchecked());
            ("Sms", translate_sms(sms))
        }
        Verb::Start(start) => {
            warn(program, "Start", start.unchecked());
            ("Start", service::translate_start(program, start))
        }
        Verb::Stop(stop) => {
            warn(program, "Stop", stop.unchecked());
            ("Stop", service::translate_stop(program, stop))
        }
        _ => ("?", refuse("a verb newer than the simulator")),
    };
    outline.add(&described(name, &instruction));
    program.instructions.push(instruction);
}

/// A verb with what matters of it.
fn described(name: &str, instruction: &Instruction) -> String {
    match instruction {
        Instruction::Playback(prompts) => match prompts.first().map(|prompt| &prompt.sound) {
            Some(PromptSound::Media(url)) => format!("{name} {url}"),
            Some(PromptSound::Silence(time)) => format!("{name} {}s", time.as_secs()),
            _ => name.to_owned(),
        },
        Instruction::Enqueue(enqueue) => format!("{name} {}", enqueue.queue),
        Instruction::Redirect(link) => format!("{name} {}", link.url.trim()),
        Instruction::Dial(dial) => match &dial.target {
            Target::Phones(phones) => {
                let all: Vec<&str> = phones.iter().map(|p| p.address.as_str()).collect();
                format!("{name} {}", all.join(" "))
            }
            Target::Queue { name: queue, .. } => format!("{name} Queue {queue}"),
            Target::Conference(room) => format!("{name} Conference {}", room.name),
        },
        _ => name.to_owned(),
    }
}

fn playback(prompt: Prompt) -> Instruction {
    Instruction::Playback(Arc::from([prompt]))
}

fn refuse(what: impl AsRef<str>) -> Instruction {
    Instruction::Refuse(Arc::from(what.as_ref()))
}

fn say_prompt(say: &voice::Say) -> Prompt {
    Prompt {
        sound: PromptSound::Speech(say.plain_text().trim().to_owned()),
        times: say.loop_.unwrap_or(1),
    }
}

fn play_prompt(play: &voice::Play) -> Prompt {
    let sound = match (&play.url, &play.digits) {
        (_, Some(digits)) => PromptSound::Tones(digits.to_string()),
        (Some(url), None) => PromptSound::Media(url.trim().to_owned()),
        (None, None) => PromptSound::Silence(Duration::ZERO),
    };
    Prompt {
        sound,
        times: play.loop_.unwrap_or(1),
    }
}

fn pause_prompt(pause: &voice::Pause) -> Prompt {
    let length = pause.length.map_or(Duration::from_secs(1), Duration::from);
    Prompt {
        sound: PromptSound::Silence(length),
        times: 1,
    }
}

fn translate_gather(program: &mut Program, gather: &voice::Gather) -> Instruction {
    let mut prompts = Vec::new();
    for child in gather.children() {
        match child {
            GatherVerb::Say(say) => {
                warn(program, "Say", say.unchecked());
                prompts.push(say_prompt(say));
            }
            GatherVerb::Play(play) => {
                warn(program, "Play", play.unchecked());
                prompts.push(play_prompt(play));
            }
            GatherVerb::Pause(pause) => {
                warn(program, "Pause", pause.unchecked());
                prompts.push(pause_prompt(pause));
            }
            GatherVerb::Comment(_) => {}
            GatherVerb::Unchecked(node) => warn_of_node(program, "Gather", node),
            _ => return refuse("a verb in Gather newer than the simulator"),
        }
    }
    let accepts = |kind: &voice::GatherInput| match &gather.input {
        Some(kinds) => kinds.iter().any(|own| own == kind),
        None => *kind == voice::GatherInput::Dtmf,
    };
    let timeout = gather.timeout.map_or(INPUT_TIMEOUT, Duration::from);
    Instruction::Gather(Arc::new(Gather {
        prompts: prompts.into(),
        action: url(gather.action.as_deref()),
        method: method(gather.method.as_ref()),
        keys: accepts(&voice::GatherInput::Dtmf),
        speech: accepts(&voice::GatherInput::Speech),
        timeout,
        speech_timeout: match gather.speech_timeout {
            None => timeout,
            Some(voice::SpeechTimeout::Seconds(seconds)) => seconds.into(),
            Some(_) => AUTOMATIC_SPEECH_TIMEOUT,
        },
        finish_on_key: match &gather.finish_on_key {
            None => Some('#'),
            Some(key) => key.chars().next(),
        },
        num_digits: gather
            .num_digits
            .and_then(|digits| usize::try_from(digits).ok())
            .filter(|digits| *digits > 0),
        action_on_empty_result: gather.action_on_empty_result.unwrap_or(false),
        partial_results: whisper(
            gather.partial_result_callback.as_deref(),
            gather.partial_result_callback_method.as_ref(),
        ),
        barge_in: gather.barge_in.unwrap_or(true),
        max_speech: gather
            .max_speech_time
            .map_or(LONGEST_SPEECH, Duration::from),
    }))
}

fn translate_record(program: &mut Program, record: &voice::Record) -> Instruction {
    let timeout = record.timeout.map_or(INPUT_TIMEOUT, Duration::from);
    Instruction::Record(Arc::new(Record {
        action: url(record.action.as_deref()),
        method: method(record.method.as_ref()),
        timeout: (!timeout.is_zero()).then_some(timeout),
        max_length: record
            .max_length
            .map_or(Duration::from_secs(3600), Duration::from),
        finish_on_key: record
            .finish_on_key
            .as_deref()
            .unwrap_or("1234567890*#")
            .to_owned(),
        beep: record.play_beep.unwrap_or(true),
        recording: recording_order(
            program,
            record.recording_status_callback.as_deref(),
            record.recording_status_callback_method.as_ref(),
            record.recording_status_callback_event.as_deref(),
        ),
        transcribe: record.transcribe.unwrap_or(false),
        transcribe_callback: whisper(record.transcribe_callback.as_deref(), None),
    }))
}

/// Where a recording is reported; events that Twilio does not have are warned of and left out.
fn recording_order(
    program: &mut Program,
    url: Option<&str>,
    method: Option<&voice::Method>,
    events: Option<&[voice::RecordingEvent]>,
) -> RecordingOrder {
    let events = events.map_or(RecordingEvents::default(), |names| {
        let mut wanted = RecordingEvents::NONE;
        for name in names {
            if !wanted.add(name.as_str()) {
                warn_of_event(program, name.as_str());
            }
        }
        wanted
    });
    RecordingOrder {
        callback: whisper(url, method),
        events,
        dual: false,
    }
}

fn translate_enqueue(enqueue: &voice::Enqueue) -> Instruction {
    let has_task = enqueue
        .nouns()
        .iter()
        .any(|noun| matches!(noun, EnqueueNoun::Task(_)));
    if enqueue.workflow_sid.is_some() || has_task {
        return refuse("Enqueue workflowSid");
    }
    if enqueue.max_queue_size.is_some() {
        return refuse("Enqueue maxQueueSize");
    }
    let queue = enqueue.queue_name.as_deref().unwrap_or_default().trim();
    Instruction::Enqueue(Arc::new(Enqueue {
        queue: queue.to_owned(),
        action: enqueue
            .action
            .as_deref()
            .map(|url| link(url, enqueue.method.as_ref())),
        wait: whisper(
            enqueue.wait_url.as_deref(),
            enqueue.wait_url_method.as_ref(),
        ),
    }))
}

fn translate_sms(sms: &voice::Sms) -> Instruction {
    let text = |given: Option<&str>| given.map(|text| text.trim().to_owned());
    Instruction::Sms(Arc::new(Sms {
        from: text(sms.from.as_deref()),
        to: text(sms.to.as_deref()),
        body: sms.body.trim().to_owned(),
        action: whisper(sms.action.as_deref(), sms.method.as_ref()),
        status_callback: whisper(sms.status_callback.as_deref(), None),
    }))
}

/// A URL that may be empty, which means silence or nothing.
fn whisper(url: Option<&str>, method: Option<&voice::Method>) -> Option<Link> {
    url.map(str::trim)
        .filter(|url| !url.is_empty())
        .map(|url| link(url, method))
}

fn url(written: Option<&str>) -> Option<String> {
    written
        .map(str::trim)
        .filter(|url| !url.is_empty())
        .map(str::to_owned)
}

fn link(url: &str, verb: Option<&voice::Method>) -> Link {
    Link {
        url: url.to_owned(),
        method: method(verb),
    }
}

/// Twilio requests with POST unless told otherwise.
fn method(method: Option<&voice::Method>) -> Method {
    match method {
        Some(voice::Method::Get) => Method::GET,
        _ => Method::POST,
    }
}

/// Notes what the vocabulary does not know.
fn warn(program: &mut Program, element: &str, unchecked: &Unchecked) {
    unknown_attributes(&mut program.warnings, element, unchecked);
}

/// Notes an event that nobody will be told of, as Twilio has none of that name.
fn warn_of_event(program: &mut Program, name: &str) {
    let message = format!("there is no event {name:?} to be told of");
    program.warnings.push((SCHEMA_WARNING, message));
}

fn warn_of_node(program: &mut Program, element: &str, node: &Node) {
    unknown_node(&mut program.warnings, element, node);
}

fn unknown_attributes(warnings: &mut Vec<(u32, String)>, element: &str, unchecked: &Unchecked) {
    for attribute in unchecked.attributes() {
        let message = format!("{element} has no attribute {}", attribute.name);
        warnings.push((SCHEMA_WARNING, message));
    }
    for node in unchecked.nodes() {
        unknown_node(warnings, element, node);
    }
}

fn unknown_node(warnings: &mut Vec<(u32, String)>, element: &str, node: &Node) {
    let message = match node {
        Node::Element(child) => format!("{element} cannot hold {}", child.name()),
        Node::Text(text) if !text.trim().is_empty() => format!("{element} cannot hold text"),
        _ => return,
    };
    warnings.push((SCHEMA_WARNING, message));
}
