//! Requests about text, multimedia and chat-app messages.

use crate::callback::callback;
use crate::open_enum::open_enum;
use crate::{AccountSid, Address, ChannelInstallSid, MessageSid, MessagingServiceSid, Place, Sid};

callback! {
    /// A message has come in. Answer with messaging TwiML; an empty `<Response/>` says nothing.
    ///
    /// Source: Twilio, "Request parameters" of TwiML for Programmable Messaging.
    pub struct IncomingMessage {
        /// The message.
        pub sid: MessageSid = "MessageSid" or "SmsMessageSid" or "SmsSid",
        /// The account.
        pub account_sid: AccountSid = "AccountSid",
        /// The Messaging Service, if the number belongs to one.
        pub messaging_service_sid: Option<MessagingServiceSid> = "MessagingServiceSid",
        /// Who wrote: a number, or a channel address such as `whatsapp:+441134960000`.
        pub from: Address = "From",
        /// To which of our addresses.
        pub to: Address = "To",
        /// The text, up to 1,600 characters; empty if there is only media.
        pub body: String = "Body",
        /// How many media come with it: see [`media`](Self::media).
        pub media_count: u32 = "NumMedia",
        /// In how many parts it was sent; 1 if not by SMS or MMS.
        pub segments: Option<u32> = "NumSegments",
        /// `received`.
        pub status: Option<MessageStatus> = "SmsStatus",
        /// The version of the API.
        pub api_version: Option<String> = "ApiVersion",
        /// Where the sender's number is from, as well as Twilio knows.
        pub from_place: Place = "FromCity" and "FromState" and "FromZip" and "FromCountry",
        /// Where our number is from, as well as Twilio knows.
        pub to_place: Place = "ToCity" and "ToState" and "ToZip" and "ToCountry",
        /// Whether this is a request to stop, to start again or for help. Only with Advanced
        /// Opt-Out, which has then answered it already.
        pub opt_out: Option<OptOut> = "OptOutType",
        /// What add-ons found out, as JSON. Signed as it is: never write it anew.
        pub add_ons: Option<String> = "AddOns",
        /// The kind of message on a chat app, as in `text`.
        pub message_type: Option<String> = "MessageType",
        /// The data of the button that was pressed.
        pub button_payload: Option<String> = "ButtonPayload",
        /// The words on the button that was pressed.
        pub button_text: Option<String> = "ButtonText",
        /// The kind of button that was pressed.
        pub button_type: Option<ButtonType> = "ButtonType",
        /// What was chosen from a list or form, as JSON.
        pub interactive_data: Option<String> = "InteractiveData",
        /// What was entered into a WhatsApp Flow, as JSON.
        pub flow_data: Option<String> = "FlowData",
        /// What the channel says besides, as JSON.
        pub channel_metadata: Option<String> = "ChannelMetadata",
        /// A shared place: degrees north.
        pub latitude: Option<f64> = "Latitude",
        /// A shared place: degrees east.
        pub longitude: Option<f64> = "Longitude",
        /// A shared place: its postal address.
        pub place_address: Option<String> = "Address",
        /// A shared place: its name.
        pub place_label: Option<String> = "Label",
        /// The sender's name on WhatsApp.
        pub profile_name: Option<String> = "ProfileName",
        /// The sender's WhatsApp number, without `+`.
        pub whatsapp_id: Option<String> = "WaId",
        /// Whether the message was forwarded.
        pub forwarded: Option<bool> = "Forwarded",
        /// Whether it has been forwarded often.
        pub frequently_forwarded: Option<bool> = "FrequentlyForwarded",
        /// Who wrote the message that this one answers.
        pub replied_sender: Option<Address> = "OriginalRepliedMessageSender",
        /// The message that this one answers.
        pub replied_sid: Option<Sid> = "OriginalRepliedMessageSid",
        /// The advert that led here: its text.
        pub referral_body: Option<String> = "ReferralBody",
        /// The advert that led here: its headline.
        pub referral_headline: Option<String> = "ReferralHeadline",
        /// The advert that led here: its name.
        pub referral_source_id: Option<String> = "ReferralSourceId",
        /// The advert that led here: its kind.
        pub referral_source_type: Option<String> = "ReferralSourceType",
        /// The advert that led here: where it is.
        pub referral_source_url: Option<String> = "ReferralSourceUrl",
        /// The advert that led here: its picture's name.
        pub referral_media_id: Option<String> = "ReferralMediaId",
        /// The advert that led here: its picture's type.
        pub referral_media_content_type: Option<String> = "ReferralMediaContentType",
        /// The advert that led here: its picture.
        pub referral_media_url: Option<String> = "ReferralMediaUrl",
        /// The advert that led here: how many pictures it has.
        pub referral_media_count: Option<u32> = "ReferralNumMedia",
        /// The advert that led here: the click.
        pub referral_click_id: Option<String> = "ReferralCtwaClid",
    }
}

impl IncomingMessage {
    /// The media that come with the message (`MediaUrl0`, `MediaContentType0`, …), as far as they
    /// were sent.
    pub fn media(&self) -> impl Iterator<Item = Media<'_>> {
        // The count is the sender's word: without a bound, a large one would be a long loop.
        (0..self.media_count).map_while(|number| {
            Some(Media {
                url: self.extra.get(&format!("MediaUrl{number}"))?,
                content_type: self.extra.get(&format!("MediaContentType{number}")),
            })
        })
    }
}

/// A picture, sound or file that came with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Media<'a> {
    /// Where it is to be had, with the account's credentials if the account asks for them.
    pub url: &'a str,
    /// Its type, as in `image/jpeg`.
    pub content_type: Option<&'a str>,
}

open_enum! {
    /// What a message asks about further ones.
    pub enum OptOut {
        /// No more.
        Stop = "STOP",
        /// Help.
        Help = "HELP",
        /// Again.
        Start = "START",
    }
}

open_enum! {
    /// The kind of button that was pressed.
    pub enum ButtonType {
        /// A quick reply.
        Reply = "REPLY",
        /// A call to action.
        Action = "ACTION",
    }
}

callback! {
    /// A message that we sent has got further (its `StatusCallback`, or that of the Messaging
    /// Service). The answer is ignored. Requests may arrive out of order.
    ///
    /// Source: Twilio, "Track the message status of outbound messages".
    pub struct MessageStatusCallback {
        /// The message.
        pub sid: MessageSid = "MessageSid" or "SmsSid",
        /// How far it is.
        pub status: MessageStatus = "MessageStatus" or "SmsStatus",
        /// The account.
        pub account_sid: AccountSid = "AccountSid",
        /// From which of our addresses.
        pub from: Address = "From",
        /// To whom.
        pub to: Option<Address> = "To",
        /// The Messaging Service that sent it.
        pub messaging_service_sid: Option<MessagingServiceSid> = "MessagingServiceSid",
        /// The version of the API.
        pub api_version: Option<String> = "ApiVersion",
        /// Why it failed, as Twilio's error code.
        pub error_code: Option<u32> = "ErrorCode",
        /// Why it failed, in words. Undocumented.
        pub error_message: Option<String> = "ErrorMessage",
        /// When the carrier says it arrived, as `YYMMDDhhmm` in the carrier's time zone, which is
        /// not said.
        pub carrier_done_date: Option<String> = "RawDlrDoneDate",
        /// The channel, if not SMS or MMS.
        pub channel_install_sid: Option<ChannelInstallSid> = "ChannelInstallSid",
        /// Why the channel failed, in words.
        pub channel_status: Option<String> = "ChannelStatusMessage",
        /// The channel, as in `whatsapp`.
        pub channel_prefix: Option<String> = "ChannelPrefix",
        /// What happened on the channel, as in `READ`.
        pub event_type: Option<String> = "EventType",
    }
}

open_enum! {
    /// How far a message is.
    pub enum MessageStatus {
        /// Taken, a sender is being chosen.
        Accepted = "accepted",
        /// To be sent later.
        Scheduled = "scheduled",
        /// Waiting to be sent.
        Queued = "queued",
        /// On its way to the carrier.
        Sending = "sending",
        /// With the carrier.
        Sent = "sent",
        /// Arrived.
        Delivered = "delivered",
        /// Did not arrive.
        Undelivered = "undelivered",
        /// Could not be sent.
        Failed = "failed",
        /// Read by the recipient.
        Read = "read",
        /// Taken back before it was sent.
        Canceled = "canceled",
        /// Arrived at some of several recipients.
        PartiallyDelivered = "partially_delivered",
        /// Coming in.
        Receiving = "receiving",
        /// Come in.
        Received = "received",
    }
}
