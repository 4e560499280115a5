//! Async client for the REST API of Twilio
