//! Escalations kept in an SQLite file
