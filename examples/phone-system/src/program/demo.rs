//! Without an option: the demo.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use phone_system::{Demo, Speed};
use tokio::net::TcpListener;

use super::{AnyError, Options, end, say, wall};

/// How fast the day passes unless the options say otherwise.
const SPEED: f64 = 3.0;
/// Where the demo listens if it can.
const PORT: u16 = 8080;
/// How many ports it tries after that.
const PORTS: u16 = 100;

pub(super) async fn show(options: &Options) -> Result<ExitCode, AnyError> {
    let listener = match options.listen {
        Some(address) => bind(address).await?,
        None => next_free_port().await?,
    };
    let asked_to_end = end::when_asked()?;
    let speed = options.speed.or(Speed::times(SPEED)).unwrap_or(Speed::REAL);
    let control = match options.control {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    if let Some(control) = &control {
        say(&format!("control http://{}\n", control.local_addr()?))?;
    }
    let demo = Demo::open(
        listener,
        speed,
        options.seed,
        Arc::new(wall::clock),
        control,
    )
    .await?;
    let (address, speed) = (demo.address()?, speed.factor());
    let (name, password) = demo.account();
    say(&format!(
        "A support line on a lively day, {speed} times as fast as life. Everybody in it is simulated.\n\
         \n\
         \x20 console   http://{address}/console\n\
         \x20 sign in   {name}, with the password {password}\n\
         \n\
         With a Twilio account of your own: phone-system --serve; phone-system --help lists its settings.\n\
         ctrl-c ends this.\n"
    ))?;
    demo.play(asked_to_end).await?;
    Ok(ExitCode::SUCCESS)
}

async fn bind(address: SocketAddr) -> Result<TcpListener, AnyError> {
    let bound = TcpListener::bind(address).await;
    Ok(bound.map_err(|error| format!("cannot listen on {address}: {error}"))?)
}

async fn next_free_port() -> Result<TcpListener, AnyError> {
    for port in PORT..PORT + PORTS {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            bound => {
                return Ok(
                    bound.map_err(|error| format!("cannot listen on 127.0.0.1:{port}: {error}"))?
                );
            }
        }
    }
    let last = PORT + PORTS - 1;
    Err(format!("cannot listen on 127.0.0.1: the ports {PORT} to {last} are in use; name another with --listen").into())
}
