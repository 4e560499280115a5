//! Lenient parsing and lint: never a panic, and the two agree on what is well-formed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use twiml::lint::{LintOptions, Rule, lint};
use twiml::{MessagingResponse, VoiceResponse};

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = std::str::from_utf8(bytes) else {
        assert!(VoiceResponse::parse_bytes(bytes).is_err());
        return;
    };
    let voice = VoiceResponse::parse_lenient(document);
    let messaging = MessagingResponse::parse_lenient(document);
    assert_eq!(voice.is_ok(), messaging.is_ok(), "{document:?}");
    let findings = lint(document, &LintOptions::new());
    if voice.is_ok() {
        assert!(
            findings.iter().all(|finding| finding.rule != Rule::Empty),
            "{document:?}"
        );
        assert!(
            findings
                .iter()
                .all(|finding| finding.rule != Rule::WrongRoot),
            "{document:?}"
        );
        assert!(
            findings
                .iter()
                .all(|finding| finding.rule != Rule::Malformed || finding.code == Some(12101)),
            "{document:?}: {findings:?}"
        );
    } else {
        assert!(
            !findings.is_empty(),
            "{document:?} is refused, but lint finds nothing"
        );
    }
    for finding in findings {
        assert!(finding.position.offset <= document.len(), "{finding:?}");
    }
});
