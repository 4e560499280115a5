//! Twilio's error codes that a program may want to act upon; see [`Error::code`](crate::Error::code).
//! All are explained at `https://www.twilio.com/docs/errors/<code>`.

/// The credentials are wrong, or may not do this.
pub const AUTHENTICATION: u32 = 20_003;
/// The call or message is not over yet, so its record cannot be deleted: try again in minutes.
pub const NOT_OVER: u32 = 20_009;
/// There is no such thing.
pub const NOT_FOUND: u32 = 20_404;
/// Too many requests at once.
pub const TOO_MANY_REQUESTS: u32 = 20_429;

/// `To` is no phone number.
pub const INVALID_TO: u32 = 21_211;
/// The call is not in a state in which this can be done.
pub const INVALID_CALL_STATE: u32 = 21_220;
/// The phone number is not to be had.
pub const NUMBER_NOT_AVAILABLE: u32 = 21_422;
/// The recipient has opted out (`STOP`): never try again.
pub const OPTED_OUT: u32 = 21_610;
/// The sender's queue of messages is full: several hours wait in it.
pub const MESSAGE_QUEUE_FULL: u32 = 21_611;

/// The account's queue of calls to be placed is full: a day's worth waits in it.
pub const CALL_QUEUE_FULL: u32 = 22_005;

/// There is a conversation of that unique name.
pub const UNIQUE_NAME_TAKEN: u32 = 50_353;
/// The conversation is closed, for ever.
pub const CONVERSATION_CLOSED: u32 = 50_377;
/// The same thing was changed at the same moment: the request was rejected, fetch and try again.
pub const CHANGED_AT_ONCE: [u32; 4] = [50_391, 50_419, 50_449, 50_213];
/// Whoever is to be added is a participant.
pub const ALREADY_PARTICIPANT: [u32; 3] = [50_433, 50_404, 50_437];
/// The address and our number are a pair in another open conversation.
pub const ADDRESSES_IN_USE: [u32; 2] = [50_416, 50_425];
/// The user is in as many conversations as can be.
pub const TOO_MANY_CONVERSATIONS: [u32; 2] = [50_214, 50_208];
