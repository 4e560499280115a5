//! What somebody hears whose phone we ring, when they meet an error of ours: a moment later the page is asked for again that
//! says where they stand. Nothing is lost with the answer that was: offers and their stages are in the queue.

use axum::extract::Query;
use axum::http::Uri;
use serde::Deserialize;
use twiml::VoiceResponse;
use twiml::voice::{Hangup, Pause, Redirect};

use crate::offer_ref::OfferRef;

/// How long an error has to pass, in seconds: as long as it lasts, nobody is joined to a caller who waits for it.
const MOMENT: u32 = 2;
/// How often a leg asks again. Then it ends, and the notice of that sends the caller back to the head of the line.
const TIMES: u8 = 4;

/// What the URL that failed carries.
#[derive(Debug, Deserialize)]
struct Failed {
    offer: Option<OfferRef>,
    #[serde(default)]
    again: u8,
}

/// The page after an error at this URL, if it is one of a phone that we ring: an agent's, or that of somebody on call.
pub(crate) fn page(url: &str) -> Option<VoiceResponse> {
    let url: Uri = url.parse().ok()?;
    let Query(Failed { offer, again }) = Query::try_from_uri(&url).ok()?;
    let page = match (url.path().rsplit('/').next()?, offer) {
        ("offer" | "offer-key", Some(offer)) => format!("offer?offer={offer}&"),
        // The talk goes on, if it is not over.
        ("offer-done" | "rep-holds", Some(offer)) => format!("rep-holds?offer={offer}&"),
        ("on-call" | "on-call-key", None) => "on-call?".to_owned(),
        _ => return None,
    };
    let answer = VoiceResponse::new();
    Some(match again {
        0..TIMES => answer
            .say("One moment, please.")
            .pause(Pause::new().length(MOMENT))
            .redirect(Redirect::new(format!("{page}again={}", again + 1))),
        _ => answer
            .say("We are sorry, something is wrong on our side. Goodbye.")
            .hangup(Hangup::new()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_phones_that_we_ring_ask_again_and_not_for_ever() {
        for (url, asks) in [
            (
                "https://a.example/b/offer?offer=1-7",
                Some("offer?offer=1-7&amp;again=1"),
            ),
            (
                "https://a.example/offer-key?offer=1-7",
                Some("offer?offer=1-7&amp;again=1"),
            ),
            (
                "https://a.example/offer?offer=1-7&again=3",
                Some("offer?offer=1-7&amp;again=4"),
            ),
            (
                "https://a.example/offer?offer=1-7&again=4",
                Some("<Hangup/>"),
            ),
            (
                "https://a.example/offer-done?offer=1-7",
                Some("rep-holds?offer=1-7&amp;again=1"),
            ),
            ("https://a.example/on-call", Some("on-call?again=1")),
            ("https://a.example/offer", None),
            ("https://a.example/offer?offer=x", None),
            ("https://a.example/voice", None),
            ("https://a.example/wait?class=regular", None),
            ("a page of ours", None),
        ] {
            let page = page(url).map(|page| page.to_string());
            assert_eq!(page.is_some(), asks.is_some(), "{url}");
            assert!(
                page.unwrap_or_default().contains(asks.unwrap_or_default()),
                "{url}"
            );
        }
    }
}
