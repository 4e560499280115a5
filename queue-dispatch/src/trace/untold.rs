//! Nothing.

use crate::command::Command;
use crate::refusal::Refusal;
use crate::store::StoreError;

pub(crate) const fn commanded(_: u64, _: &[Command]) {}
pub(crate) const fn refused(_: &Refusal) {}
pub(crate) const fn took_in(_: usize) {}
pub(crate) const fn store_failed(_: &'static str, _: &StoreError) {}
