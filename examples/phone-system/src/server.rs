//! The web application: what Twilio asks for, the console, and what whoever runs it wants to know.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::watch;
use twilio_webhook::{PublicUrl, PublicUrlError, SignatureCheck, Verifier};

use crate::loops::Loops;
use crate::system::PhoneSystem;
use crate::talk::{hold, transfer};
use crate::web::Web;
use crate::{
    call_back, caller, console, dial_in, everyone, health, line, metrics, music, on_call, rating,
    rep,
};

/// How long requests under way may take once the program is to end. Twilio waits for 15 s at most.
const DRAINED_WITHIN: Duration = Duration::from_secs(10);

/// The web application. What Twilio asks for must be signed for the public URL of the settings; the console, at
/// `/console`, asks people to sign in.
///
/// # Errors
/// [`PublicUrlError`] if that is no URL.
pub fn app(system: Arc<PhoneSystem>) -> Result<Router, PublicUrlError> {
    let verifier = Verifier::new(system.settings().auth_token.expose());
    let check = SignatureCheck::new(verifier, PublicUrl::at(&system.settings().public_url)?);
    // Answers refer to each other by relative URLs of one segment, so that all may stand below a path.
    Ok(Router::new()
        .route("/voice", post(line::rings))
        .route("/ended", post(line::ends))
        .route("/fallback", post(line::falls_back))
        .route("/menu", post(caller::chooses))
        .route("/wait", post(caller::waits))
        .route("/left", post(caller::leaves))
        .route("/whisper", post(rep::joins))
        .route("/rep-pin", post(dial_in::keyed_in))
        .route("/rep-next", post(rep::asks))
        .route("/rep-done", post(rep::has_talked))
        .route("/offer", post(everyone::answered))
        .route("/offer-key", post(everyone::pressed))
        .route("/offer-done", post(everyone::has_talked))
        .route("/offer-ended", post(everyone::ended))
        .route("/closed", post(caller::chooses_closed))
        .route("/recorded", post(caller::recorded))
        .route("/voicemail", post(caller::recording_is_there))
        .route("/call-back", post(call_back::asked))
        .route("/back", post(call_back::answered))
        .route("/back-key", post(call_back::pressed))
        .route("/back-ended", post(call_back::ended))
        .route("/on-call", post(on_call::answered))
        .route("/on-call-key", post(on_call::pressed))
        .route("/message", post(rating::arrives))
        .route("/music.wav", get(music::plays))
        .route("/held", post(hold::is_held))
        .route("/hold", post(hold::hears_music))
        .route("/rep-holds", post(hold::asks))
        .route("/line-again", post(transfer::goes_back))
        .route("/outside", post(transfer::goes_outside))
        .route("/outside-done", post(transfer::was_outside))
        .with_state(Web {
            system: Arc::clone(&system),
            check,
        })
        .merge(console::routes(Arc::clone(&system)))
        .merge(health::routes(Arc::clone(&system)))
        .layer(from_fn_with_state(system, metrics::measure)))
}

/// Answers Twilio, keeps time and rings phones until `shutdown`. From then on it says that it wants no requests, and takes
/// none after [`Service::drain`](crate::Service::drain); those under way are finished, within 10 seconds, and the other
/// servers are told.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    system: Arc<PhoneSystem>,
    app: Router,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let loops = Loops::start(Arc::clone(&system));
    let (end, mut ending) = watch::channel(false);
    let shutdown = async move {
        shutdown.await;
        system.is_to_end();
        tokio::time::sleep(system.settings().service.drain).await;
        // Nobody listening means that it has ended already.
        let _ = end.send(true);
    };
    let drained = async {
        let asked = ending.wait_for(|ending| *ending).await.is_ok();
        if !asked {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(DRAINED_WITHIN).await;
    };
    // Who signs in too often is told apart by the address.
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let served = tokio::select! {
        served = async { axum::serve(listener, app).with_graceful_shutdown(shutdown).await } => served,
        () = drained => Ok(()),
    };
    loops.end().await;
    served
}
