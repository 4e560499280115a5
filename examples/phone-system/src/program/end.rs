//! When the program is to end.

use std::process;

/// Ends when somebody presses ctrl-c, or the system asks the program to end. Whoever asks a second time does not want to
/// wait for what is under way: the program then ends at once.
pub(super) async fn asked_for() {
    asked().await;
    tokio::spawn(async {
        asked().await;
        // The status of a program that a signal has ended, as shells have it.
        process::exit(130);
    });
}

async fn asked() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(error) => {
                tracing::error!("cannot wait for SIGTERM: {error}");
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => {
            if let Err(error) = interrupted {
                tracing::error!("cannot wait for ctrl-c: {error}");
                std::future::pending::<()>().await;
            }
        }
        () = terminated => {}
    }
}
