//! Values with their types: a statement that names its types needs no preparation by name, which a
//! session would have to remember, and goes out in one round trip.

use tokio_postgres::types::{ToSql, Type};

/// What the typed queries of `tokio_postgres` take, such as `query_typed`.
pub type Parameters<'a> = &'a [Parameter<'a>];

/// One value with its type.
pub type Parameter<'a> = (&'a (dyn ToSql + Sync), Type);

/// A `text`.
pub fn text(value: &(impl ToSql + Sync)) -> Parameter<'_> {
    (value, Type::TEXT)
}

/// A `bigint`.
pub fn bigint(value: &(impl ToSql + Sync)) -> Parameter<'_> {
    (value, Type::INT8)
}

/// An `integer`.
pub fn integer(value: &(impl ToSql + Sync)) -> Parameter<'_> {
    (value, Type::INT4)
}

/// A `boolean`.
pub fn boolean(value: &(impl ToSql + Sync)) -> Parameter<'_> {
    (value, Type::BOOL)
}

/// A `bytea`.
pub fn bytea(value: &(impl ToSql + Sync)) -> Parameter<'_> {
    (value, Type::BYTEA)
}

/// A `text[]`.
pub fn texts(value: &(impl ToSql + Sync)) -> Parameter<'_> {
    (value, Type::TEXT_ARRAY)
}

/// A `bigint[]`.
pub fn bigints(value: &(impl ToSql + Sync)) -> Parameter<'_> {
    (value, Type::INT8_ARRAY)
}
