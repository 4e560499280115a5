//! The web application that Twilio talks to, and the loop that keeps time.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::post;
use tokio::net::TcpListener;
use twilio_webhook::{PublicUrl, PublicUrlError, SignatureCheck, Verifier};

use crate::system::PhoneSystem;
use crate::web::Web;
use crate::{caller, everyone, floor, rep};

/// After a failed write, how long until the next attempt.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// Even with nothing in sight, how long until the next look.
const AT_LEAST_EVERY: Duration = Duration::from_secs(60);

/// The web application. Every request must be signed for the public URL of the settings.
///
/// # Errors
/// [`PublicUrlError`] if that is no URL.
pub fn app(system: Arc<PhoneSystem>) -> Result<Router, PublicUrlError> {
    let verifier = Verifier::new(system.settings().auth_token.expose());
    let check = SignatureCheck::new(verifier, PublicUrl::at(&system.settings().public_url)?);
    // Answers refer to each other by relative URLs of one segment, so that all may stand below a path.
    Ok(Router::new()
        .route("/voice", post(caller::rings))
        .route("/menu", post(caller::chooses))
        .route("/wait", post(caller::waits))
        .route("/whisper", post(caller::is_joined))
        .route("/left", post(caller::leaves))
        .route("/ended", post(caller::ends))
        .route("/fallback", post(caller::falls_back))
        .route("/rep-next", post(rep::asks))
        .route("/rep-done", post(rep::has_talked))
        .route("/offer", post(everyone::answered))
        .route("/offer-key", post(everyone::pressed))
        .route("/offer-done", post(everyone::has_talked))
        .route("/offer-ended", post(everyone::ended))
        .with_state(Web { system, check }))
}

/// Answers Twilio and keeps time until `shutdown`; requests under way are then finished.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    system: Arc<PhoneSystem>,
    app: Router,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let time = tokio::spawn(keep_time(system));
    let served = axum::serve(listener, app)
        .with_graceful_shutdown(shutdown)
        .await;
    time.abort();
    served
}

/// Lets happen what is due, for ever.
async fn keep_time(system: Arc<PhoneSystem>) {
    loop {
        let now = system.now();
        let pause = match system.run_once(now).await {
            Ok(None) => AT_LEAST_EVERY,
            Ok(Some(wake)) => (wake - now)
                .to_std()
                .unwrap_or_default()
                .min(AT_LEAST_EVERY),
            Err(error) => {
                system.note("phone system", "cannot keep time", floor::one_line(&*error));
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = system.changed() => {}
        }
    }
}
