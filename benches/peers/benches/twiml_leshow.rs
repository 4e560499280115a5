//! `twiml` against the crate that has this name on crates.io (0.3.0), on the seven verbs it knows.
//!
//! It holds one of each verb and writes them in an order of its own, with attributes that cannot be left out: we
//! write the same document. Before anything is timed, both are checked to be equal.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use twiml::voice::{CallRecord, Dial, Gather, Hangup, Method, Play, Redirect, Say, Voice};
use twiml::{Element, VoiceResponse};
use twiml_leshow::Twiml as _;

fn ours(number: &str) -> VoiceResponse {
    let spoken = |text: &'static str| {
        Say::new()
            .voice(Voice::Man)
            .language("en")
            .loop_(1)
            .text(text)
    };
    VoiceResponse::new()
        .say(spoken("Welcome. Please listen."))
        .play(Play::new("https://example.com/menu.mp3").loop_(1))
        .redirect(Redirect::new("https://example.com/again").method(Method::Post))
        // <Message> has no business in the answer to a call, but the other crate writes it.
        .element_unchecked(Element::new("Message").child(Element::new("Body").text("Sent")))
        .gather(
            Gather::new()
                .method(Method::Post)
                .timeout(5)
                .finish_on_key("#")
                .say(spoken("For sales, press 1.")),
        )
        .dial(
            Dial::from(number.to_owned())
                .method(Method::Post)
                .timeout(20)
                .record(CallRecord::DoNotRecord),
        )
        .hangup(Hangup::new())
}

fn theirs(number: &str) -> String {
    use twiml_leshow::{Dial, Gather, Msg, Response};
    Response::new()
        .say("Welcome. Please listen.")
        .play("https://example.com/menu.mp3")
        .redirect("https://example.com/again")
        .msg(Msg::new("Sent"))
        .gather(Gather::default().say("For sales, press 1."))
        .dial(Dial::new(number).timeout(20))
        .hangup()
        .build()
        .expect("written to memory")
}

/// The document's tags and texts with attributes sorted, so that their order does not matter.
fn canonical(document: &str) -> String {
    let answer = VoiceResponse::parse_lenient(document).expect("well-formed");
    answer.to_xml_bare().expect("no forbidden character")
}

fn seven_verbs(criterion: &mut Criterion) {
    let number = "+442071838750";
    let document = ours(number).to_xml_bare().expect("no forbidden character");
    assert_eq!(canonical(&theirs(number)), document);
    let mut group = criterion.benchmark_group("twiml/build and render, seven verbs");
    group.throughput(Throughput::Bytes(document.len() as u64));
    group.bench_function("twiml (ours)", |bencher| {
        bencher.iter(|| ours(black_box(number)).to_xml_bare());
    });
    group.bench_function("twiml 0.3 (leshow)", |bencher| {
        bencher.iter(|| theirs(black_box(number)));
    });
    group.finish();
}

criterion_group!(benches, seven_verbs);
criterion_main!(benches);
