//! Every request that the crate can make, with every field that it knows.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use twilio_rest::conferences::{
    ConferenceStatus, CreateParticipant, ListConferences, UpdateParticipant,
};
use twilio_rest::conversations::{
    ChatServiceSid, ConversationSettings, ConversationState, EventType, ListConversations,
    MessageContent, NewParticipant, NewWebhook, Order, ParticipantSettings, WebhookSettings,
};
use twilio_rest::incoming_numbers::{ListIncomingNumbers, NumberSettings};
use twilio_rest::messages::Retention;
use twilio_rest::queues::{Dequeue, UpdateQueue};
use twilio_rest::recordings::{ListRecordings, StartRecording};
use twilio_rest::{
    CallEvent, CallStatus, CallbackMethod, Client, CreateCall, CreateMessage, Error, ListCalls,
    ListMessages, MachineDetection, UpdateCall,
};

/// A SID that begins with these letters.
pub(crate) fn sid<T: std::str::FromStr>(prefix: &str) -> T {
    let text = format!("{prefix}00000000000000000000000000000002");
    text.parse().ok().unwrap()
}

pub(crate) fn time() -> DateTime<Utc> {
    DateTime::from_timestamp_secs(1_772_528_400).unwrap()
}

fn day() -> NaiveDate {
    time().date_naive()
}

const URL: &str = "https://pbx.example.com/a?b=c&d=+e";
const ADA: &str = "+441134960000";
const BOB: &str = "+441134960001";

/// What a request is called in Twilio's document, and what came of it.
pub(crate) type Results = Vec<(&'static str, Result<(), Error>)>;

pub(crate) async fn request(client: &Client) -> Results {
    let mut results = calls(client).await;
    results.extend(messages(client).await);
    results.extend(queues(client).await);
    results.extend(conferences(client).await);
    results.extend(recordings(client).await);
    results.extend(incoming_numbers(client).await);
    results.extend(conversations(client).await);
    results.extend(in_conversations(client).await);
    results
}

pub(crate) fn full_call() -> CreateCall {
    CreateCall::new(ADA, BOB)
        .url(URL)
        .method(CallbackMethod::Post)
        .fallback(URL, CallbackMethod::Get)
        .status_callback(URL, CallEvent::ALL)
        .status_callback_method(CallbackMethod::Post)
        .timeout(Duration::from_secs(20))
        .time_limit(Duration::from_secs(3600))
        .send_digits("ww1#")
        .caller_id(BOB)
        .reason("Your parcel")
        .call_token("token")
        .sip_auth("user", "password")
        .record()
        .recording_status_callback(URL)
        .machine_detection(MachineDetection::DetectMessageEnd)
        .machine_detection_timeout(Duration::from_secs(10))
        .async_machine_detection(URL)
}

async fn calls(client: &Client) -> Results {
    let (calls, call) = (client.calls(), sid("CA"));
    let change = |change: UpdateCall| {
        change
            .method(CallbackMethod::Get)
            .fallback_url(URL)
            .fallback_method(CallbackMethod::Post)
            .status_callback(URL)
            .status_callback_method(CallbackMethod::Post)
            .time_limit(Duration::from_secs(60))
    };
    let which = ListCalls::default()
        .to("client:ada")
        .from(BOB)
        .status(CallStatus::NoAnswer)
        .parent_call(call)
        .started_after(time())
        .started_before(time())
        .ended_after(time())
        .ended_before(time())
        .page_size(1000);
    let started = StartRecording::default()
        .status_callback(URL)
        .status_callback_method(CallbackMethod::Post)
        .status_callback_events(["in-progress", "completed"])
        .trim("do-not-trim")
        .channels("dual")
        .track("both");
    let alone = CreateCall::new("client:ada", BOB).status_callback(URL, [CallEvent::Completed]);
    let inline = "<Response><Say>a + b & c</Say></Response>";
    let application: twilio_rest::queues::QueueSid = sid("QU");
    let application = application.as_str().replace("QU", "AP");
    vec![
        ("CreateCall", calls.create(full_call()).await.map(drop)),
        (
            "CreateCall",
            calls.create(alone.clone().twiml(inline)).await.map(drop),
        ),
        (
            "CreateCall",
            calls.create(alone.application(application)).await.map(drop),
        ),
        ("FetchCall", calls.fetch(&call).await.map(drop)),
        ("ListCall", calls.list(which).next_page().await.map(drop)),
        (
            "ListCall",
            calls.list(ListCalls::default()).next_page().await.map(drop),
        ),
        (
            "UpdateCall",
            calls
                .update(&call, change(UpdateCall::redirect(URL)))
                .await
                .map(drop),
        ),
        (
            "UpdateCall",
            calls
                .update(&call, change(UpdateCall::twiml(inline)))
                .await
                .map(drop),
        ),
        (
            "UpdateCall",
            calls
                .update(&call, change(UpdateCall::going_on()))
                .await
                .map(drop),
        ),
        ("UpdateCall", calls.redirect(&call, URL).await.map(drop)),
        ("UpdateCall", calls.cancel(&call).await.map(drop)),
        ("UpdateCall", calls.complete(&call).await.map(drop)),
        ("DeleteCall", calls.delete(&call).await),
        (
            "CreateCallRecording",
            calls.record(&call, started).await.map(drop),
        ),
        (
            "CreateCallRecording",
            calls
                .record(&call, StartRecording::default())
                .await
                .map(drop),
        ),
    ]
}

async fn messages(client: &Client) -> Results {
    let (messages, message) = (client.messages(), sid("SM"));
    let full = CreateMessage::new(ADA, BOB)
        .body(" a + b & ü ")
        .media([URL, "https://pbx.example.com/b.png"])
        .content("HX00000000000000000000000000000002")
        .content_variables(json!({"1": "Ada"}).to_string())
        .fallback_from(BOB)
        .status_callback(URL)
        .validity(Duration::from_secs(36_000))
        .max_price("0.05")
        .smart_encoded(true)
        .shorten_urls(false)
        .provide_feedback(true)
        .attempt(2)
        .content_retention(Retention::Retain)
        .send_as_mms(true);
    // A blank at the beginning is what Prism takes for an unescaped plus.
    let full = full.body("a + b & ü ");
    let scheduled = CreateMessage::by_service("whatsapp:+441134960000", sid("MG"))
        .body("Good morning")
        .send_at(time());
    let which = ListMessages::default()
        .to(ADA)
        .from(BOB)
        .sent_after(time())
        .sent_before(time())
        .page_size(20);
    vec![
        ("CreateMessage", messages.create(full).await.map(drop)),
        ("CreateMessage", messages.create(scheduled).await.map(drop)),
        ("FetchMessage", messages.fetch(&message).await.map(drop)),
        (
            "ListMessage",
            messages.list(which).next_page().await.map(drop),
        ),
        ("UpdateMessage", messages.cancel(&message).await.map(drop)),
        ("UpdateMessage", messages.redact(&message).await.map(drop)),
        ("DeleteMessage", messages.delete(&message).await),
    ]
}

async fn queues(client: &Client) -> Results {
    let (queues, queue, call) = (client.queues(), sid("QU"), sid("CA"));
    let members = queues.members(queue);
    let change = UpdateQueue::default()
        .friendly_name("regular")
        .max_size(5000);
    let get = Dequeue::to(URL).method(CallbackMethod::Get);
    vec![
        (
            "CreateQueue",
            queues.create("premium", Some(100)).await.map(drop),
        ),
        (
            "CreateQueue",
            queues.create("regular", None).await.map(drop),
        ),
        ("FetchQueue", queues.fetch(&queue).await.map(drop)),
        ("ListQueue", queues.list().next_page().await.map(drop)),
        ("UpdateQueue", queues.update(&queue, change).await.map(drop)),
        ("DeleteQueue", queues.delete(&queue).await),
        ("FetchMember", members.fetch(&call).await.map(drop)),
        ("ListMember", members.list().next_page().await.map(drop)),
        ("UpdateMember", members.dequeue(&call, get).await.map(drop)),
    ]
}

async fn conferences(client: &Client) -> Results {
    let (conferences, conference, call) = (client.conferences(), sid("CF"), sid("CA"));
    let participants = conferences.participants(conference);
    let which = ListConferences::default()
        .friendly_name("room 17")
        .status(ConferenceStatus::InProgress)
        .created_after(day())
        .created_before(day())
        .updated_after(day())
        .updated_before(day())
        .page_size(20);
    let full = CreateParticipant::new(ADA, BOB)
        .label("ada")
        .timeout(Duration::from_secs(20))
        .time_limit(Duration::from_secs(600))
        .muted(true)
        .beep("onEnter")
        .start_conference_on_enter(true)
        .end_conference_on_exit(false)
        .wait_url(URL)
        .wait_method(CallbackMethod::Get)
        .early_media(true)
        .max_participants(10)
        .record(true)
        .recording_status_callback(URL)
        .conference_record("record-from-start")
        .conference_status_callback(URL)
        .conference_status_callback_events(["start", "end", "join", "leave"])
        .coaching(true)
        .call_sid_to_coach(call)
        .caller_id(BOB)
        .reason("A meeting")
        .machine_detection(MachineDetection::Enable)
        .machine_detection_callback(URL)
        .status_callback(URL, CallEvent::ALL);
    let change = UpdateParticipant::default()
        .muted(true)
        .hold(true)
        .hold_url(URL)
        .hold_method(CallbackMethod::Get)
        .announce_url(URL)
        .announce_method(CallbackMethod::Post)
        .wait_url(URL)
        .wait_method(CallbackMethod::Get)
        .beep_on_exit(false)
        .end_conference_on_exit(true)
        .coaching(true)
        .call_sid_to_coach(call);
    let room = conferences.participants("room 17/b");
    let first = room.create(CreateParticipant::new(ADA, BOB));
    let announced = conferences.announce(&conference, URL, CallbackMethod::Get);
    vec![
        (
            "FetchConference",
            conferences.fetch(&conference).await.map(drop),
        ),
        (
            "ListConference",
            conferences.list(which).next_page().await.map(drop),
        ),
        (
            "UpdateConference",
            conferences.end(&conference).await.map(drop),
        ),
        ("UpdateConference", announced.await.map(drop)),
        (
            "CreateParticipant",
            participants.create(full).await.map(drop),
        ),
        ("CreateParticipant", first.await.map(drop)),
        (
            "FetchParticipant",
            participants.fetch(&call).await.map(drop),
        ),
        (
            "ListParticipant",
            participants.list().next_page().await.map(drop),
        ),
        (
            "UpdateParticipant",
            participants.update(&call, change).await.map(drop),
        ),
        ("DeleteParticipant", participants.remove(&call).await),
    ]
}

async fn recordings(client: &Client) -> Results {
    let (recordings, recording) = (client.recordings(), sid("RE"));
    let of_call = client.calls().recordings(&sid("CA"));
    let of_conference = client.conferences().recordings(&sid("CF"));
    let which = ListRecordings::default()
        .call(sid("CA"))
        .conference(sid("CF"))
        .created_after(time())
        .created_before(time())
        .include_soft_deleted(true)
        .page_size(20);
    vec![
        (
            "FetchRecording",
            recordings.fetch(&recording).await.map(drop),
        ),
        (
            "ListRecording",
            recordings.list(which).next_page().await.map(drop),
        ),
        ("DeleteRecording", recordings.delete(&recording).await),
        (
            "ListCallRecording",
            of_call.list().next_page().await.map(drop),
        ),
        (
            "UpdateCallRecording",
            of_call.pause(&recording).await.map(drop),
        ),
        (
            "UpdateCallRecording",
            of_call.resume(&recording).await.map(drop),
        ),
        (
            "UpdateCallRecording",
            of_call.stop(&recording).await.map(drop),
        ),
        (
            "ListConferenceRecording",
            of_conference.list().next_page().await.map(drop),
        ),
        (
            "UpdateConferenceRecording",
            of_conference.pause(&recording).await.map(drop),
        ),
    ]
}

async fn incoming_numbers(client: &Client) -> Results {
    let (numbers, number) = (client.incoming_numbers(), sid("PN"));
    let phone = ADA.parse().unwrap();
    let settings = || {
        NumberSettings::default()
            .friendly_name("Orders")
            .voice_url(URL)
            .voice_method(CallbackMethod::Post)
            .voice_fallback_url(URL)
            .voice_fallback_method(CallbackMethod::Get)
            .voice_application("AP00000000000000000000000000000002")
            .voice_caller_id_lookup(true)
            .status_callback(URL)
            .status_callback_method(CallbackMethod::Post)
            .sms_url(URL)
            .sms_method(CallbackMethod::Post)
            .sms_fallback_url(URL)
            .sms_fallback_method(CallbackMethod::Get)
            .sms_application("AP00000000000000000000000000000002")
            .address("AD00000000000000000000000000000002")
            .identity("RI00000000000000000000000000000002")
            .bundle("BU00000000000000000000000000000002")
            .trunk("TK00000000000000000000000000000002")
    };
    let which = ListIncomingNumbers::default()
        .phone_number("+44113*")
        .friendly_name("Orders")
        .beta(false)
        .origin("twilio")
        .page_size(20);
    vec![
        (
            "CreateIncomingPhoneNumber",
            numbers.create(&phone, settings()).await.map(drop),
        ),
        (
            "CreateIncomingPhoneNumber",
            numbers.create_in_area("510", settings()).await.map(drop),
        ),
        (
            "FetchIncomingPhoneNumber",
            numbers.fetch(&number).await.map(drop),
        ),
        (
            "ListIncomingPhoneNumber",
            numbers.list(which).next_page().await.map(drop),
        ),
        (
            "UpdateIncomingPhoneNumber",
            numbers.update(&number, settings()).await.map(drop),
        ),
        ("DeleteIncomingPhoneNumber", numbers.delete(&number).await),
    ]
}

async fn conversations(client: &Client) -> Results {
    let conversations = client.conversations().firing_webhooks();
    let service: ChatServiceSid = sid("IS");
    let in_service = client.conversations().in_service(service);
    let settings = || {
        ConversationSettings::default()
            .friendly_name("Ada's order")
            .unique_name("ada:bob/17 ü")
            .attributes(json!({"order": 17}))
            .state(ConversationState::Active)
            .messaging_service(sid("MG"))
            .inactive_after(Duration::from_secs(60))
            .closed_after(Duration::from_secs(600))
    };
    let which = || {
        ListConversations::default()
            .state(ConversationState::Closed)
            .created_after(day())
            .created_before(day())
            .page_size(100)
    };
    let together = [NewParticipant::chat("bob"), NewParticipant::sms(ADA, BOB)];
    vec![
        (
            "CreateConversation",
            conversations.create(settings()).await.map(drop),
        ),
        (
            "CreateConversationWithParticipants",
            conversations
                .create_with_participants(settings(), together)
                .await
                .map(drop),
        ),
        (
            "FetchConversation",
            conversations.fetch("ada:bob/17 ü").await.map(drop),
        ),
        (
            "ListConversation",
            conversations.list(which()).next_page().await.map(drop),
        ),
        (
            "UpdateConversation",
            conversations.update("ada:bob", settings()).await.map(drop),
        ),
        ("DeleteConversation", conversations.delete("ada:bob").await),
        (
            "ListParticipantConversation",
            conversations.of_identity("bob").next_page().await.map(drop),
        ),
        (
            "ListParticipantConversation",
            conversations.of_address(ADA).next_page().await.map(drop),
        ),
        (
            "CreateServiceConversation",
            in_service.create(settings()).await.map(drop),
        ),
        (
            "FetchServiceConversation",
            in_service.fetch("ada:bob").await.map(drop),
        ),
        (
            "ListServiceConversation",
            in_service.list(which()).next_page().await.map(drop),
        ),
    ]
}

async fn in_conversations(client: &Client) -> Results {
    let conversations = client.conversations();
    let name = "ada:bob/17";
    let participants = conversations.participants(name);
    let (participant, message, webhook) = (sid("MB"), sid("IM"), sid("WH"));
    let messages = conversations.messages(name);
    let webhooks = conversations.webhooks(name);
    let chat = NewParticipant::chat("bob")
        .role(sid("RL"))
        .attributes(json!({}))
        .projected_address(BOB);
    let settings = ParticipantSettings::default()
        .role(sid("RL"))
        .attributes(json!({}))
        .identity("bob")
        .proxy_address(ADA)
        .projected_address(BOB)
        .last_read_message_index(7);
    let content = || {
        MessageContent::default()
            .author("kitchen")
            .body("It is on its way.")
            .attributes(json!({"campaign": 3}))
            .subject("Order 17")
    };
    let said = content()
        .media("ME00000000000000000000000000000002")
        .content("HX00000000000000000000000000000002")
        .content_variables("{}");
    let events = [EventType::MessageAdded, EventType::ParticipantAdded];
    let reported = NewWebhook::events(URL, events.clone())
        .method(CallbackMethod::Post)
        .replay_after(3);
    let changed = WebhookSettings::default()
        .url(URL)
        .events(events)
        .words(["stop", "help"])
        .flow("FW00000000000000000000000000000002")
        .method(CallbackMethod::Get);
    let flow = NewWebhook::studio("FW00000000000000000000000000000002");
    vec![
        (
            "CreateConversationParticipant",
            participants.create(chat).await.map(drop),
        ),
        (
            "CreateConversationParticipant",
            participants
                .create(NewParticipant::sms(ADA, BOB))
                .await
                .map(drop),
        ),
        (
            "FetchConversationParticipant",
            participants.fetch(&participant).await.map(drop),
        ),
        (
            "ListConversationParticipant",
            participants.list().next_page().await.map(drop),
        ),
        (
            "UpdateConversationParticipant",
            participants.update(&participant, settings).await.map(drop),
        ),
        (
            "DeleteConversationParticipant",
            participants.remove(&participant).await,
        ),
        (
            "CreateConversationMessage",
            messages.create(said).await.map(drop),
        ),
        (
            "FetchConversationMessage",
            messages.fetch(&message).await.map(drop),
        ),
        (
            "ListConversationMessage",
            messages
                .list(Order::LatestFirst)
                .next_page()
                .await
                .map(drop),
        ),
        (
            "UpdateConversationMessage",
            messages.update(&message, content()).await.map(drop),
        ),
        ("DeleteConversationMessage", messages.delete(&message).await),
        (
            "CreateConversationScopedWebhook",
            webhooks.create(reported).await.map(drop),
        ),
        (
            "CreateConversationScopedWebhook",
            webhooks
                .create(NewWebhook::words(URL, ["stop"]))
                .await
                .map(drop),
        ),
        (
            "CreateConversationScopedWebhook",
            webhooks.create(flow).await.map(drop),
        ),
        (
            "FetchConversationScopedWebhook",
            webhooks.fetch(&webhook).await.map(drop),
        ),
        (
            "ListConversationScopedWebhook",
            webhooks.list().next_page().await.map(drop),
        ),
        (
            "UpdateConversationScopedWebhook",
            webhooks.update(&webhook, changed).await.map(drop),
        ),
        (
            "DeleteConversationScopedWebhook",
            webhooks.delete(&webhook).await,
        ),
    ]
}
