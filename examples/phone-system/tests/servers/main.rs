//! Several servers on one database: any of them answers any request, and none is missed when it dies.

/// What stands before the servers.
mod balancer;
/// The books that must balance.
mod books;
/// Servers are killed every few seconds, and the books balance.
mod chaos;
/// Two servers in virtual time.
mod pair;
/// The program, as processes.
mod processes;

/// Any error of a test.
type AnyError = Box<dyn std::error::Error + Send + Sync>;
/// The outcome of a test.
type Outcome = Result<(), AnyError>;
