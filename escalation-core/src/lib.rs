//! Escalation processes with timed notifications: decided here, delivered by the host, through crashes, on any storage
