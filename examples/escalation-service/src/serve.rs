//! The service: the engine's loop, the queue's, and the web application, until interrupted.

use std::sync::Arc;
use std::time::Duration;

use escalation_core::Timer;
use escalation_notify::TokioTimer;
use escalation_sqs::SqsRequests;
use tokio::net::TcpListener;
use tokio::sync::watch;
use twilio_webhook::{PublicUrl, SignatureCheck, Verifier};

use crate::api::{Api, app};
use crate::channels::Service;
use crate::requests;
use crate::settings::Settings;

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// After a queue that cannot answer, how long until the next attempt.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// How long those who are still talking to the API have to finish, when it ends.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// Serves until SIGINT or SIGTERM; then nothing more is claimed, and what is under way ends. A second
/// signal does not wait for that.
pub(crate) async fn serve(service: Service, settings: &Settings) -> Result<(), AnyError> {
    let service = Arc::new(service);
    let check = match (&settings.phone, &settings.twilio) {
        (Some(phone), Some(twilio)) => match &phone.public_url {
            Some(url) => {
                let verifier = Verifier::new(twilio.token.expose());
                Some(SignatureCheck::new(verifier, PublicUrl::at(url)?))
            }
            None => None,
        },
        _ => None,
    };
    let app = app(Api {
        service: Arc::clone(&service),
        token: settings.token.clone(),
        check,
    });
    let listener = TcpListener::bind(settings.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", settings.listen))?;
    let queue = match &settings.sqs {
        Some(sqs) => Some(requests::queue(sqs).await?),
        None => None,
    };
    if service.channels.is_empty() {
        tracing::warn!(
            "no channel is set up, so nothing can be delivered: see `--help`, or set \
             ESCALATION_CONSOLE=true to try it out"
        );
    } else {
        tracing::info!(channels = ?service.channels, "delivering to");
    }
    tracing::info!(address = %listener.local_addr()?, "status page and API");

    let (end, ending) = watch::channel(false);
    let ended = move || {
        let mut ending = ending.clone();
        async move {
            // A sender that is gone is an end, too.
            let _ = ending.wait_for(|ending| *ending).await;
        }
    };
    let engine = service.engine.run(&TokioTimer, ended());
    let requests = take_in(&service, queue.as_ref(), ended());
    let web = async {
        let serving = axum::serve(listener, app).with_graceful_shutdown(ended());
        let last_call = async {
            ended().await;
            tokio::time::sleep(LAST_ANSWERS).await;
        };
        tokio::select! {
            served = serving => served,
            // Somebody holds a connection and says nothing.
            () = last_call => Ok(()),
        }
    };
    let signal = async {
        interrupted().await;
        tracing::info!("ending: what is under way is finished; a second signal ends at once");
        // Nobody listening means that all has ended already.
        let _ = end.send(true);
    };
    let in_order = async { tokio::join!(engine, requests, web, signal) };
    let at_once = async {
        ended().await;
        interrupted().await;
    };
    tokio::select! {
        ((), (), served, ()) = in_order => Ok(served?),
        () = at_once => {
            tracing::warn!("ended at once: what was under way is in doubt until its lease is over");
            Ok(())
        }
    }
}

/// Takes in requests from the queue, if there is one, until the end.
async fn take_in(service: &Service, queue: Option<&SqsRequests>, ended: impl Future<Output = ()>) {
    let Some(queue) = queue else { return };
    let forever = async {
        loop {
            if let Err(error) = service.engine.intake(queue, TokioTimer.now()).await {
                tracing::error!(%error, "requests cannot be taken in");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    };
    tokio::select! {
        () = forever => {}
        () = ended => {}
    }
    if let Err(error) = queue.release().await {
        tracing::warn!(%error, "requests under way come again only when their time is over");
    }
}

/// Takes in what the queue has and delivers what is due, once: what roesc does at each run, and what
/// a cron job or an AWS Lambda function calls.
pub(crate) async fn run_once(service: &Service, settings: &Settings) -> Result<(), AnyError> {
    if let Some(sqs) = &settings.sqs {
        // First, so that a stop that has come beats a notification that is due now.
        let queue = requests::queue(sqs).await?;
        service.engine.intake(&queue, TokioTimer.now()).await?;
    }
    match service.engine.run_once(TokioTimer.now()).await? {
        Some(next) => tracing::info!(%next, "done; come back then"),
        None => tracing::info!("done; nothing is planned"),
    }
    Ok(())
}

async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                tracing::warn!(%error, "SIGTERM will not be heard");
                std::future::pending().await
            }
        }
    };
    tokio::select! {
        heard = tokio::signal::ctrl_c() => {
            if let Err(error) = heard {
                tracing::warn!(%error, "SIGINT cannot be heard: ending");
            }
        }
        () = terminated => {}
    }
}
