//! The parts of the program `twilio-sim`, which its tests use too; the README has the file formats.

pub mod cases;
pub mod rest;
pub mod scenario;
pub mod timed;
