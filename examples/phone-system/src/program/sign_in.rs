//! `--account`, `--remove-account`: who may sign in to the console.

use std::io::{BufRead as _, IsTerminal as _, Write as _, stdin, stdout};
use std::process::ExitCode;

use phone_system::records::{Records, Role};
use phone_system::{
    Database, DatabaseTime, DatabaseUrl, Settings, keep_account, made_up_password, one_line,
    remove_account,
};

use super::{AnyError, Options};

/// Keeps the account in the database, also while servers work with it: they know of it at once.
pub(super) async fn keep(options: &Options, name: &str) -> Result<ExitCode, AnyError> {
    let place = place(options)?;
    let given = password(name)?;
    let made_up = given.is_empty();
    let password = if made_up { made_up_password()? } else { given };
    let records = records(&place).await?;
    let role = if options.supervisor {
        Role::Supervisor
    } else {
        Role::Agent
    };
    keep_account(&records, name, &password, role, options.agent).await?;
    let mut out = stdout();
    writeln!(out, "{name} can sign in at /console now.")?;
    if made_up {
        writeln!(out, "Password: {password}")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Removes the account from the database, also while servers work with it.
pub(super) async fn remove(options: &Options, name: &str) -> Result<ExitCode, AnyError> {
    let place = place(options)?;
    if !remove_account(&records(&place).await?, name).await? {
        return Err(format!("there is no account {name:?} in {place}").into());
    }
    writeln!(stdout(), "{name} can sign in no more.")?;
    Ok(ExitCode::SUCCESS)
}

/// Where accounts are kept.
fn place(options: &Options) -> Result<DatabaseUrl, AnyError> {
    let place = match &options.database {
        Some(place) => place.clone(),
        None => Settings::database_from_variables(|name| std::env::var(name).ok())?,
    };
    match place {
        DatabaseUrl::Memory => Err(
            "an account needs a database that outlives this command: name it with --database"
                .into(),
        ),
        place => Ok(place),
    }
}

async fn records(place: &DatabaseUrl) -> Result<Records, AnyError> {
    let database = Database::open(place, DatabaseTime::Own).await;
    let database =
        database.map_err(|error| format!("the database {place}: {}", one_line(&error)))?;
    Ok(Records::open(database.records).await?)
}

/// The first line of standard input.
fn password(name: &str) -> Result<String, AnyError> {
    if stdin().is_terminal() {
        eprint!("Password for {name} (shown as you type; empty for one that is made up): ");
    }
    let mut line = String::new();
    stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
