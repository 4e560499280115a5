//! Whole documents: built, rendered, read back and compared.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use twiml::voice::ssml::{Break, Emphasis, Prosody};
use twiml::voice::{
    CallProgressEvent, Client, Conference, Dial, Enqueue, Gather, GatherInput, Leave, Method,
    Number, Pause, Play, Queue, Record, Redirect, Reject, RejectReason, Say, Sip, SpeechTimeout,
    Task, Uri, Verb, Voice,
};
use twiml::{Comment, Element, MessagingResponse, VoiceResponse, messaging};

fn same_after_reading(answer: &VoiceResponse) -> String {
    let xml = answer.to_xml().unwrap();
    assert_eq!(&VoiceResponse::parse(&xml).unwrap(), answer, "{xml}");
    let indented = format!("{answer:#}");
    assert_eq!(
        &VoiceResponse::parse(&indented).unwrap(),
        answer,
        "{indented}"
    );
    answer.to_xml_bare().unwrap()
}

#[test]
fn a_menu_reads_back_as_it_was_built() {
    let answer = VoiceResponse::new()
        .gather(
            Gather::new()
                .input([GatherInput::Dtmf, GatherInput::Speech])
                .finish_on_key("")
                .speech_timeout(SpeechTimeout::Auto)
                .hints(["sales", "support"])
                .action("/menu?a=1&b=2")
                .say(
                    Say::new()
                        .voice(Voice::PollyAmy)
                        .text("Press ")
                        .break_(Break::new())
                        .text("one <now>"),
                )
                .play("https://example.com/a.mp3")
                .pause(Pause::new().length(2)),
        )
        .say("one")
        .say("two")
        .record(Record::new().max_length(30).play_beep(false))
        .redirect("/again");
    assert_eq!(
        same_after_reading(&answer),
        concat!(
            r##"<Response><Gather action="/menu?a=1&amp;b=2" finishOnKey="" hints="sales,support" input="dtmf speech" speechTimeout="auto">"##,
            r##"<Say voice="Polly.Amy">Press <break/>one &lt;now&gt;</Say><Play>https://example.com/a.mp3</Play><Pause length="2"/></Gather>"##,
            r##"<Say>one</Say><Say>two</Say><Record maxLength="30" playBeep="false"/><Redirect>/again</Redirect></Response>"##,
        )
    );
}

#[test]
fn dials_and_queues_read_back() {
    let answer = VoiceResponse::new()
        .reject(Reject::new().reason(RejectReason::Busy))
        .dial("+442071838750")
        .dial(
            Dial::new()
                .number(Number::new("+15005550006").status_callback_event([
                    CallProgressEvent::Initiated,
                    CallProgressEvent::Completed,
                ]))
                .client(Client::new("alice"))
                .sip(Sip::default().uri(Uri::new("sip:a@b")))
                .conference(
                    Conference::new("room")
                        .wait_url("")
                        .wait_method(Method::Get),
                )
                .queue(Queue::new("support")),
        )
        .enqueue(Enqueue::new("support").wait_url("").action("/done"))
        .enqueue(
            Enqueue::default()
                .workflow_sid("WW0")
                .task(Task::new(r#"{"a":"b & c"}"#).priority(5)),
        )
        .leave(Leave::new())
        .hangup(twiml::voice::Hangup::new())
        .play(Play::default().digits("ww1"))
        .redirect(Redirect::default());
    same_after_reading(&answer);
    assert!(
        matches!(answer.verbs()[1], Verb::Dial(ref dial) if dial.phone_number.as_deref() == Some("+442071838750"))
    );
}

#[test]
fn messages_read_back() {
    let answer = MessagingResponse::new()
        .message("Hello")
        .message(
            messaging::Message::default()
                .to("+1")
                .body("a & b")
                .media("https://example.com/x.png"),
        )
        .redirect("/next");
    let xml = answer.to_xml().unwrap();
    assert_eq!(MessagingResponse::parse(&xml).unwrap(), answer);
}

#[test]
fn unchecked_parts_survive_a_lenient_reading() {
    let answer = VoiceResponse::new()
        .comment(Comment::new(" menu ").unwrap())
        .say(
            Say::new()
                .emphasis(Emphasis::new().prosody(Prosody::new().rate("120%").text("x")))
                .attribute_unchecked("mood", "merry"),
        )
        .dial(
            Dial::new()
                .timeout(5)
                .attribute_unchecked("timeout", "soon"),
        )
        .element_unchecked(
            Element::new("Tomorrow")
                .attribute("a", "1")
                .text("x")
                .child(Element::new("Y")),
        )
        .hangup(twiml::voice::Hangup::new().element_unchecked(Element::new("Z")));
    let xml = answer.to_xml().unwrap();
    assert!(xml.contains(r#"<Dial timeout="soon"/>"#), "{xml}");
    assert!(VoiceResponse::parse(&xml).is_err());
    let read = VoiceResponse::parse_lenient(&xml).unwrap();
    assert_eq!(read.to_xml().unwrap(), xml);
    assert_eq!(
        VoiceResponse::parse_lenient(&read.to_xml().unwrap()).unwrap(),
        read
    );
}

#[test]
fn errors_name_line_and_column() {
    let error =
        VoiceResponse::parse("<Response>\n  <Say>x</Say>\n  <Gather timeuot=\"5\"/>\n</Response>")
            .unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 3, column 11: <Gather> has no attribute timeuot"
    );
    let error = VoiceResponse::parse("<Response><Dial><Say>x</Say></Dial></Response>").unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 1, column 17: <Say> may not stand in <Dial>"
    );
    let error = VoiceResponse::parse("<Response><Pause length=\"soon\"/></Response>").unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 1, column 18: length=\"soon\" of <Pause> is not a whole number of seconds"
    );
}

#[test]
fn a_document_that_cannot_be_rendered_leaves_the_buffer_as_it_was() {
    let say = Say::new()
        .text("fine")
        .break_(Break::new())
        .text("bad \u{0}");
    let answer = VoiceResponse::new().say(say).say("worse \u{1}");
    let mut out = String::from("before");
    let error = answer.render_into(&mut out).unwrap_err();
    assert_eq!(out, "before");
    // The first offence is told, and the element whose text it is, though another stands before it.
    assert!(
        error.to_string().contains("byte 4 of text of <Say>"),
        "{error}"
    );
    let mut sink = Vec::new();
    let failed = answer.write_bytes_to(&mut sink, &twiml::render::RenderOptions::new());
    assert_eq!(failed.unwrap_err().kind(), std::io::ErrorKind::InvalidData);
    assert!(sink.is_empty());
}

#[test]
fn a_processing_instruction_does_not_part_a_text() {
    let answer = VoiceResponse::parse("<Response><Say>one <?pi?>text</Say></Response>").unwrap();
    assert_eq!(answer, VoiceResponse::new().say("one text"));
}
