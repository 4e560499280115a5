//! Reading what a request asks for.

use http::Method;
use twilio_webhook::Params;

use super::reply::Reply;
use crate::switch::{Endpoint, endpoint};

/// What cannot be obeyed must not be taken for granted by whoever asks for it.
pub(super) fn check_known(resource: &str, form: &Params, known: &[&[&str]]) -> Result<(), Reply> {
    for (name, _) in form.iter() {
        if !known.iter().any(|names| names.contains(&name)) {
            return Err(Reply::not_simulated(
                &Method::POST,
                &format!("the parameter {name} of {resource}"),
            ));
        }
    }
    Ok(())
}

/// As [`check_known`], for the filters of a list; those of paging are always known.
pub(super) fn check_filters(resource: &str, query: &Params, known: &[&str]) -> Result<(), Reply> {
    for (name, _) in query.iter() {
        if !known.contains(&name) && !["Page", "PageSize", "PageToken"].contains(&name) {
            return Err(Reply::not_simulated(
                &Method::GET,
                &format!("the filter {name} of {resource}"),
            ));
        }
    }
    Ok(())
}

pub(super) fn required(
    form: &Params,
    name: &str,
    code: u32,
    message: &str,
) -> Result<String, Reply> {
    match form.get(name) {
        Some(value) if !value.trim().is_empty() => Ok(value.trim().to_owned()),
        _ => Err(Reply::error(400, code, message)),
    }
}

pub(super) fn invalid(name: &str, value: &str) -> Reply {
    let message = format!("Invalid value for {name}: {value}");
    Reply::error(400, 20_001, &message)
}

/// A parameter that is `true` or `false`.
pub(super) fn flag(form: &Params, name: &str) -> Result<Option<bool>, Reply> {
    match form.get(name) {
        None | Some("") => Ok(None),
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        Some(other) => Err(invalid(name, other)),
    }
}

/// A parameter that is a whole number.
pub(super) fn number(form: &Params, name: &str) -> Result<Option<u64>, Reply> {
    form.get(name)
        .map(|text| text.parse().map_err(|_| invalid(name, text)))
        .transpose()
}

pub(super) fn link(form: &Params, url: &str, method: &str, code: u32) -> Result<Endpoint, Reply> {
    let given = form.get(url).unwrap_or_default();
    let method = match form.get(method) {
        None | Some("POST") => Method::POST,
        Some("GET") => Method::GET,
        Some(other) => return Err(invalid(method, other)),
    };
    endpoint(given, method).map_err(|_| {
        let message = format!("{url} is not a valid URL: {given}");
        Reply::error(400, code, &message)
    })
}

pub(super) fn optional_link(
    form: &Params,
    url: &str,
    method: &str,
) -> Result<Option<Endpoint>, Reply> {
    match form.get(url) {
        None | Some("") => Ok(None),
        Some(_) => link(form, url, method, 21_205).map(Some),
    }
}
