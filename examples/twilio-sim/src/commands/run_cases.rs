//! `twilio-sim run-cases FILE`

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::Value;
use twilio_sim::cases;

use super::{Outcome, chain, read_json};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A JSON file of behaviour cases.
    file: PathBuf,
    /// Play only the cases whose id contains this.
    #[arg(long)]
    only: Option<String>,
}

pub(crate) async fn run(arguments: &Arguments) -> Outcome {
    let file: Value = read_json(&arguments.file)?;
    let (mut passed, mut failed) = (0_u32, 0_u32);
    for (index, case) in cases::list(&file)?.iter().enumerate() {
        let id = match case["id"].as_str() {
            Some(id) => id.to_owned(),
            None => format!("case {}", index + 1),
        };
        if arguments
            .only
            .as_ref()
            .is_some_and(|part| !id.contains(part))
        {
            continue;
        }
        let differences = match cases::run(case).await {
            Ok(differences) => differences,
            Err(error) => vec![chain(&error)],
        };
        if differences.is_empty() {
            passed += 1;
            continue;
        }
        failed += 1;
        for difference in differences {
            println!("{id}: {difference}");
        }
    }
    println!("{passed} passed, {failed} failed");
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
