//! `twilio-sim explore --app URL`

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use twilio_sim::scenario::{NumberForm, Scenario, ScenarioError, Stage};
use twilio_simulator::{Error, Explorer, HttpTransport, Simulator};
use url::Url;

use super::{Outcome, read_json};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A scenario file (JSON) with phones and settings; its calls are not made.
    scenario: Option<PathBuf>,
    /// Where your web application answers calls.
    #[arg(long, value_name = "URL")]
    app: Url,
    /// The number that is called.
    #[arg(long, value_name = "NUMBER", default_value = "+15550009001")]
    to: String,
    /// The number of the caller.
    #[arg(long, value_name = "NUMBER", default_value = "+15550001001")]
    from: String,
    /// The keys to try at each question.
    #[arg(long, default_value = "0123456789*#")]
    keys: String,
    /// Several keys to try as one answer.
    #[arg(long, value_name = "KEYS")]
    number: Vec<String>,
    /// Words to try at each question.
    #[arg(long, value_name = "WORDS")]
    says: Vec<String>,
    /// How many questions deep to go.
    #[arg(long, default_value_t = 8)]
    depth: usize,
    /// How many calls to make at most.
    #[arg(long, default_value_t = 10_000)]
    calls: usize,
    /// A document that some path should ask for; may be relative to the app's URL.
    #[arg(long, value_name = "URL")]
    document: Vec<String>,
}

pub(crate) async fn run(arguments: &Arguments) -> Outcome {
    let mut scenario: Scenario = match &arguments.scenario {
        Some(path) => read_json(path)?,
        None => Scenario::default(),
    };
    let own = NumberForm::default();
    scenario.numbers.entry(arguments.to.clone()).or_insert(own);
    let stage = Stage::new(scenario, arguments.app.clone());
    // What is wrong with the scenario shows before the first call; later only the run can fail.
    furnished(&stage).await?;
    let staged = || async {
        furnished(&stage).await.map_err(|error| match error {
            ScenarioError::Simulator(error) => error,
            // The scenario was good a moment ago and has not changed.
            other => Error::Url {
                url: arguments.app.to_string(),
                reason: other.to_string(),
            },
        })
    };
    let documents = arguments.document.iter();
    let documents: Result<Vec<Url>, _> = documents.map(|url| arguments.app.join(url)).collect();
    let mut explorer = Explorer::new(&arguments.from, &arguments.to, staged)
        .keys(&arguments.keys)
        .depth(arguments.depth)
        .at_most(arguments.calls)
        .documents(documents?);
    for keys in &arguments.number {
        explorer = explorer.number(keys);
    }
    for words in &arguments.says {
        explorer = explorer.says(words);
    }
    let found = explorer.explore().await?;
    print!("{found}");
    Ok(if found.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn furnished(stage: &Stage) -> Result<Simulator, ScenarioError> {
    let builder = stage.builder(Arc::new(HttpTransport::new()))?;
    let mut sim = builder.build().await?;
    stage.furnish(&mut sim)?;
    Ok(sim)
}
