//! The program around the phone system: a demonstration, a scripted morning, or a server for a real account.

mod program;

use std::process::ExitCode;

use clap::Parser;
use phone_system::one_line;

fn main() -> ExitCode {
    match program::run(&program::Options::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("phone-system: {}", one_line(&*error));
            ExitCode::FAILURE
        }
    }
}
