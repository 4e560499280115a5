//! With the feature `serde`, values are written as they are on Twilio's wire.
#![cfg(feature = "serde")]

use serde_json::{from_str, to_string};
use twilio_webhook::{Address, CallSid, CallStatus, PhoneNumber};

#[test]
fn values_are_plain_texts() {
    let sid = r#""CA0123456789abcdef0123456789abcdef""#;
    assert_eq!(to_string(&from_str::<CallSid>(sid).unwrap()).unwrap(), sid);
    assert!(from_str::<CallSid>(r#""QU0123456789abcdef0123456789abcdef""#).is_err());
    assert!(from_str::<PhoneNumber>(r#""0113""#).is_err());
    assert_eq!(
        to_string(&from_str::<PhoneNumber>(r#""+4411""#).unwrap()).unwrap(),
        r#""+4411""#
    );
    for address in [r#""client:alice""#, r#""""#, r#""whatsapp:+4411""#] {
        assert_eq!(
            to_string(&from_str::<Address>(address).unwrap()).unwrap(),
            address
        );
    }
    assert_eq!(
        from_str::<CallStatus>(r#""no-answer""#).unwrap(),
        CallStatus::NoAnswer
    );
    assert_eq!(
        to_string(&CallStatus::Other("levitating".into())).unwrap(),
        r#""levitating""#
    );
}
