//! `--health`: asks the server on this machine whether it is well, for containers that have no other program to ask with.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use phone_system::Settings;

use super::{AnyError, Options};

/// How long the server may take.
const PATIENCE: Duration = Duration::from_secs(4);

pub(super) fn ask(options: &Options) -> Result<ExitCode, AnyError> {
    let listens = match options.listen {
        Some(address) => address,
        None => Settings::listen_address(|name| std::env::var(name).ok())?,
    };
    let address = reachable(listens);
    let unwell = |error: std::io::Error| format!("{address}: {error}");
    let mut server = TcpStream::connect_timeout(&address, PATIENCE).map_err(unwell)?;
    server.set_read_timeout(Some(PATIENCE)).map_err(unwell)?;
    write!(
        server,
        "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .map_err(unwell)?;
    let mut answer = [0; 64];
    let length = server.read(&mut answer).map_err(unwell)?;
    let answer = String::from_utf8_lossy(&answer[..length]);
    match answer.starts_with("HTTP/1.1 200 ") {
        true => Ok(ExitCode::SUCCESS),
        false => Err(format!(
            "{address}: {}",
            answer.lines().next().unwrap_or("no answer")
        )
        .into()),
    }
}

/// A server that listens everywhere is asked here.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    address.set_ip(match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        one => one,
    });
    address
}
