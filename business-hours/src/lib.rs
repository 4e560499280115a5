//! Are we open, why, until when, and how long is four working hours from now
