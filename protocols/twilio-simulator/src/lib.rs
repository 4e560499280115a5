//! A Twilio on a virtual clock that runs TwiML against a real web application
