//! What was read and written reads back the same: compact and indented, strict and lenient, both families.
#![no_main]

use libfuzzer_sys::fuzz_target;
use twiml::{MessagingResponse, ParseError, VoiceResponse};

macro_rules! round_trip {
    ($document:expr, $response:ident) => {
        if let Ok(answer) = $response::parse_lenient($document) {
            let lenient =
                |text: &str| -> Result<$response, ParseError> { $response::parse_lenient(text) };
            let compact = match answer.to_xml() {
                Ok(compact) => compact,
                Err(error) => panic!("what was read cannot be written: {error}"),
            };
            assert_eq!(lenient(&compact).as_ref(), Ok(&answer), "{compact}");
            assert_eq!(answer.to_string(), compact);
            let strict = $response::parse($document);
            assert_eq!(
                strict.is_ok(),
                $response::parse(&compact).is_ok(),
                "{compact}"
            );
            let indented = format!("{answer:#}");
            assert_eq!(lenient(&indented).as_ref(), Ok(&answer), "{indented}");
            // Writing is canonical: what reads the same is written the same.
            assert_eq!(
                lenient(&indented).map(|it| it.to_string()).as_ref(),
                Ok(&compact)
            );
        }
    };
}

fuzz_target!(|document: &str| {
    round_trip!(document, VoiceResponse);
    round_trip!(document, MessagingResponse);
});
