//! The console: agents and supervisors in a browser.
//!
//! Pages and scripts are files of the program. What changes is sent as server-sent events, what is to be done comes back
//! as JSON. Everything but the sign-in page needs a session.

mod account;
mod api;
mod assets;
mod attempts;
mod books;
mod day;
mod device;
mod escalations;
mod events;
mod floor;
mod headers;
mod hex;
mod live;
mod opening;
mod password;
mod problem;
mod session;
mod sign_in;
mod voicemail;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use self::attempts::Attempts;
use self::events::Followers;
use self::headers::Site;
use self::live::Live;
use self::password::Passwords;
use self::session::SignedIn;
use crate::records::Records;
use crate::system::PhoneSystem;

pub use self::account::{AccountError, keep_account, made_up_password, remove_account};
pub(crate) use self::day::began as day_began;
pub use self::password::PasswordError;

/// The longest body that any page of the console takes, in bytes.
const LONGEST_BODY: usize = 64 * 1024;

/// What the pages of the console share.
#[derive(Debug, Clone)]
pub(crate) struct Console {
    system: Arc<PhoneSystem>,
    site: Arc<Site>,
    attempts: Arc<Attempts>,
    passwords: Arc<Passwords>,
    live: Arc<Live>,
    followers: Arc<Followers>,
}

impl Console {
    fn records(&self) -> &Records {
        self.system.records()
    }

    /// What the sign-in page tells everybody.
    fn hint(&self) -> Option<&str> {
        self.system.settings().sign_in_hint.as_deref()
    }
}

/// The console's part of the web application.
pub(crate) fn routes(system: Arc<PhoneSystem>) -> Router {
    let site = Arc::new(Site::at(&system.settings().public_url));
    let console = Console {
        system,
        site: Arc::clone(&site),
        attempts: Arc::default(),
        passwords: Arc::default(),
        live: Arc::default(),
        followers: Arc::default(),
    };
    Router::new()
        .route("/", get(async || Redirect::to("/console")))
        .route("/console", get(page))
        .route(
            "/console/sign-in",
            get(sign_in::page).post(sign_in::signs_in),
        )
        .route("/console/sign-out", post(sign_in::signs_out))
        .route("/console/events", get(events::follows))
        .route("/console/voicemail/{id}", get(voicemail::plays))
        .route("/console/api/{action}", post(api::acts))
        .route("/console/assets/{name}", get(assets::asset))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(from_fn_with_state(site, headers::same_origin))
        .layer(from_fn(headers::protect))
        .with_state(console)
}

/// `GET /console`: the page, for whoever is signed in.
async fn page(signed_in: Option<SignedIn>) -> Response {
    match signed_in {
        Some(_) => assets::page(),
        None => Redirect::to("/console/sign-in").into_response(),
    }
}
