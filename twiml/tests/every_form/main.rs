//! Every element with every attribute and every child, built by its typed methods: it renders as the
//! vocabulary says, and reads back as the same value. One that lacked a typed form would not compile.

#[rustfmt::skip]
mod forms;

use twiml::{MessagingResponse, VoiceResponse};

#[track_caller]
fn voice(answer: &VoiceResponse, expected: &str) {
    assert_eq!(answer.to_xml_bare().as_deref(), Ok(expected));
    assert_eq!(VoiceResponse::parse(expected).as_ref(), Ok(answer));
    assert_eq!(
        VoiceResponse::parse(&format!("{answer:#}")).as_ref(),
        Ok(answer),
        "indented"
    );
}

#[track_caller]
fn messaging(answer: &MessagingResponse, expected: &str) {
    assert_eq!(answer.to_xml_bare().as_deref(), Ok(expected));
    assert_eq!(MessagingResponse::parse(expected).as_ref(), Ok(answer));
    assert_eq!(
        MessagingResponse::parse(&format!("{answer:#}")).as_ref(),
        Ok(answer),
        "indented"
    );
}
