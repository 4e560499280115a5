//! PubNub's publish endpoint on loopback: what its REST documentation says it answers, and the ways a
//! server fails.

use std::sync::{Arc, Mutex};

use percent_encoding::percent_decode_str;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// How the server treats what is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// Takes what is well-formed and at most 32 KiB, and refuses the rest.
    Publishes,
    /// Knows neither of the keys.
    InvalidKey,
    /// The Access Manager does not let this user publish there.
    Forbidden,
    /// Every message is too large.
    TooLarge,
    /// Every address is too long.
    UriTooLong,
    /// Answers this, and asks for seven seconds.
    Status(u16),
    /// A proxy answers 200 in its own words.
    Gibberish,
    CutsBeforeAnswering,
    CutsWithinTheAnswer,
    NeverAnswers,
}

/// What arrived, as a server reads it.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub(crate) method: String,
    pub(crate) path: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    pub(crate) body: Value,
}

impl Arrived {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(known, _)| known == name);
        found.next().map(|(_, value)| value.as_str())
    }
}

#[derive(Debug)]
struct State {
    behaviour: Mutex<Behaviour>,
    arrived: Mutex<Vec<Arrived>>,
    asked: Notify,
}

/// A server of its own port; it ends with the test's runtime.
#[derive(Debug)]
pub(crate) struct Loopback {
    port: u16,
    state: Arc<State>,
    serving: JoinHandle<()>,
}

impl Loopback {
    pub(crate) async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            behaviour: Mutex::new(behaviour),
            arrived: Mutex::default(),
            asked: Notify::new(),
        });
        let shared = Arc::clone(&state);
        let serving = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, Arc::clone(&shared)));
            }
        });
        Self {
            port,
            state,
            serving,
        }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn behave(&self, behaviour: Behaviour) {
        *self.state.behaviour.lock().unwrap() = behaviour;
    }

    pub(crate) fn requests(&self) -> Vec<Arrived> {
        self.state.arrived.lock().unwrap().clone()
    }

    /// Until a request has arrived.
    pub(crate) async fn asked(&self) {
        self.state.asked.notified().await;
    }

    /// Nobody listens there any more.
    pub(crate) async fn stop(self) {
        self.serving.abort();
        let _ = self.serving.await;
    }
}

async fn serve(mut connection: TcpStream, state: Arc<State>) {
    // A client that goes away is none of the server's business.
    while let Some((arrived, size)) = read(&mut connection).await {
        let behaviour = *state.behaviour.lock().unwrap();
        let (status, body) = answer(behaviour, &arrived, size);
        state.arrived.lock().unwrap().push(arrived);
        state.asked.notify_one();
        match behaviour {
            Behaviour::NeverAnswers => std::future::pending().await,
            Behaviour::CutsBeforeAnswering => return,
            _ => {}
        }
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} \r\ncontent-type: text/javascript\r\nretry-after: 7\r\n\
             content-length: {length}\r\n\r\n"
        );
        let told = match behaviour {
            Behaviour::CutsWithinTheAnswer => &body[..length / 2],
            _ => &body,
        };
        let whole = format!("{head}{told}");
        if connection.write_all(whole.as_bytes()).await.is_err()
            || behaviour == Behaviour::CutsWithinTheAnswer
        {
            return;
        }
    }
}

fn answer(behaviour: Behaviour, arrived: &Arrived, size: usize) -> (u16, String) {
    let list = |words: &str| format!(r#"[0,"{words}","17000000000000000"]"#);
    match behaviour {
        Behaviour::InvalidKey => (400, list("Invalid Key")),
        Behaviour::Forbidden => (
            403,
            r#"{"status":403,"service":"Access Manager","error":true,"message":"Forbidden","payload":{"channels":["c"]}}"#
                .to_owned(),
        ),
        Behaviour::TooLarge => (413, list("Message Too Large")),
        Behaviour::UriTooLong => (414, "<html>Request-URI Too Large</html>".to_owned()),
        Behaviour::Status(status) => (status, String::new()),
        Behaviour::Gibberish => (200, "<html>Welcome to this hotel's network</html>".to_owned()),
        _ if size > 32 * 1024 => (413, list("Message Too Large")),
        _ if !published(arrived) => (400, list("Invalid Arguments")),
        _ => (200, r#"[1,"Sent","17000000000000000"]"#.to_owned()),
    }
}

/// Whether it is `POST /publish/{pub}/{sub}/0/{channel}/0` with a `uuid` and a JSON body.
fn published(arrived: &Arrived) -> bool {
    let path: Vec<&str> = arrived.path.iter().map(String::as_str).collect();
    let [
        publish,
        publish_key,
        subscribe_key,
        signature,
        channel,
        callback,
    ] = path[..]
    else {
        return false;
    };
    let named = !publish_key.is_empty() && !subscribe_key.is_empty() && !channel.is_empty();
    let uuid = arrived.query.iter().find(|(name, _)| name == "uuid");
    arrived.method == "POST"
        && (publish, signature, callback) == ("publish", "0", "0")
        && named
        && uuid.is_some_and(|(_, user)| !user.is_empty())
        && !arrived.body.is_null()
}

/// A request and the size of its body; `None` at the end of the connection.
async fn read(connection: &mut TcpStream) -> Option<(Arrived, usize)> {
    let mut bytes = Vec::new();
    let head_ends = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if connection.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..head_ends].to_vec()).ok()?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?);
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length?.1.parse().ok()?;
    let mut body = bytes.split_off(head_ends + 4);
    while body.len() < length {
        if connection.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let arrived = Arrived {
        method,
        path: path.split('/').skip(1).map(decoded).collect(),
        query: query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (decoded(name), decoded(value)))
            .collect(),
        headers,
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    Some((arrived, body.len()))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
