//! The form of the checked-in data: one small file a country, described in data/README.md.

mod bytes;
mod country_file;
mod easter;
mod rule;

pub(crate) use country_file::{CountryFile, Header, Kind, Named};
