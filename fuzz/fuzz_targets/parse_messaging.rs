//! Strict parsing of an answer to a message: any bytes give a document or a typed error with a place in them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use twiml::MessagingResponse;

fuzz_target!(|bytes: &[u8]| {
    match MessagingResponse::parse_bytes(bytes) {
        // Whatever was accepted strictly is accepted leniently, and is the same.
        Ok(answer) => {
            let text = std::str::from_utf8(bytes).expect("only UTF-8 is accepted");
            assert_eq!(MessagingResponse::parse_lenient(text).as_ref(), Ok(&answer));
        }
        Err(error) => {
            assert!(error.position().offset <= bytes.len(), "{error:?}");
            assert!(
                error.position().line >= 1 && error.position().column >= 1,
                "{error:?}"
            );
            assert!(!error.to_string().is_empty());
        }
    }
});
