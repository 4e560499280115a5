//! Live overrides of opening hours kept in an SQLite file: "pause now" for all programs of one machine.
//!
//! ```
//! use business_hours::{Override, OverrideStore, Schedule, ScheduleId, Tz};
//! use hours_sqlite::SqliteOverrides;
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("hours.db");
//! let desk = Schedule::builder(Tz::Europe__London)
//!     .week("mon-fri".parse()?, "09:00-17:30".parse()?)
//!     .build()?;
//! let sales = ScheduleId::new("sales")?;
//!
//! let one_program = SqliteOverrides::open(&path)?;
//! let drill = "2026-12-01T14:00:00Z to 2026-12-01T15:00:00Z".parse()?;
//! let pause = Override::closed("pause".parse()?, drill).because("Fire drill");
//! let version = one_program.put(&sales, pause).await?;
//!
//! let another = SqliteOverrides::open(&path)?;
//! assert_eq!(another.version(&sales).await?, version); // cheap, to be polled
//! let now = another.snapshot(&sales).await?.apply_to(&desk)?;
//! assert_eq!(
//!     now.status("2026-12-01T14:30:00Z".parse()?)?.to_string(),
//!     "closed: Fire drill; opens 15:00"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The main type is [`SqliteOverrides`]. Several programs on one machine may open the same file, which may
//! also hold the host's own tables: ours begin with `hours_`. Each store owns one thread that does all its
//! work, so no caller is blocked by a disk.
//!
//! # What we do not do
//!
//! No network file systems: their locks do not hold what SQLite needs. No notice of what other programs
//! write: poll [`version`](business_hours::OverrideStore::version). No clock: `now` is the caller's.

mod error;
mod overrides;
mod store;

pub use sqlite_file::{OpenError, SqliteFile};
pub use store::SqliteOverrides;
