//! Whatever is sent: nothing panics, what is signed verifies, and what was changed does not.

use proptest::collection::vec;
use proptest::prelude::*;
use twilio_webhook::{
    AccountSid, Address, Algorithm, CallSid, CallStatusCallback, ConferenceStatusCallback,
    DialQueueResult, EnqueueResult, GatherResult, IncomingCall, IncomingMessage, Params,
    PayStatusCallback, PhoneNumber, PublicUrl, QueueWait, RecordingStatusCallback, Signature,
    SignatureError, Verifier, body_sha256, conversations, sign, sign_with,
};

fn pairs() -> impl Strategy<Value = Params> {
    vec(("[A-C]{0,2}|\\PC{0,5}", "\\PC{0,8}"), 0..12).prop_map(|pairs| pairs.into_iter().collect())
}

/// Parameters of the right names with any values: they get past "missing".
fn almost_right() -> impl Strategy<Value = Params> {
    let names = [
        IncomingMessage::PARAMETERS,
        QueueWait::PARAMETERS,
        ConferenceStatusCallback::PARAMETERS,
        &[
            "CallSid",
            "AccountSid",
            "From",
            "To",
            "CallStatus",
            "Direction",
            "ApiVersion",
            "EventType",
        ],
    ]
    .concat();
    let value = prop_oneof![
        "\\PC{0,12}",
        "(CA|AC|QU|CF|SM)[0-9a-f]{32}",
        "[0-9]{1,25}",
        Just("Tue, 03 Mar 2026 09:00:00 +0000".to_owned()),
    ];
    vec(value, names.len()).prop_map(move |values| names.iter().copied().zip(values).collect())
}

fn url() -> impl Strategy<Value = String> {
    prop_oneof![
        "(https?|wss?)://([a-z]{1,5}(:[a-z]*)?@)?([A-Za-z.]{1,9}|\\[::1\\])(:[0-9]{1,5})?/[a-z/]{0,5}(\\?[ -~é]{0,12})?",
        "\\PC{0,20}",
    ]
}

fn read_as_everything(params: &Params) {
    let _ = IncomingCall::from_params(params);
    let _ = GatherResult::from_params(params);
    let _ = EnqueueResult::from_params(params);
    let _ = QueueWait::from_params(params);
    let _ = DialQueueResult::from_params(params);
    let _ = CallStatusCallback::from_params(params);
    let _ = RecordingStatusCallback::from_params(params);
    let _ = ConferenceStatusCallback::from_params(params);
    let _ = PayStatusCallback::from_params(params);
    let _ = conversations::Event::from_params(params);
    if let Ok(message) = IncomingMessage::from_params(params) {
        assert!(message.media().count() <= params.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_panic(body in vec(any::<u8>(), 0..200)) {
        if let Ok(params) = Params::from_form(&body) {
            read_as_everything(&params);
            let _ = format!("{params:?}");
        }
    }

    #[test]
    fn no_values_panic(params in almost_right()) {
        read_as_everything(&params);
    }

    #[test]
    fn no_headers_panic(url in "\\PC{0,30}", value in "\\PC{0,40}", settings in "\\PC{0,40}", body in vec(any::<u8>(), 0..20)) {
        let verifier = Verifier::new("12345");
        let signature = Signature::new(&value).settings(&settings);
        prop_assert!(verifier.verify(&url, signature, &Params::new()).is_err());
        prop_assert!(verifier.verify_body(&url, signature, &body).is_err());
        let _ = PublicUrl::at(&url).map(|public| public.of(&value));
        let _ = PublicUrl::forwarded().of_request(&url, |_| Some(&value));
    }

    #[test]
    fn a_form_reads_as_it_was_written(params in pairs()) {
        let read = Params::from_form(params.to_form()).unwrap();
        prop_assert_eq!(read, params);
    }

    #[test]
    fn what_is_signed_verifies_in_any_order(url in url(), params in pairs(), token in "\\PC{1,10}") {
        let signature = sign(&token, &url, &params);
        let verifier = Verifier::new("another").or(&token);
        prop_assert_eq!(verifier.verify(&url, &signature, &params), Ok(()));
        let reversed: Params = params.iter().rev().collect();
        prop_assert_eq!(verifier.verify(&url, &signature, &reversed), Ok(()));
        let sha256 = sign_with(Algorithm::HmacSha256, &token, &url, &params);
        let settings = Signature::new(&sha256).settings("key=SK, algorithm=HMAC_SHA256");
        prop_assert_eq!(verifier.verify(&url, settings, &params), Ok(()));
        // Under the wrong algorithm it is nothing.
        prop_assert_eq!(verifier.verify(&url, &sha256, &params), Err(SignatureError::Mismatch));
    }

    #[test]
    fn what_was_added_or_changed_does_not_verify(
        url in "https://[a-z]{1,9}/[a-z]{0,5}",
        params in pairs(),
        name in "[A-Z][a-z]{3,5}",
        value in "[a-z0-9]{1,5}",
    ) {
        let verifier = Verifier::new("12345");
        let signature = sign("12345", &url, &params);
        let refused = Err(SignatureError::Mismatch);
        let more = params.clone().with(name, value);
        prop_assert_eq!(verifier.verify(&url, &signature, &more), refused.clone());
        prop_assert_eq!(verifier.verify(&format!("{url}x"), &signature, &params), refused.clone());
        prop_assert_eq!(Verifier::new("54321").verify(&url, &signature, &params), refused);
    }

    #[test]
    fn a_body_verifies_only_as_it_was(body in vec(any::<u8>(), 1..50), flip in any::<prop::sample::Index>()) {
        let url = format!("https://a.example/x?bodySHA256={}", body_sha256(&body));
        let signature = sign("12345", &url, &Params::new());
        let verifier = Verifier::new("12345");
        prop_assert_eq!(verifier.verify_body(&url, &signature, &body), Ok(()));
        let mut changed = body.clone();
        let at = flip.index(changed.len());
        changed[at] ^= 1;
        prop_assert_eq!(
            verifier.verify_body(&url, &signature, &changed),
            Err(SignatureError::BodyHashMismatch)
        );
    }

    #[test]
    fn an_address_shows_itself_as_it_was_read(text in "\\PC{0,20}|(client|sip|whatsapp):[a-z@+0-9]{0,9}|\\+?[0-9]{0,18}") {
        prop_assert_eq!(Address::from(text.as_str()).to_string(), text);
    }

    #[test]
    fn only_the_very_form_is_a_sid_or_number(text in "\\PC{0,40}|(CA|ca|AC)[0-9a-fA-Fg]{31,33}|\\+?[0-9]{0,17}") {
        let hex = |text: &str| text.len() == 32 && text.chars().all(|digit| digit.is_ascii_hexdigit());
        prop_assert_eq!(CallSid::parse(&text).is_ok(), text.strip_prefix("CA").is_some_and(hex));
        prop_assert_eq!(AccountSid::parse(&text).is_ok(), text.strip_prefix("AC").is_some_and(hex));
        let e164 = text.strip_prefix('+').is_some_and(|digits| {
            (2..16).contains(&digits.len())
                && digits.chars().all(|digit| digit.is_ascii_digit())
                && !digits.starts_with('0')
        });
        prop_assert_eq!(PhoneNumber::parse(&text).is_ok(), e164);
    }
}
