//! Any document that the vocabulary allows is read and written back byte for byte.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[allow(
    dead_code,
    unused_macros,
    reason = "only the vocabulary's tables are used here"
)]
mod generator;

use std::path::Path;
use std::sync::LazyLock;

use generator::vocabulary::{Attribute, Element, Vocabulary};
use proptest::prelude::*;
use twiml::{MessagingResponse, VoiceResponse};

static VOCABULARY: LazyLock<Vocabulary> =
    LazyLock::new(|| Vocabulary::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("vocabulary")));

/// Makes choices out of random bytes, so that proptest can shrink a document by shrinking them.
struct Choices<'b>(&'b [u8]);

impl Choices<'_> {
    fn below(&mut self, limit: usize) -> usize {
        let [first, rest @ ..] = self.0 else { return 0 };
        self.0 = rest;
        usize::from(*first) % limit
    }

    fn text(&mut self) -> String {
        const PIECES: [&str; 14] = [
            "",
            "a",
            " ",
            "&",
            "<",
            ">",
            "\"",
            "'",
            "ü",
            "\u{1F600}",
            "\t",
            "\n",
            "word",
            "]]>",
        ];
        (0..self.below(5))
            .map(|_| PIECES[self.below(PIECES.len())])
            .collect()
    }

    fn value(&mut self, attribute: &Attribute) -> String {
        let number = |choices: &mut Self| (choices.below(256) * choices.below(256)).to_string();
        match attribute.kind.as_str() {
            "bool" => ["true", "false"][self.below(2)].into(),
            "int" | "seconds" | "milliseconds" => number(self),
            "decimal" => format!("{}.{}", self.below(9), self.below(9)),
            "method" | "enum" => {
                let list = VOCABULARY
                    .lists
                    .iter()
                    .find(|list| list.name == attribute.values)
                    .unwrap();
                let at = self.below(256) * self.below(256) % (list.values.len() + 1);
                list.values
                    .get(at)
                    .map_or_else(|| "Brand.New".into(), |(value, _)| value.clone())
            }
            "enums" | "words" => (0..self.below(4))
                .map(|at| format!("v{at}"))
                .collect::<Vec<_>>()
                .join(" "),
            "ints" => (0..self.below(4))
                .map(|at| at.to_string())
                .collect::<Vec<_>>()
                .join(" "),
            "csv" => (0..self.below(4))
                .map(|at| format!("a phrase{at}"))
                .collect::<Vec<_>>()
                .join(","),
            "speech_timeout" => {
                if self.below(2) == 0 {
                    "auto".into()
                } else {
                    number(self)
                }
            }
            "ssml_time" => format!("{}s", self.below(10)),
            _ => self.text(),
        }
    }

    fn element(&mut self, element: &Element, depth: usize) -> String {
        let mut xml = format!("<{}", element.name);
        for attribute in element.typed() {
            if attribute.required || self.below(4) == 1 {
                xml.push_str(&format!(
                    " {}=\"{}\"",
                    attribute.name,
                    escape(&self.value(attribute), true)
                ));
            }
        }
        let mut content = String::new();
        if !element.field.is_empty() {
            let text = self.text();
            // Beside children, text of blanks alone is layout.
            if !(element.has_children() && text.trim().is_empty()) {
                content.push_str(&escape(&text, false));
            }
        }
        if element.has_children() && depth < 6 {
            for _ in 0..self.below(5) {
                match self.below(8) {
                    7 => content.push_str("<!-- note -->"),
                    6 if element.is_mixed() => content.push_str(&escape(&self.text(), false)),
                    _ if element.children.is_empty() => {}
                    _ => {
                        let key = &element.children[self.below(element.children.len())];
                        content.push_str(&self.element(VOCABULARY.child(element, key), depth + 1));
                    }
                }
            }
        }
        if content.is_empty() {
            xml.push_str("/>");
        } else {
            xml.push_str(&format!(">{content}</{}>", element.name));
        }
        xml
    }

    fn document(&mut self, root: &str) -> String {
        self.element(
            VOCABULARY
                .elements
                .iter()
                .find(|element| element.id == root)
                .unwrap(),
            0,
        )
    }
}

fn escape(text: &str, attribute: bool) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    if attribute {
        text.replace('"', "&quot;")
            .replace('\t', "&#9;")
            .replace('\n', "&#10;")
    } else {
        text
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn voice_documents_survive_byte_for_byte(bytes in proptest::collection::vec(any::<u8>(), 0..1500)) {
        let xml = Choices(&bytes).document("voice.Response");
        let answer = VoiceResponse::parse(&xml).map_err(|error| TestCaseError::fail(format!("{error}\n{xml}")))?;
        prop_assert_eq!(answer.to_xml_bare().unwrap(), xml.clone());
        prop_assert_eq!(answer.to_string(), answer.to_xml().unwrap());
        prop_assert_eq!(VoiceResponse::parse_lenient(&xml).unwrap(), answer.clone());
        prop_assert_eq!(VoiceResponse::parse(&format!("{answer:#}")).unwrap(), answer);
    }

    #[test]
    fn messaging_documents_survive_byte_for_byte(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let xml = Choices(&bytes).document("messaging.Response");
        let answer = MessagingResponse::parse(&xml).map_err(|error| TestCaseError::fail(format!("{error}\n{xml}")))?;
        prop_assert_eq!(answer.to_xml_bare().unwrap(), xml);
    }

    #[test]
    fn whatever_is_read_survives_writing(
        pieces in proptest::collection::vec(
            prop::sample::select(vec![
                "<Response>", "</Response>", "<Say>", "</Say>", "<Odd a='1'>", "</Odd>", "<Dial timeout=\"x\">", "</Dial>",
                "<prosody rate='1'>", "</prosody>", "text", " ", "\n", "\r\n", "&amp;", "&#10;", "&#x20;", "<![CDATA[<&]]>",
                "<!-- c -->", "<?pi?>", "<Number>", "</Number>", "<Parameter/>", "<Pause length=' 1 '/>", "<Say loop='01'/>",
                "<Connect><Stream>", "</Stream></Connect>", "<Hangup>", "</Hangup>", "<Gather hints=' a , b ' input='  dtmf   x'>", "</Gather>",
            ]),
            0..24,
        )
    ) {
        let xml = format!("<Response>{}</Response>", pieces.concat());
        if let Ok(answer) = VoiceResponse::parse_lenient(&xml) {
            let written = answer.to_xml().unwrap();
            prop_assert_eq!(&VoiceResponse::parse_lenient(&written).unwrap(), &answer, "{} {}", xml, written);
        }
    }

    #[test]
    fn no_text_makes_reading_panic(text in any::<String>(), bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = VoiceResponse::parse(&text);
        let _ = VoiceResponse::parse_lenient(&format!("<Response>{text}</Response>"));
        let _ = VoiceResponse::parse_bytes(&bytes);
    }
}
