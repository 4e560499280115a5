//! The files of the console, which are part of the program.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};

use super::hex::hex;

const HTML: &str = "text/html; charset=utf-8";

macro_rules! files {
    ($($kind:literal: $($name:literal)*;)*) => {
        &[$($(($name, $kind, include_bytes!(concat!("../../web/", $name)) as &[u8]),)*)*]
    };
}

/// Served at `/console/assets/NAME`. A new file of `web/` is named here.
const FILES: &[(&str, &str, &[u8])] = files! {
    "text/javascript; charset=utf-8": "activity.js"
        "announce.js"
        "api.js"
        "app.js"
        "call.js"
        "chart.js"
        "chime.js"
        "customers.js"
        "dom.js"
        "escalations.js"
        "hours.js"
        "icons.js"
        "lookup.js"
        "messages.js"
        "mine.js"
        "notes.js"
        "override.js"
        "store.js"
        "stream.js"
        "time.js"
        "transfer.js"
        "types.js"
        "waiting.js"
        "wallboard.js"
        "words.js";
    "text/css; charset=utf-8": "style.css";
    "image/svg+xml": "icon.svg";
};

/// `GET /console/assets/NAME`. Browsers keep a copy, and ask each time whether it is still good: after an update of the
/// program nobody works with old scripts.
pub(crate) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some((_, kind, bytes)) = FILES.iter().find(|(known, ..)| *known == name) else {
        return (StatusCode::NOT_FOUND, "There is no such file.").into_response();
    };
    let tag = format!("\"{}\"", hex(&Sha256::digest(bytes)[..16]));
    let known = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|tags| tags.to_str().ok())
        .any(|tags| tags.contains(&tag));
    let headers = [(ETAG, tag), (CACHE_CONTROL, "no-cache".to_owned())];
    if known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, [(CONTENT_TYPE, *kind)], *bytes).into_response()
}

/// The console.
pub(crate) fn page() -> Response {
    ([(CONTENT_TYPE, HTML)], include_str!("../../web/index.html")).into_response()
}

/// The sign-in page, with what went wrong the last time, and with a hint where anybody may know the password.
pub(crate) fn sign_in(message: Option<&str>, hint: Option<&str>) -> Response {
    let page = include_str!("../../web/sign-in.html");
    let page = fill(
        page,
        "<!-- message -->",
        r#"class="message" role="alert""#,
        message,
    );
    let page = fill(&page, "<!-- demo -->", r#"class="hint""#, hint);
    ([(CONTENT_TYPE, HTML)], page).into_response()
}

fn fill(page: &str, mark: &str, attributes: &str, text: Option<&str>) -> String {
    match text {
        Some(text) => page.replacen(mark, &format!("<p {attributes}>{}</p>", escaped(text)), 1),
        None => page.to_owned(),
    }
}

/// Text as HTML shows it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(
            escaped(r#"<a href="x">'&'"#),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;"
        );
    }

    #[test]
    fn the_sign_in_page_has_room_for_a_message_and_for_a_hint() {
        let page = include_str!("../../web/sign-in.html");
        for mark in ["<!-- message -->", "<!-- demo -->"] {
            assert_eq!(page.matches(mark).count(), 1, "{mark}");
        }
    }

    #[test]
    fn every_file_of_the_folder_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/web");
        for file in std::fs::read_dir(folder).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            let page = name.ends_with(".html") || name.ends_with(".md");
            assert!(
                page || FILES.iter().any(|(known, ..)| *known == name),
                "{name} is not in FILES"
            );
        }
    }

    #[test]
    fn no_page_has_script_or_style_in_it() {
        for page in [
            include_str!("../../web/index.html"),
            include_str!("../../web/sign-in.html"),
        ] {
            assert!(
                !page.contains("<style") && !page.contains(" style="),
                "{page}"
            );
            for script in page.match_indices("<script").map(|(at, _)| &page[at..]) {
                let (tag, rest) = script.split_once('>').unwrap();
                assert!(
                    tag.contains("src=") && rest.starts_with("</script>"),
                    "{tag}"
                );
            }
        }
    }
}
