//! Answers are read as far as they can be: nothing that is odd hides what has happened.

use std::time::Duration;

use twilio_rest::conversations::{Conversation, ConversationParticipant};
use twilio_rest::queues::Member;
use twilio_rest::recordings::{Recording, RecordingStatus};
use twilio_rest::{Address, Call, CallStatus, Message};

#[test]
fn nulls_numbers_and_new_words_are_taken() {
    let call: Call = serde_json::from_str(
        r#"{"sid":"CA00000000000000000000000000000002","status":"levitating","to":null,"from":"",
            "duration":17,"queue_time":"1500","price":-0.0085,"start_time":"",
            "end_time":"Tue, 03 Mar 2026 09:00:00 +0000","answered_by":"parrot"}"#,
    )
    .unwrap();
    assert_eq!(call.status, CallStatus::Other("levitating".into()));
    assert_eq!((call.to, call.from), (None, None));
    assert_eq!(call.duration, Some(Duration::from_secs(17)));
    assert_eq!(call.queue_time, Some(Duration::from_millis(1500)));
    assert_eq!(call.price.as_deref(), Some("-0.0085"));
    assert_eq!(call.start_time, None);
    assert_eq!(
        call.end_time.unwrap().to_rfc3339(),
        "2026-03-03T09:00:00+00:00"
    );
    assert_eq!(call.answered_by.unwrap().as_str(), "parrot");
    assert!(call.extra.is_empty(), "{:?}", call.extra);
}

#[test]
fn one_odd_field_does_not_hide_the_call() {
    let call: Call = serde_json::from_str(
        r#"{"sid":"CA00000000000000000000000000000002","status":"queued","start_time":"yesterday",
            "duration":[1],"parent_call_sid":"CA1","annotation":null}"#,
    )
    .unwrap();
    assert_eq!(
        (call.start_time, call.duration, call.parent_call_sid),
        (None, None, None)
    );
    assert_eq!(call.extra["start_time"], "yesterday");
    assert_eq!(call.extra["duration"], serde_json::json!([1]));
    assert_eq!(call.extra["parent_call_sid"], "CA1");
    assert!(call.extra["annotation"].is_null());

    for useless in [
        r#"{"status":"queued"}"#,
        r#"{"sid":"CA1","status":"queued"}"#,
    ] {
        let error = serde_json::from_str::<Call>(useless).unwrap_err();
        assert!(error.to_string().contains("field sid is"), "{error}");
    }
}

#[test]
fn lengths_times_and_attributes_as_each_api_writes_them() {
    let recording: Recording = serde_json::from_str(
        r#"{"sid":"RE00000000000000000000000000000002","status":"in-progress","duration":"-1",
            "start_time":"Fri, 14 Oct 2016 21:56:34 +0000","channels":2,"encryption_details":null}"#,
    )
    .unwrap();
    assert_eq!(recording.status, Some(RecordingStatus::InProgress));
    assert_eq!(recording.duration, None);
    assert_eq!(recording.extra["duration"], "-1");

    let member: Member = serde_json::from_str(
        r#"{"call_sid":"CA00000000000000000000000000000002","wait_time":143,"position":1}"#,
    )
    .unwrap();
    assert_eq!(member.wait_time, Some(Duration::from_secs(143)));

    let conversation: Conversation = serde_json::from_str(
        r#"{"sid":"CH00000000000000000000000000000002","attributes":"{\"order\": 17}",
            "date_created":"2015-12-16T22:18:37Z","friendly_name":null}"#,
    )
    .unwrap();
    assert_eq!(conversation.attributes.unwrap()["order"], 17);
    assert_eq!(
        conversation.date_created.unwrap().to_rfc3339(),
        "2015-12-16T22:18:37+00:00"
    );

    let participant: ConversationParticipant = serde_json::from_str(
        r#"{"sid":"MB00000000000000000000000000000002","attributes":"not JSON",
            "messaging_binding":{"type":"sms","address":"+441134960000","proxy_address":null}}"#,
    )
    .unwrap();
    assert_eq!(participant.extra["attributes"], "not JSON");
    let binding = participant.messaging_binding.unwrap();
    assert_eq!(binding.address, Some(Address::from("+441134960000")));
    assert_eq!(binding.extra["type"], "sms");

    let message: Message = serde_json::from_str(
        r#"{"sid":"MM00000000000000000000000000000002","status":"partially_delivered",
            "num_segments":"0","error_code":30007,"from":null,"direction":"outbound-reply"}"#,
    )
    .unwrap();
    assert_eq!(
        (message.num_segments, message.error_code),
        (Some(0), Some(30_007))
    );
    assert_eq!(message.direction.unwrap().as_str(), "outbound-reply");
}
