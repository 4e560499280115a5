//! When the program is to end.

use std::io;
use std::process;

use tokio::signal::unix::{SignalKind, signal};

/// Listens from now on; the future ends when somebody presses ctrl-c, or the system asks the program to end. Whoever asks a
/// second time does not want to wait for what is under way: the program then ends at once.
pub(super) fn when_asked() -> io::Result<impl Future<Output = ()> + Send> {
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut asked = async move || {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    };
    Ok(async move {
        asked().await;
        tokio::spawn(async move {
            asked().await;
            // The status of a program that a signal has ended, as shells have it.
            process::exit(130);
        });
    })
}
