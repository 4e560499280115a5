//! A scripted morning: callers and reps with a will of their own, against the real program over real HTTP, in virtual
//! time.
//!
//! [`Town`] is the stage: a simulated Twilio, the phone system on a loopback port, and people with phones. The scenes are
//! played by [`play`], one after the other; the tests play them one by one.

use std::time::Duration;

use business_hours::{Override, OverrideId, When};
use twilio_simulator::{Answers, Caller, Script};

pub use crate::town::{LINE, PREMIUM_LINE, REP_LINE, REPS, StageError, TOKEN, Town, number_of};

/// A person of the cast who rings a line, chooses from the menu and waits.
#[must_use]
pub fn caller(name: &str, line: &str, key: &str) -> Caller {
    Caller::from(number_of(name))
        .to(line)
        .named(name)
        .hears("press 2")
        .presses(key)
}

/// The person then talks for so long.
#[must_use]
pub fn talks(caller: Caller, seconds: u64) -> Caller {
    caller
        .gets_through()
        .hangs_up_after(Duration::from_secs(seconds))
}

/// Somebody who picks up after so many seconds, hears of the waiting caller and takes the call.
#[must_use]
pub fn takes_the_call(after: u64) -> Answers {
    Answers::after(Duration::from_secs(after))
        .then(Script::new().hears("press any key").presses("5"))
}

/// Plays the scripted morning and returns the stage with all that happened on it.
///
/// # Errors
/// Whatever goes wrong on the stage.
pub async fn play() -> Result<Town, StageError> {
    // Friday, 1 May 2026, 08:40 in London.
    let mut town = Town::at("2026-05-01T07:40:00Z").await?;

    // Too early.
    town.rings(
        0,
        Caller::from(number_of("Mr Early"))
            .to(LINE)
            .named("Mr Early"),
    )?;
    town.until("2026-05-01T08:05:00Z").await?;

    // 09:05. Premium overtakes regular: Ann comes when both wait.
    town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 60))?;
    town.rings(30, talks(caller("Mr Shah", PREMIUM_LINE, "1"), 45))?;
    town.works(75, 0, 600)?;
    // Ann is still there: answered at once.
    town.rings(300, talks(caller("Miss Price", LINE, "2"), 40))?;
    town.until("2026-05-01T08:30:00Z").await?;

    // 09:30. Nobody is there, and Mr Okoro loses patience.
    town.rings(
        0,
        caller("Mr Okoro", LINE, "2").gives_up_after(Duration::from_secs(70)),
    )?;
    town.until("2026-05-01T08:40:00Z").await?;

    // 09:40. Nobody is there for three minutes: every phone rings, Ben is first to take the call, Cat's phone stops.
    let machine =
        Answers::after(Duration::from_secs(2)).then(Script::new().says("Please leave a message."));
    town.phones([machine, takes_the_call(6), Answers::never()]);
    town.rings(0, talks(caller("Mrs Lindt", LINE, "2"), 90))?;
    town.until("2026-05-01T09:00:00Z").await?;

    // 10:00. Somebody who is not Twilio.
    town.rings(
        0,
        Caller::from(number_of("a forger"))
            .to(LINE)
            .named("a forger")
            .forged(),
    )?;
    town.until("2026-05-04T09:00:00Z").await?;

    // Monday, 4 May 2026, 10:00: a bank holiday.
    town.rings(
        0,
        Caller::from(number_of("Miss Monday"))
            .to(LINE)
            .named("Miss Monday"),
    )?;
    town.until("2026-05-04T12:55:00Z").await?;

    // 13:55. Somebody opens the line for two hours although it is a bank holiday; from now on it counts.
    let (from, to) = (
        "2026-05-04T13:00:00Z".parse()?,
        "2026-05-04T15:00:00Z".parse()?,
    );
    let exception = Override::open(
        OverrideId::new("bank-holiday-cover")?,
        When::between(from, to)?,
    );
    town.system
        .override_hours(exception.because("bank holiday cover").by("Ann"))
        .await?;
    let now = town.twilio.now();
    town.journal.note(
        now,
        "Ann",
        "opens the line from 14:00 to 16:00",
        "an override beats the bank holiday",
    );
    town.works(420, 0, 300)?;
    town.rings(450, talks(caller("Mr Later", LINE, "1"), 30))?;
    town.twilio.run_until_idle().await?;
    Ok(town)
}
