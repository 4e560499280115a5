//! Typed requests that Twilio sends, and their X-Twilio-Signature
