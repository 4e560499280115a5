//! Lists, page by page.

use serde_json::{Map, Value, json};
use twilio_webhook::Params;

use super::reply::Reply;

/// Twilio's default and limit.
const PAGE_SIZE: usize = 50;
const LONGEST_PAGE: usize = 1000;

/// One page of a list under its key, with where the others are.
pub(super) fn page(key: &str, items: Vec<Value>, path: &str, query: &Params) -> Reply {
    page_of(key, &items, Value::clone, path, query)
}

/// As [`page`], of things that are shown only if they are on it.
pub(super) fn page_of<T>(
    key: &str,
    items: &[T],
    show: impl Fn(&T) -> Value,
    path: &str,
    query: &Params,
) -> Reply {
    let number = |name: &str| match query.get(name) {
        None => Ok(None),
        Some(text) => text.parse::<usize>().map(Some).map_err(|_| {
            let message = format!("{name} must be a whole number: {text}");
            Reply::error(400, 20_001, &message)
        }),
    };
    let (page, size) = match (number("Page"), number("PageSize")) {
        (Ok(page), Ok(size)) => (
            page.unwrap_or(0),
            size.unwrap_or(PAGE_SIZE).clamp(1, LONGEST_PAGE),
        ),
        (Err(refusal), _) | (_, Err(refusal)) => return refusal,
    };
    let count = items.len();
    let start = page.saturating_mul(size).min(count);
    let shown: Vec<Value> = items.iter().skip(start).take(size).map(show).collect();
    let end = start + shown.len();
    let link = |page: usize| {
        let mut all: Params = query
            .iter()
            .filter(|(name, _)| !["Page", "PageSize", "PageToken"].contains(name))
            .collect();
        all.push("PageSize", size.to_string());
        all.push("Page", page.to_string());
        format!("{path}?{}", all.to_form())
    };
    let mut body = Map::new();
    body.insert(key.to_owned(), Value::Array(shown));
    body.insert("page".to_owned(), json!(page));
    body.insert("page_size".to_owned(), json!(size));
    body.insert("start".to_owned(), json!(start));
    body.insert("end".to_owned(), json!(end.saturating_sub(1)));
    body.insert("uri".to_owned(), json!(link(page)));
    body.insert("first_page_uri".to_owned(), json!(link(0)));
    let next = (end < count).then(|| link(page + 1));
    body.insert("next_page_uri".to_owned(), json!(next));
    let previous = page.checked_sub(1).map(link);
    body.insert("previous_page_uri".to_owned(), json!(previous));
    Reply::ok(200, Value::Object(body))
}
