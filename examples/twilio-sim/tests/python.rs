//! What this program is for: apps and clients in other languages. A Flask app is exercised, with
//! twilio-python's own check of the signatures, and twilio-python makes and redirects a call.

#![allow(clippy::unwrap_used, reason = "a test that fails here has failed")]

use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn python() -> String {
    std::env::var("TEST_PYTHON")
        .expect("TEST_PYTHON must name a Python with flask and twilio; scripts/test sets it")
}

fn file(name: &str) -> String {
    format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// The Flask app, listening.
fn flask() -> (Running, String) {
    let port = free_port();
    let app = Command::new(python())
        .args([&file("tests/python/ivr.py"), &port.to_string(), TOKEN])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    listening(app, port)
}

/// An app, once it listens, and the URL of its first document.
fn listening(app: Child, port: u16) -> (Running, String) {
    let mut app = Running(app);
    for _ in 0..300 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return (app, format!("http://127.0.0.1:{port}/voice"));
        }
        assert!(
            app.0.try_wait().unwrap().is_none(),
            "the Flask app has ended"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the Flask app does not listen");
}

#[test]
#[ignore = "needs Python with Flask and twilio: scripts/test sets it up"]
fn a_flask_app_is_exercised() {
    let (_app, url) = flask();
    let golden = file("tests/data/menu.txt");
    let output = Command::new(env!("CARGO_BIN_EXE_twilio-sim"))
        .args([
            "run",
            &file("scenarios/menu.json"),
            "--app",
            &url,
            "--golden",
            &golden,
        ])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(
        told.contains("4 calls, 11 requests, 0 complaints"),
        "{told}"
    );
}

#[test]
#[ignore = "needs Python with Flask and twilio: scripts/test sets it up"]
fn twilio_python_makes_and_redirects_a_call() {
    let (_app, url) = flask();
    let program = Command::new(env!("CARGO_BIN_EXE_twilio-sim"))
        .args([
            "serve",
            &file("scenarios/menu.json"),
            "--app",
            &url,
            "--speed",
            "20",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut program = Running(program);
    let mut lines = BufReader::new(program.0.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let rest = first
        .strip_prefix("REST interface")
        .unwrap()
        .trim()
        .to_owned();
    // Whatever else it prints must be read, or it would wait for somebody who does.
    std::thread::spawn(move || lines.for_each(drop));
    let mut client = Command::new(python())
        .args([&file("tests/python/redirect.py"), &rest, &url])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let status = client.wait().unwrap();
    let (mut said, mut complained) = (String::new(), String::new());
    client
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    client
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut complained)
        .unwrap();
    assert!(status.success(), "{said}{complained}");
    let expected = "queued\nin-progress\nredirected\ncompleted\n21220\n";
    assert_eq!(said, expected, "{complained}");
}

/// The README's blocks of code in a language, in order.
fn blocks(language: &str) -> Vec<String> {
    let readme = std::fs::read_to_string(file("README.md")).unwrap();
    let fence = format!("```{language}\n");
    let blocks = readme.split(&fence).skip(1);
    blocks
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

#[test]
#[ignore = "needs Python with Flask and twilio: scripts/test sets it up"]
fn what_the_readme_begins_with_runs_as_it_stands() {
    let folder = std::env::temp_dir().join(format!("twilio-sim-readme-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("hello.json"), &blocks("json")[0]).unwrap();
    std::fs::write(folder.join("hello.py"), &blocks("python")[0]).unwrap();
    let port = free_port();
    let app = Command::new(python())
        .args(["-m", "flask", "--app", "hello", "run", "--port"])
        .arg(port.to_string())
        .current_dir(&folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (_app, url) = listening(app, port);
    let output = Command::new(env!("CARGO_BIN_EXE_twilio-sim"))
        .args(["run", "hello.json", "--app", &url])
        .current_dir(&folder)
        .output()
        .unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("1 calls, 2 requests, 0 complaints"), "{told}");
    let story = String::from_utf8_lossy(&output.stdout);
    assert!(story.contains("You pressed 1"), "{story}");
}
