//! The program, as processes that can be killed.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use tokio::task::spawn_blocking;
use twilio_simulator::ScaledTime;

use crate::AnyError;

/// What all servers are started with.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) database: String,
    pub(crate) public_url: String,
    pub(crate) rest_url: String,
    pub(crate) time: ScaledTime,
    pub(crate) hours: std::path::PathBuf,
    pub(crate) reps: String,
    pub(crate) logs: std::path::PathBuf,
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    child: Child,
}

impl Plan {
    /// Starts a server, and waits until it listens.
    pub(crate) async fn start(&self, name: &str) -> Result<Server, AnyError> {
        let (plan, name) = (self.clone(), name.to_owned());
        spawn_blocking(move || plan.start_and_wait(&name)).await?
    }

    fn start_and_wait(&self, name: &str) -> Result<Server, AnyError> {
        let time = self.time.to_string();
        // `--epoch A --start B --speed C`
        let time: Vec<&str> = time.split(' ').skip(1).step_by(2).collect();
        let mut child = Command::new(env!("CARGO_BIN_EXE_phone-system"))
            .args(["--serve", "--listen", "127.0.0.1:0", "--database"])
            .arg(&self.database)
            .arg("--hours")
            .arg(&self.hours)
            .arg("--simulated-time")
            .args(time)
            .env_clear()
            .envs([
                ("TWILIO_ACCOUNT_SID", crate::chaos::ACCOUNT),
                ("TWILIO_AUTH_TOKEN", crate::chaos::TOKEN),
                ("PHONE_PUBLIC_URL", &self.public_url),
                ("PHONE_REST_URL", &self.rest_url),
                ("PHONE_LINE", crate::chaos::LINE),
                ("PHONE_REP_LINE", crate::chaos::REP_LINE),
                ("PHONE_REP_PIN", "none"),
                ("PHONE_REPS", &self.reps),
                ("RUST_LOG", "info"),
            ])
            .stderr(Stdio::piped())
            .spawn()?;
        let log = child.stderr.take().ok_or("standard error is piped")?;
        let server = |address| Server { address, child };
        let mut kept = File::create(self.logs.join(format!("{name}.log")))?;
        let mut lines = BufReader::new(log).lines();
        for line in lines.by_ref() {
            let line = line?;
            writeln!(kept, "{line}")?;
            if let Some((_, rest)) = line.split_once("listening on ") {
                let (address, _) = rest.split_once(';').ok_or("an address")?;
                let address = address.parse()?;
                std::thread::spawn(move || {
                    for line in lines.map_while(Result::ok) {
                        // For whoever looks into a failure; nothing else depends on it.
                        let _ = writeln!(kept, "{line}");
                    }
                });
                return Ok(server(address));
            }
        }
        Err(format!("{name} has ended before it listened: see its log").into())
    }
}

impl Server {
    /// Kills it, between two instructions of whatever it does.
    pub(crate) fn kill(&mut self) -> Result<(), AnyError> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to end, and waits until it has; says whether it ended well.
    pub(crate) async fn end(mut self) -> Result<bool, AnyError> {
        spawn_blocking(move || {
            let mut end = Command::new("kill");
            end.args(["-TERM", &self.child.id().to_string()]).status()?;
            Ok(self.child.wait()?.success())
        })
        .await?
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended is none of ours any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
