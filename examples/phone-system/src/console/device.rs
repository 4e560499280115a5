//! Browsers in which somebody has signed in before.
//!
//! Whoever tries many passwords for a name is held up, wherever they come from. That must not hold up the one whose name it
//! is: their browser has a cookie that says so, and only its own attempts count for it.

use axum::http::{HeaderMap, HeaderValue};
use chrono::TimeDelta;

use super::Console;
use super::session::{Cookie, SessionError, cookie, key, random, token};
use crate::records::Account;

/// How long a browser is known after somebody has last signed in there for the first time.
const KNOWN_FOR: TimeDelta = TimeDelta::days(365);
/// So many browsers are known for an account, the newest.
const KNOWN: usize = 8;

/// How the account knows the browser that asks, if it does.
pub(super) fn of(console: &Console, headers: &HeaderMap, account: &Account) -> Option<String> {
    let key = key(token(console, headers, Cookie::Device)?);
    account.devices.contains(&key).then_some(key)
}

/// Remembers the browser, in which somebody has just signed in, and answers the cookie that it is known by.
pub(super) async fn remember(console: &Console, name: &str) -> Result<HeaderValue, SessionError> {
    let token = random()?;
    let key = key(&token);
    console
        .records()
        .update::<Account>(name, |account| {
            account.map(|mut account| {
                account.devices.push(key.clone());
                let too_many = account.devices.len().saturating_sub(KNOWN);
                account.devices.drain(..too_many);
                account
            })
        })
        .await?;
    Ok(cookie(console, Cookie::Device, &token, KNOWN_FOR)?)
}
