//! Every rule finds what it should, says so with Twilio's code, and leaves good documents alone.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[allow(
    dead_code,
    unused_macros,
    reason = "only the vocabulary's tables are used here"
)]
mod generator;

use std::path::Path;

use generator::vocabulary::{Element, Vocabulary};
use proptest::prelude::*;
use twiml::lint::{Delivery, Finding, LintOptions, Purpose, Rule, Severity, lint};
use twiml::voice::{Dial, Gather};
use twiml::{MessagingResponse, VoiceResponse};

fn findings(body: &str) -> Vec<Finding> {
    lint(&format!("<Response>{body}</Response>"), &LintOptions::new())
}

/// The findings for this body are of these rules and codes, in order.
#[track_caller]
fn finds(body: &str, expected: &[(Rule, Option<u32>)]) {
    let found = findings(body);
    let told: Vec<_> = found
        .iter()
        .map(|finding| (finding.rule, finding.code))
        .collect();
    assert_eq!(told, expected, "{body}\n{found:#?}");
}

#[test]
fn good_documents_have_no_findings() {
    for good in [
        "",
        "<Say voice=\"Polly.Amy\" language=\"en-GB\">Hello <break time=\"1s\"/>you</Say><Hangup/>",
        "<Say voice=\"Polly.Brand-New\" language=\"xx-YY\">Hi</Say>",
        "<Gather action=\"/menu\" input=\"dtmf speech\" finishOnKey=\"\" speechTimeout=\"auto\"><Say>Press 1.</Say></Gather>",
        "<Dial timeout=\"20\"><Number url=\"/whisper\">+442071838750</Number><Client>alice</Client></Dial>",
        "<Dial>+44 (20) 7183-8750</Dial>",
        "<Dial><Conference waitUrl=\"\">room</Conference></Dial>",
        "<Enqueue waitUrl=\"/wait\">support</Enqueue><Say>You left the queue.</Say>",
        "<Enqueue workflowSid=\"WW0123456789abcdef0123456789ABCDEF\"><Task>{\"a\": 1}</Task></Enqueue>",
        "<Connect><Stream url=\"wss://example.com/audio\"><Parameter name=\"a\" value=\"b\"/></Stream></Connect>",
        "<Say voice=\"Google.en-GB-Neural2-A\" language=\"en-GB\">Hi</Say>",
        "<Message to=\"+1\">Hello</Message><Message><Body>Hello</Body><Media>https://example.com/a.png</Media></Message>",
        "<!-- nothing --><Play digits=\"1w2\"/><Pause/><Reject/>",
    ] {
        let found = findings(good);
        let only_order = found
            .iter()
            .all(|finding| finding.rule == Rule::WrongContext);
        assert!(
            found.is_empty() || (good.contains("Reject") && only_order),
            "{good}\n{found:#?}"
        );
    }
}

#[test]
fn whole_documents_are_judged_first() {
    let only = |document: &str| {
        let found = lint(document, &LintOptions::new());
        assert_eq!(found.len(), 1, "{found:?}");
        (found[0].rule, found[0].code, found[0].severity)
    };
    assert_eq!(only(""), (Rule::Empty, Some(11770), Severity::Error));
    assert_eq!(only("OK"), (Rule::Malformed, Some(12100), Severity::Error));
    assert_eq!(
        only("<Response><Say></Response>"),
        (Rule::Malformed, Some(12100), Severity::Error)
    );
    assert_eq!(
        only("<response/>"),
        (Rule::WrongRoot, Some(12102), Severity::Error)
    );
    let long = format!("<Response><!--{}--></Response>", "x".repeat(65_536));
    assert_eq!(only(&long), (Rule::TooLong, Some(11750), Severity::Error));
    assert!(!lint(&"<a>".repeat(10_000_000), &LintOptions::new()).is_empty());
}

#[test]
fn names_and_nesting() {
    use Rule::{UnexpectedText, UnknownAttribute, UnknownElement};
    finds(
        "<Say lagnauge=\"de-DE\">x</Say>",
        &[(UnknownAttribute, Some(12200))],
    );
    finds("<say>x</say>", &[(UnknownElement, Some(12200))]);
    finds("<Number>+1</Number>", &[(UnknownElement, Some(12200))]);
    finds(
        "<Dial>+1<Say>x</Say></Dial>",
        &[(Rule::Conflict, None), (UnknownElement, Some(13215))],
    );
    finds(
        "<Gather action=\"/\"><Dial/></Gather>",
        &[(UnknownElement, Some(13320))],
    );
    finds("<Stop><Say/></Stop>", &[(UnknownElement, Some(14300))]);
    finds(
        "<Message>a</Message><Say>x</Say><Message>b</Message>",
        &[(UnknownElement, Some(14110))],
    );
    finds("Hello", &[(UnexpectedText, Some(12200))]);
    let fix = |body: &str| findings(body)[0].fix.clone().unwrap();
    assert_eq!(fix("<Say lagnauge=\"de-DE\">x</Say>"), "write language");
    assert_eq!(fix("<say>x</say>"), "write <Say>");
    assert_eq!(fix("<Number>+1</Number>"), "put it into <Dial>");
    let relay = "<Connect><ConversationRelay url=\"wss://x\" speechtimeout=\"1\"/></Connect>";
    assert_eq!(fix(relay), "write speechTimeout");
}

#[test]
fn values_ranges_and_forms() {
    use Rule::{BadValue, Deprecated, Missing, OutOfRange};
    finds("<Pause length=\"0\"/>", &[(OutOfRange, Some(13910))]);
    finds("<Pause length=\"soon\"/>", &[(BadValue, Some(13910))]);
    finds("<Say loop=\"-1\">x</Say>", &[(OutOfRange, Some(13510))]);
    finds(
        "<Gather action=\"/\"><Say loop=\"-1\">x</Say></Gather>",
        &[(OutOfRange, Some(13322))],
    );
    finds(
        "<Say voice=\"polly.amy\">x</Say>",
        &[(BadValue, Some(13511))],
    );
    finds("<Say voice=\"alice\">x</Say>", &[(Deprecated, None)]);
    finds(
        "<Gather action=\"/\" finishOnKey=\"12\"/>",
        &[(BadValue, Some(13310))],
    );
    finds(
        "<Gather action=\"/\" input=\"dtmf,speech\"/>",
        &[(BadValue, Some(13326))],
    );
    finds(
        "<Gather action=\"/\" input=\"speech\" language=\"en\"/>",
        &[(BadValue, Some(13512))],
    );
    finds("<Enqueue></Enqueue>", &[(Missing, Some(14204))]);
    finds(
        &format!("<Enqueue>{}</Enqueue>", "x".repeat(65)),
        &[(OutOfRange, Some(14205))],
    );
    finds("<Enqueue workflowSid=\"x\"/>", &[(BadValue, Some(14220))]);
    finds(
        &format!("<Say>{}</Say>", "x".repeat(4097)),
        &[(OutOfRange, Some(13521))],
    );
    finds(
        &format!("<Message>{}</Message>", "x".repeat(1601)),
        &[(OutOfRange, Some(14103))],
    );
    finds(
        "<Dial><Number>bob</Number></Dial>",
        &[(BadValue, Some(13223))],
    );
    finds("<Dial><Sip>bob</Sip></Dial>", &[(BadValue, Some(13243))]);
    finds(
        "<Dial><Conference maxParticipants=\"300\">x</Conference></Dial>",
        &[(OutOfRange, None)],
    );
    finds(
        "<Connect><Stream url=\"ws://x\"/></Connect>",
        &[(BadValue, None)],
    );
    finds(
        "<Connect><Stream url=\"wss://x?a=1\"/></Connect>",
        &[(BadValue, None)],
    );
    finds("<Pay action=\"http://x\"/>", &[(BadValue, Some(64016))]);
    finds("<Pay chargeAmount=\"-1\"/>", &[(OutOfRange, Some(64003))]);
    finds(
        "<Connect><ConversationRelay/></Connect>",
        &[(Missing, None)],
    );
    finds(
        "<Gather action=\"/\" enhanced=\"true\"/>",
        &[(Deprecated, None)],
    );
    finds(
        "<Record action=\"/\" transcribe=\"true\" maxLength=\"121\"/>",
        &[(OutOfRange, Some(13615))],
    );
    let found = findings("<Record action=\"/\" playBeep=\"True\"/>");
    assert_eq!(found[0].fix.as_deref(), Some("write true"));
}

#[test]
fn rules_of_single_elements() {
    use Rule::{Conflict, DoubleEscaped, LanguageMismatch, Missing, Pointless, TooMany};
    finds("<Dial/>", &[(Missing, None)]);
    finds(
        &format!("<Dial>{}</Dial>", "<Client>a</Client>".repeat(11)),
        &[(TooMany, None)],
    );
    finds(
        "<Dial><Number>+1</Number><Conference>x</Conference></Dial>",
        &[(Conflict, Some(13000))],
    );
    finds(
        "<Dial><Client>a<Identity>b</Identity></Client></Dial>",
        &[(Conflict, None)],
    );
    finds("<Dial><Client/></Dial>", &[(Missing, None)]);
    let uris = "<Uri>sip:a@b</Uri>".repeat(6);
    finds(
        &format!("<Dial><Sip>{uris}</Sip></Dial>"),
        &[(TooMany, Some(13250))],
    );
    finds("<Message>a<Body>b</Body></Message>", &[(Conflict, None)]);
    finds(
        &"<Message>a</Message>".repeat(11),
        &[(TooMany, Some(14109))],
    );
    finds(
        &format!("<Message>{}</Message>", "<Media>/x</Media>".repeat(11)),
        &[(TooMany, None)],
    );
    finds(
        "<Gather action=\"/\"><Play digits=\"1\"/></Gather>",
        &[(Conflict, None)],
    );
    finds("<Gather action=\"/\" hints=\"a\"/>", &[(Pointless, None)]);
    finds(
        "<Gather action=\"/\" input=\"speech\" speechModel=\"default\" speechTimeout=\"auto\"/>",
        &[(Conflict, Some(13335))],
    );
    finds(
        "<Pay paymentMethod=\"ach-debit\"/>",
        &[(Missing, Some(64014))],
    );
    finds(
        "<Pay bankAccountType=\"consumer-checking\"/>",
        &[(Conflict, Some(64017))],
    );
    finds(
        "<Say voice=\"Google.de-DE-Neural2-A\" language=\"fr-FR\">x</Say>",
        &[(LanguageMismatch, None)],
    );
    finds("<Say>a &amp;amp; b</Say>", &[(DoubleEscaped, None)]);
    finds("<Say>a &lt;break/&gt; b</Say>", &[(DoubleEscaped, None)]);
    finds("<Play/>", &[(Missing, None)]);
    finds(
        "<Connect><Stream url=\"wss://x\" track=\"both_tracks\"/></Connect>",
        &[(Rule::BadValue, None)],
    );
    finds(
        "<Dial><Number statusCallbackEvent=\"answered\">+1</Number></Dial>",
        &[(Pointless, None)],
    );
    finds("<Enqueue>q<Task>{}</Task></Enqueue>", &[(Pointless, None)]);
}

#[test]
fn flow_purpose_and_delivery() {
    use Rule::{Loop, RelativeUrl, Unreachable, WrongContext};
    finds(
        "<Redirect>/x</Redirect><Say>x</Say><Say>y</Say>",
        &[(Unreachable, None)],
    );
    finds("<Hangup/><Say>x</Say>", &[(Unreachable, None)]);
    finds(
        "<Dial action=\"/x\">+1</Dial><Say>x</Say>",
        &[(Unreachable, None)],
    );
    finds("<Dial>+1</Dial><Say>x</Say>", &[]);
    finds("<Say>x</Say><Reject/>", &[(WrongContext, None)]);
    finds("<Gather/>", &[(Loop, None)]);
    finds("<Redirect/>", &[(Loop, None)]);
    finds(
        "<Message action=\"/x\">a</Message><Message>b</Message>",
        &[(Unreachable, None)],
    );

    let with = |body: &str, options: LintOptions| -> Vec<_> {
        let found = lint(&format!("<Response>{body}</Response>"), &options);
        found
            .into_iter()
            .map(|finding| (finding.rule, finding.code, finding.severity))
            .collect()
    };
    let inline = LintOptions::new().delivery(Delivery::Inline);
    assert_eq!(
        with("<Record action=\"/x\"/>", inline),
        [(RelativeUrl, Some(15004), Severity::Error)]
    );
    assert_eq!(with("<Record action=\"https://x/\"/>", inline), []);
    let wait = LintOptions::new().purpose(Purpose::ConferenceWait);
    assert_eq!(
        with("<Dial>+1</Dial>", wait),
        [(WrongContext, Some(13238), Severity::Error)]
    );
    assert_eq!(with("<Play>/x</Play>", wait), []);
    let whisper = LintOptions::new().purpose(Purpose::Whisper);
    assert_eq!(
        with("<Dial>+1</Dial>", whisper),
        [(WrongContext, Some(13201), Severity::Error)]
    );
    assert_eq!(
        with("<Leave/>", LintOptions::new().purpose(Purpose::EnqueueWait)),
        []
    );
    let queue = LintOptions::new().purpose(Purpose::QueueWhisper);
    assert_eq!(
        with("<Gather/>", queue),
        [(WrongContext, None, Severity::Error)]
    );
}

#[test]
fn typed_answers_are_linted_too() {
    let answer = VoiceResponse::new()
        .gather(Gather::new().action("/").timeout(0))
        .dial(Dial::new());
    let told: Vec<_> = answer
        .lint()
        .iter()
        .map(|finding| (finding.rule, finding.code))
        .collect();
    assert_eq!(
        told,
        [(Rule::OutOfRange, Some(13313)), (Rule::Missing, None)]
    );
    let found = MessagingResponse::new().message("").lint();
    assert_eq!(found[0].code, Some(14103));
}

#[test]
fn positions_count_characters() {
    let found = lint(
        "<Response>\n <!-- ü --> <Pause length=\"0\"/>\n</Response>",
        &LintOptions::new(),
    );
    assert_eq!(
        found[0].to_string(),
        "line 2, column 20: warning 13910: length=\"0\" of <Pause> is not at least 1"
    );
}

/// Each of Twilio's codes about documents is one that lint tells: here, or as the code of an attribute's bad
/// value. For the others the table says why a document alone cannot show them.
#[test]
fn every_code_is_told_or_said_to_be_unseen() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vocabulary");
    let vocabulary = Vocabulary::read(&folder);
    let mut told: Vec<u32> = Vec::new();
    let mut tell = |document: &str, options: LintOptions| {
        told.extend(
            lint(document, &options)
                .iter()
                .filter_map(|finding| finding.code),
        );
    };
    let long = "x".repeat(1601);
    let header = format!("<Header name=\"X-A\" value=\"{long}\"/>");
    for body in [
        "text",
        "<Dial><Number>a</Number><Conference/></Dial>",
        "<Dial><Say/></Dial>",
        &format!(
            "<Dial><Sip>a<Headers>{header}</Headers>{}</Sip></Dial>",
            "<Uri>sip:a</Uri>".repeat(6)
        ),
        "<Gather language=\"en\" speechTimeout=\"auto\" speechModel=\"default\"><Dial/></Gather>",
        "<Say/>",
        &format!("<Say>{}</Say>", long.repeat(3)),
        "<Record transcribe=\"true\" maxLength=\"600\"/>",
        &format!("<Message>{long}</Message>"),
        &format!("<Dial/>{}", "<Message>a</Message>".repeat(11)),
        &format!("<Enqueue/><Enqueue>{long}</Enqueue><Enqueue>q<Task>x</Task></Enqueue>"),
        &format!("<Dial><Queue/><Queue>{long}</Queue></Dial>"),
        "<Start><Say/></Start>",
        "<Pay paymentMethod=\"ach-debit\"/><Pay bankAccountType=\"consumer-savings\"/>",
    ] {
        tell(&format!("<Response>{body}</Response>"), LintOptions::new());
    }
    for document in [
        "",
        "OK",
        "<?xml version=\"1.1\"?><Response/>",
        "<response/>",
        &" ".repeat(70_000),
    ] {
        tell(document, LintOptions::new());
    }
    tell(
        "<Response><Record/></Response>",
        LintOptions::new().delivery(Delivery::Inline),
    );
    tell(
        "<Response><Dial/></Response>",
        LintOptions::new().purpose(Purpose::Whisper),
    );
    tell(
        "<Response><Dial/></Response>",
        LintOptions::new().purpose(Purpose::ConferenceWait),
    );

    let of_attributes = |code: &str| {
        let mut attributes = vocabulary.elements.iter().flat_map(Element::typed);
        attributes.any(|attribute| attribute.codes.iter().any(|known| known == code))
    };
    for row in std::fs::read_to_string(folder.join("codes.tsv"))
        .unwrap()
        .lines()
        .skip(1)
    {
        let cells: Vec<&str> = row.split('\t').collect();
        let (code, unseen) = (cells[0], cells[5]);
        let seen = told.contains(&code.parse().unwrap()) || of_attributes(code);
        assert_eq!(seen, unseen.is_empty(), "{row}");
    }
}

/// Each attribute whose type can be wrong is told when it is, with a code of its own if Twilio has one.
#[test]
fn every_typed_attribute_is_checked() {
    let vocabulary = Vocabulary::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("vocabulary"));
    let mut checked = 0;
    for element in &vocabulary.elements {
        for attribute in element.typed() {
            let open = vocabulary
                .lists
                .iter()
                .any(|list| list.name == attribute.values && list.open);
            let free = [
                "string",
                "name",
                "url",
                "phone",
                "sid",
                "digits",
                "tag",
                "csv",
                "words",
                "postal_code",
            ];
            if open || free.contains(&attribute.kind.as_str()) {
                continue;
            }
            let document = within(
                &vocabulary,
                element,
                &format!("<{} {}=\"n0nsense!\"/>", element.name, attribute.name),
            );
            let found = lint(&document, &LintOptions::new());
            let bad = found.iter().find(|finding| finding.rule == Rule::BadValue);
            let bad = bad.unwrap_or_else(|| panic!("{document}: {found:#?}"));
            assert!(bad.message.starts_with(&attribute.name), "{}", bad.message);
            if !attribute.codes.is_empty() {
                let code = bad.code.unwrap().to_string();
                assert!(attribute.codes.contains(&code), "{document}: {code}");
            }
            checked += 1;
        }
    }
    assert!(checked > 150, "{checked}");
}

/// `xml` inside the elements in which `element` may stand, up to the document element.
fn within(vocabulary: &Vocabulary, element: &Element, xml: &str) -> String {
    let parent = vocabulary.elements.iter().find(|parent| {
        parent.family() == element.family()
            && parent.id != element.id
            && parent.children.iter().any(|key| key == element.key())
    });
    match parent {
        Some(parent) => within(
            vocabulary,
            parent,
            &format!("<{0}>{xml}</{0}>", parent.name),
        ),
        None => xml.into(),
    }
}

proptest! {
    #[test]
    fn no_document_makes_lint_panic(text in any::<String>(), body in "(<[A-Za-z]{1,8}( [a-zA-Z]{1,9}=\"[^\"<&]{0,9}\")?/>){0,6}") {
        let _ = lint(&text, &LintOptions::new());
        let document = format!("\u{FEFF}<Response>{body}</Response>");
        for finding in lint(&document, &LintOptions::new()) {
            prop_assert!(finding.position.line >= 1 && finding.position.offset <= document.len());
        }
    }
}
