//! Hostile input gets a typed error within stated bounds: no panic, no stack overflow, no blow-up.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use twiml::parse::{ParseErrorKind, ParseOptions};
use twiml::voice::ssml::Prosody;
use twiml::voice::{Dial, Say};
use twiml::{Element, RenderError, VoiceResponse};

#[track_caller]
fn refused(document: &str) -> ParseErrorKind {
    let strict = VoiceResponse::parse(document).unwrap_err().kind().clone();
    VoiceResponse::parse_lenient(document).unwrap_err();
    strict
}

#[test]
fn documents_beyond_the_limit_are_not_even_looked_at() {
    let huge = "<".repeat(50 << 20);
    assert_eq!(
        refused(&huge),
        ParseErrorKind::TooLarge {
            bytes: 50 << 20,
            limit: 1 << 20
        }
    );
    let bytes = VoiceResponse::parse_bytes(&vec![0xFF; 50 << 20]).unwrap_err();
    assert_eq!(
        bytes.kind(),
        &ParseErrorKind::TooLarge {
            bytes: 50 << 20,
            limit: 1 << 20
        }
    );
}

#[test]
fn deep_nesting_is_refused_whatever_the_limit() {
    let deep = |open: &str, close: &str| {
        format!(
            "<Response><Say>{}{}</Say></Response>",
            open.repeat(100_000),
            close.repeat(100_000)
        )
    };
    let options = ParseOptions::new()
        .max_bytes(usize::MAX)
        .max_depth(usize::MAX);
    for (open, close) in [("<prosody>", "</prosody>"), ("<Odd>", "</Odd>")] {
        let document = deep(open, close);
        let error = VoiceResponse::parse_with(&document, &options.lenient()).unwrap_err();
        assert_eq!(error.kind(), &ParseErrorKind::TooDeep { limit: 200 });
    }
    assert_eq!(
        VoiceResponse::parse_with(&deep("<prosody>", "</prosody>"), &options)
            .unwrap_err()
            .kind(),
        &ParseErrorKind::TooDeep { limit: 200 }
    );
    // What is within the limit is read, written and read again.
    let nested = format!(
        "<Response><Say>{}x{}</Say></Response>",
        "<prosody>".repeat(198),
        "</prosody>".repeat(198)
    );
    let answer = VoiceResponse::parse_with(&nested, &options).unwrap();
    assert_eq!(answer.to_xml_bare().unwrap(), nested);
}

#[test]
fn deep_values_built_by_hand_are_dropped_and_refused_without_recursion() {
    let mut prosody = Prosody::new().text("x");
    let mut element = Element::new("Odd");
    for _ in 0..100_000 {
        prosody = Prosody::new().prosody(prosody);
        element = Element::new("Odd").child(element);
    }
    let answer = VoiceResponse::new().say(Say::new().prosody(prosody));
    assert_eq!(answer.to_xml(), Err(RenderError::TooDeep { limit: 256 }));
    assert!(answer.to_string().ends_with("</Response>"));
    let answer = VoiceResponse::new().element_unchecked(element);
    assert_eq!(answer.to_xml(), Err(RenderError::TooDeep { limit: 256 }));
}

#[test]
fn entities_and_doctypes_are_refused() {
    let bomb = r#"<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]><Response><Say>&lol2;</Say></Response>"#;
    assert_eq!(refused(bomb), ParseErrorKind::Doctype);
    let external = r#"<!DOCTYPE r SYSTEM "file:///etc/passwd"><Response/>"#;
    assert_eq!(refused(external), ParseErrorKind::Doctype);
    assert_eq!(
        refused("<Response><Say>&lol;</Say></Response>"),
        ParseErrorKind::UnknownEntity { name: "lol".into() }
    );
    assert_eq!(
        refused("<Response><Say voice=\"&lol;\"/></Response>"),
        ParseErrorKind::UnknownEntity { name: "lol".into() }
    );
}

#[test]
fn bytes_that_are_not_utf8_are_refused_with_their_place() {
    let error = VoiceResponse::parse_bytes(b"<Response>\n<Say>\xFF</Say></Response>").unwrap_err();
    assert_eq!(error.kind(), &ParseErrorKind::NotUtf8);
    assert_eq!(
        error.to_string(),
        "line 2, column 6: the document is not UTF-8"
    );
    let latin = r#"<?xml version="1.0" encoding="ISO-8859-1"?><Response/>"#;
    assert_eq!(
        refused(latin),
        ParseErrorKind::Encoding {
            encoding: "ISO-8859-1".into()
        }
    );
    let bom = "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?><Response/>";
    assert_eq!(VoiceResponse::parse(bom).unwrap(), VoiceResponse::new());
}

#[test]
fn many_attributes_are_refused_before_they_cost_time() {
    let attributes: String = (0..200_000)
        .map(|number| format!(" a{number}=\"\""))
        .collect();
    let document = format!("<Response><Say{attributes}/></Response>");
    let options = ParseOptions::new().max_bytes(usize::MAX).lenient();
    let error = VoiceResponse::parse_with(&document, &options).unwrap_err();
    assert_eq!(
        error.kind(),
        &ParseErrorKind::TooManyAttributes { limit: 256 }
    );
}

#[test]
fn broken_xml_is_refused() {
    for broken in [
        "<Response>",
        "<Response><Say></Response>",
        "<Response/><Response/>",
        "<Response/>text",
        "text<Response/>",
        "\n<?xml version=\"1.0\"?><Response/>",
        "<Response><Say voice=man/></Response>",
        "<Response><Say voice=\"<\"/></Response>",
        "<Response><Say voice/></Response>",
        "<Response><Say>a & b</Say></Response>",
        "<Response><Say>&#0;</Say></Response>",
        "<Response><Say>&#x1F;</Say></Response>",
        "<Response><Say>&#xD800;</Say></Response>",
        "<Response><!-- a -- b --></Response>",
        "<Response><![CDATA[x</Response>",
        "<Response",
        "<",
        "<>",
        "</Response>",
        "<?xml version=\"1.0\"?>",
        "<Response></Response",
    ] {
        VoiceResponse::parse(broken).expect_err(broken);
        VoiceResponse::parse_lenient(broken).expect_err(broken);
    }
    assert_eq!(refused(""), ParseErrorKind::Empty);
    assert_eq!(refused("  \n "), ParseErrorKind::Empty);
    assert_eq!(
        refused("<response/>"),
        ParseErrorKind::WrongRoot {
            found: "response".into(),
            expected: "Response"
        }
    );
    assert_eq!(
        refused("<Response><Say loop=\"1\" loop=\"2\"/></Response>"),
        ParseErrorKind::DuplicateAttribute {
            name: "loop".into(),
            element: "Say".into()
        }
    );
}

#[test]
fn forbidden_characters_are_refused_both_ways() {
    for character in ['\0', '\u{B}', '\u{1F}', '\u{FFFE}', '\u{FFFF}'] {
        let document = format!("<Response><Say>{character}</Say></Response>");
        assert_eq!(
            refused(&document),
            ParseErrorKind::ForbiddenCharacter { character }
        );
        let document = format!("<Response><Say voice=\"{character}\"/></Response>");
        assert_eq!(
            refused(&document),
            ParseErrorKind::ForbiddenCharacter { character }
        );

        let text = format!("ab{character}");
        let answer = VoiceResponse::new().say(text.clone());
        let place = "text of <Say>".to_owned();
        assert_eq!(
            answer.to_xml(),
            Err(RenderError::ForbiddenCharacter {
                place,
                character,
                offset: 2
            })
        );
        assert!(answer.to_string().contains("<Say>ab\u{FFFD}</Say>"));
        let answer = VoiceResponse::new().dial(Dial::new().action(text));
        let place = "attribute action of <Dial>".to_owned();
        assert_eq!(
            answer.to_xml(),
            Err(RenderError::ForbiddenCharacter {
                place,
                character,
                offset: 2
            })
        );
    }
}

#[test]
fn names_that_are_not_names_are_refused() {
    for name in ["", "bad name<", "1st", "a:b:c", "ä", "a\"b", "-a"] {
        let bad = Err(RenderError::BadName {
            name: name.to_owned(),
        });
        let answer = VoiceResponse::new().element_unchecked(Element::new(name));
        assert_eq!(answer.to_xml(), bad);
        VoiceResponse::parse_lenient(&answer.to_string()).unwrap();
        let answer = VoiceResponse::new().say(Say::new().attribute_unchecked(name, "x"));
        assert_eq!(answer.to_xml(), bad);
        assert_eq!(
            VoiceResponse::parse(&answer.to_string())
                .unwrap()
                .verbs()
                .len(),
            1
        );
    }
}
