//! Services that take the call over, or listen to it.

use twiml::voice::{Connect, ConnectNoun, Start, StartNoun, Stop, StopNoun, Stream};

use super::outline::Step;
use super::phrase::{request, unknown};

pub(super) fn connect(connect: &Connect) -> Step {
    let services = connect.nouns().iter().filter_map(|noun| {
        Some(match noun {
            ConnectNoun::Stream(it) => Step::new(format!("a two-way stream with {}", stream(it))),
            ConnectNoun::ConversationRelay(it) => {
                Step::new(format!("a conversation in text with {}", it.url))
                    .maybe(it.welcome_greeting.as_ref(), |words| {
                        format!("which begins \u{201c}{words}\u{201d}")
                    })
            }
            ConnectNoun::ConversationRelaySession(_) => "a conversation relay session".into(),
            ConnectNoun::AiSession(_) => "an AI session".into(),
            ConnectNoun::Assistant(it) => format!(
                "the assistant {}",
                it.id.as_deref().unwrap_or("without an id")
            )
            .into(),
            ConnectNoun::VirtualAgent(it) => format!(
                "the virtual agent {}",
                it.connector_name.as_deref().unwrap_or("without a name")
            )
            .into(),
            ConnectNoun::Autopilot(it) => format!(
                "the Autopilot assistant {}, a product that has ended",
                it.assistant
            )
            .into(),
            ConnectNoun::Conversation(it) => format!(
                "a conversation of the service {}",
                it.service_instance_sid
                    .as_deref()
                    .unwrap_or("that is the default")
            )
            .into(),
            ConnectNoun::Room(it) => format!("the video room {}", it.name).into(),
            ConnectNoun::Unchecked(node) => unknown(node),
            _ => return None,
        })
    });
    Step::new("hands the call over to")
        .details(services)
        .detail(match connect.action.as_deref() {
            Some(url) => format!(
                "afterwards goes to: {}",
                request(connect.method.as_ref(), url)
            ),
            None => "afterwards goes on with the next step".to_owned(),
        })
}

pub(super) fn start(start: &Start) -> Step {
    let services = start.nouns().iter().filter_map(|noun| {
        Some(match noun {
            StartNoun::Stream(it) => {
                format!("a copy of the sound to {}{}", stream(it), named(&it.name)).into()
            }
            StartNoun::Siprec(it) => format!("SIPREC{}", named(&it.name)).into(),
            StartNoun::Transcription(it) => format!("a transcription{}", named(&it.name)).into(),
            StartNoun::Recording(it) => format!("a recording{}", named(&it.name)).into(),
            StartNoun::Unchecked(node) => unknown(node),
            _ => return None,
        })
    });
    Step::new("starts, while the call goes on").details(services)
}

pub(super) fn stop(stop: &Stop) -> Step {
    let services = stop.nouns().iter().filter_map(|noun| {
        Some(match noun {
            StopNoun::Stream(it) => format!("the stream{}", named(&it.name)).into(),
            StopNoun::Siprec(it) => format!("SIPREC{}", named(&it.name)).into(),
            StopNoun::Transcription(it) => format!("the transcription{}", named(&it.name)).into(),
            StopNoun::Recording(it) => format!("the recording{}", named(&it.name)).into(),
            StopNoun::Unchecked(node) => unknown(node),
            _ => return None,
        })
    });
    Step::new("stops").details(services)
}

fn stream(stream: &Stream) -> &str {
    stream
        .url
        .as_deref()
        .or(stream.connector_name.as_deref())
        .unwrap_or("nobody")
}

fn named(name: &Option<twiml::Text>) -> String {
    name.as_ref()
        .map(|name| format!(" named {name}"))
        .unwrap_or_default()
}
