//! `twiml` against a hand-written writer of the same document, the `twiml-rust` crate, and bare quick-xml.
//!
//! The document is a voice answer of ten verbs: SSML, two menus, a dial with three nouns. Before anything is
//! timed, every contender's document is checked.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use twiml::VoiceResponse;
use twiml::voice::ssml::{Break, Emphasis};
use twiml::voice::{
    Client, Dial, Gather, GatherInput, Hangup, Method, Number, Pause, Record, Say, Sip, Voice,
};

/// What a host decides at run time, which is therefore escaped.
struct Call {
    name: String,
    number: String,
}

impl Call {
    fn new() -> Self {
        Self {
            name: "Ada & Sons".into(),
            number: "+442071838750".into(),
        }
    }
}

fn ours(call: &Call) -> VoiceResponse {
    VoiceResponse::new()
        .say(
            Say::new()
                .voice(Voice::PollyAmy)
                .text("Welcome to ")
                .emphasis(Emphasis::new().text(call.name.clone()))
                .break_(Break::new())
                .text("Please choose."),
        )
        .gather(
            Gather::new()
                .action("/menu?lang=en&level=1")
                .input([GatherInput::Dtmf, GatherInput::Speech])
                .num_digits(1)
                .timeout(5)
                .say("For sales, press 1.")
                .play("https://example.com/menu.mp3"),
        )
        .gather(
            Gather::new()
                .action("/menu/again")
                .num_digits(1)
                .say("Once more: for sales, press 1.")
                .pause(Pause::new()),
        )
        .say("We heard nothing, so we connect you.")
        .play("https://example.com/connecting.mp3")
        .pause(Pause::new().length(1))
        .dial(
            Dial::new()
                .answer_on_bridge(true)
                .timeout(20)
                .number(Number::new(call.number.clone()).url("/whisper"))
                .client(Client::new("alice"))
                .sip(Sip::new("sip:desk@example.com")),
        )
        .record(
            Record::new()
                .action("/voicemail")
                .max_length(120)
                .play_beep(true),
        )
        .redirect(twiml::voice::Redirect::new("/again").method(Method::Post))
        .hangup(Hangup::new())
}

/// The floor: literals pushed as they are, values escaped, nothing modelled.
fn by_hand(call: &Call, out: &mut String) {
    out.push_str(concat!(
        r#"<?xml version="1.0" encoding="UTF-8"?><Response>"#,
        r#"<Say voice="Polly.Amy">Welcome to <emphasis>"#
    ));
    escape(&call.name, out);
    out.push_str(r#"</emphasis><break/>Please choose.</Say><Gather action=""#);
    escape("/menu?lang=en&level=1", out);
    out.push_str(concat!(
        r#"" input="dtmf speech" numDigits="1" timeout="5"><Say>For sales, press 1.</Say>"#,
        r#"<Play>https://example.com/menu.mp3</Play></Gather>"#,
        r#"<Gather action="/menu/again" numDigits="1"><Say>Once more: for sales, press 1.</Say><Pause/></Gather>"#,
        r#"<Say>We heard nothing, so we connect you.</Say><Play>https://example.com/connecting.mp3</Play>"#,
        r#"<Pause length="1"/><Dial answerOnBridge="true" timeout="20"><Number url="/whisper">"#
    ));
    escape(&call.number, out);
    out.push_str(concat!(
        r#"</Number><Client>alice</Client><Sip>sip:desk@example.com</Sip></Dial>"#,
        r#"<Record action="/voicemail" maxLength="120" playBeep="true"/>"#,
        r#"<Redirect method="POST">/again</Redirect><Hangup/></Response>"#
    ));
}

/// The same floor for somebody who does not know in advance which values need escaping: every tag, attribute
/// and text goes through three small functions.
fn by_hand_element_wise(call: &Call, out: &mut String) {
    fn attribute(out: &mut String, name: &str, value: &str) {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        escape(value, out);
        out.push('"');
    }
    fn open(out: &mut String, name: &str, attributes: &[(&str, &str)]) {
        out.push('<');
        out.push_str(name);
        for (name, value) in attributes {
            attribute(out, name, value);
        }
        out.push('>');
    }
    fn empty(out: &mut String, name: &str, attributes: &[(&str, &str)]) {
        out.push('<');
        out.push_str(name);
        for (name, value) in attributes {
            attribute(out, name, value);
        }
        out.push_str("/>");
    }
    fn close(out: &mut String, name: &str) {
        out.push_str("</");
        out.push_str(name);
        out.push('>');
    }
    fn leaf(out: &mut String, name: &str, attributes: &[(&str, &str)], text: &str) {
        open(out, name, attributes);
        escape(text, out);
        close(out, name);
    }
    out.push_str(r#"<?xml version="1.0" encoding="UTF-8"?>"#);
    open(out, "Response", &[]);
    open(out, "Say", &[("voice", "Polly.Amy")]);
    escape("Welcome to ", out);
    leaf(out, "emphasis", &[], &call.name);
    empty(out, "break", &[]);
    escape("Please choose.", out);
    close(out, "Say");
    open(
        out,
        "Gather",
        &[
            ("action", "/menu?lang=en&level=1"),
            ("input", "dtmf speech"),
            ("numDigits", "1"),
            ("timeout", "5"),
        ],
    );
    leaf(out, "Say", &[], "For sales, press 1.");
    leaf(out, "Play", &[], "https://example.com/menu.mp3");
    close(out, "Gather");
    open(
        out,
        "Gather",
        &[("action", "/menu/again"), ("numDigits", "1")],
    );
    leaf(out, "Say", &[], "Once more: for sales, press 1.");
    empty(out, "Pause", &[]);
    close(out, "Gather");
    leaf(out, "Say", &[], "We heard nothing, so we connect you.");
    leaf(out, "Play", &[], "https://example.com/connecting.mp3");
    empty(out, "Pause", &[("length", "1")]);
    open(
        out,
        "Dial",
        &[("answerOnBridge", "true"), ("timeout", "20")],
    );
    leaf(out, "Number", &[("url", "/whisper")], &call.number);
    leaf(out, "Client", &[], "alice");
    leaf(out, "Sip", &[], "sip:desk@example.com");
    close(out, "Dial");
    empty(
        out,
        "Record",
        &[
            ("action", "/voicemail"),
            ("maxLength", "120"),
            ("playBeep", "true"),
        ],
    );
    leaf(out, "Redirect", &[("method", "POST")], "/again");
    empty(out, "Hangup", &[]);
    close(out, "Response");
}

fn escape(text: &str, out: &mut String) {
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        let replacement = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => continue,
        };
        out.push_str(&text[written..at]);
        out.push_str(replacement);
        written = at + 1;
    }
    out.push_str(&text[written..]);
}

fn twiml_rust(call: &Call) -> twiml_rust::VoiceResponse {
    use twiml_rust::voice::{
        Dial, DialAttributes, DialClient, DialNumber, DialSip, Gather, Pause, PauseAttributes,
        Play, Record, Say,
    };
    // It has no way to give <Redirect> a method.
    twiml_rust::VoiceResponse::new()
        .say_with(
            Say::new("Welcome to ")
                .voice("Polly.Amy")
                .add_emphasis(None, call.name.clone())
                .add_break(None, None),
        )
        .gather(
            Gather::new()
                .action("/menu?lang=en&level=1")
                .input(vec!["dtmf".into(), "speech".into()])
                .num_digits(1)
                .timeout(5)
                .add_say(Say::new("For sales, press 1."))
                .add_play(Play::new().url("https://example.com/menu.mp3")),
        )
        .gather(
            Gather::new()
                .action("/menu/again")
                .num_digits(1)
                .add_say(Say::new("Once more: for sales, press 1."))
                .add_pause(Pause::new(None::<PauseAttributes>)),
        )
        .say("We heard nothing, so we connect you.")
        .play("https://example.com/connecting.mp3")
        .pause(Some(1))
        .dial_with(
            Dial::with_attributes(DialAttributes {
                answer_on_bridge: Some(true),
                timeout: Some(20),
                ..Default::default()
            })
            .add_number(DialNumber::new(call.number.clone()).url("/whisper"))
            .add_client(DialClient::new("alice"))
            .add_sip(DialSip::new("sip:desk@example.com")),
        )
        .record(
            Record::new()
                .action("/voicemail")
                .max_length(120)
                .play_beep(true),
        )
        .redirect("/again")
        .hangup()
}

/// What any parser must do: every event, every attribute unescaped, every text unescaped.
fn quick_xml_events(document: &str) -> usize {
    use quick_xml::XmlVersion;
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(document);
    let mut length = 0;
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(start) | Event::Empty(start) => {
                length += start.name().as_ref().len();
                for attribute in start.attributes() {
                    let attribute = attribute.expect("well-formed");
                    let value = attribute
                        .normalized_value(XmlVersion::Implicit1_0)
                        .expect("no entities");
                    length += attribute.key.as_ref().len() + black_box(value).len();
                }
            }
            Event::Text(text) => length += black_box(text.xml10_content()).len(),
            Event::GeneralRef(reference) => length += reference.len(),
            Event::Eof => return length,
            _ => {}
        }
    }
}

fn render(criterion: &mut Criterion) {
    let call = Call::new();
    let mut floor = String::new();
    by_hand(&call, &mut floor);
    let mut element_wise = String::new();
    by_hand_element_wise(&call, &mut element_wise);
    assert_eq!(ours(&call).to_xml().as_ref(), Ok(&floor));
    assert_eq!(element_wise, floor);
    // What Twilio's packages for other languages write.
    assert_eq!(
        include_str!("../other-languages/answer.xml").trim_end(),
        floor
    );
    // Its SSML cannot put text after an element, and it always indents: shorter by a text, longer by blanks.
    assert_eq!(
        twiml_rust::TwiML::to_xml(&twiml_rust(&call))
            .matches('<')
            .count(),
        floor.matches('<').count()
    );

    let mut group = criterion.benchmark_group("twiml/build and render, ten verbs");
    group.throughput(Throughput::Bytes(floor.len() as u64));
    group.bench_function("twiml", |bencher| {
        bencher.iter(|| ours(black_box(&call)).to_xml());
    });
    group.bench_function("by hand, literals", |bencher| {
        bencher.iter(|| {
            let mut out = String::with_capacity(512);
            by_hand(black_box(&call), &mut out);
            out
        });
    });
    group.bench_function("by hand, element-wise", |bencher| {
        bencher.iter(|| {
            let mut out = String::with_capacity(512);
            by_hand_element_wise(black_box(&call), &mut out);
            out
        });
    });
    group.bench_function("twiml-rust 0.1", |bencher| {
        bencher.iter(|| twiml_rust::TwiML::to_xml(&twiml_rust(black_box(&call))));
    });
    group.finish();

    let answer = ours(&call);
    let theirs = twiml_rust(&call);
    let mut buffer = String::with_capacity(4096);
    let mut group = criterion.benchmark_group("twiml/render only, ten verbs");
    group.throughput(Throughput::Bytes(floor.len() as u64));
    group.bench_function("twiml", |bencher| {
        bencher.iter(|| {
            buffer.clear();
            black_box(&answer)
                .render_into(&mut buffer)
                .expect("no forbidden character");
            buffer.len()
        });
    });
    group.bench_function("by hand, literals", |bencher| {
        bencher.iter(|| {
            buffer.clear();
            by_hand(black_box(&call), &mut buffer);
            buffer.len()
        });
    });
    group.bench_function("by hand, element-wise", |bencher| {
        bencher.iter(|| {
            buffer.clear();
            by_hand_element_wise(black_box(&call), &mut buffer);
            buffer.len()
        });
    });
    group.bench_function("twiml-rust 0.1", |bencher| {
        bencher.iter(|| twiml_rust::TwiML::to_xml(black_box(&theirs)));
    });
    group.finish();
}

fn parse(criterion: &mut Criterion) {
    let document = ours(&Call::new()).to_xml().expect("no forbidden character");
    let mut group = criterion.benchmark_group("twiml/parse, ten verbs");
    group.throughput(Throughput::Bytes(document.len() as u64));
    group.bench_function("twiml, typed", |bencher| {
        bencher.iter(|| VoiceResponse::parse(black_box(&document)));
    });
    group.bench_function("quick-xml events", |bencher| {
        bencher.iter(|| quick_xml_events(black_box(&document)));
    });
    group.finish();
}

criterion_group!(benches, render, parse);
criterion_main!(benches);
