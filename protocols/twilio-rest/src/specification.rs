//! The names of all fields, compared with Twilio's documents, and the documents' own answers, read.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::calls::{Call, CreateCall, ListCalls, UpdateCall};
use crate::conferences::{
    Conference, CreateParticipant, ListConferences, Participant, UpdateParticipant,
};
use crate::conversations::{
    Conversation, ConversationMessage, ConversationParticipant, ConversationSettings,
    ListConversations, MessageContent, NewParticipant, NewWebhook, ParticipantSettings, Seat,
    Webhook, WebhookSettings,
};
use crate::incoming_numbers::{IncomingNumber, ListIncomingNumbers, NumberSettings};
use crate::messages::{CreateMessage, ListMessages, Message};
use crate::queues::{Dequeue, Member, Queue, UpdateQueue};
use crate::recordings::{ListRecordings, Recording, StartRecording};

/// What `resource!` tells about itself.
pub(crate) trait Resource: DeserializeOwned {
    const FIELDS: &'static [&'static str];

    fn extra(&self) -> &Map<String, Value>;
}

struct Document(Value);

impl Document {
    fn read() -> Self {
        let text = include_str!("../tests/data/openapi.json");
        Self(serde_json::from_str(text).unwrap())
    }

    fn operation(&self, id: &str) -> &Value {
        self.0["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|path| path.as_object().unwrap().values())
            .find(|operation| operation["operationId"] == id)
            .unwrap_or_else(|| panic!("no operation {id}"))
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(place) => self.0.pointer(&place[1..]).unwrap(),
            None => schema,
        }
    }

    /// The fields that a request may have.
    fn request(&self, id: &str) -> BTreeSet<&str> {
        let operation = self.operation(id);
        let form = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]
            ["schema"]["properties"]
            .as_object();
        let form = form
            .into_iter()
            .flat_map(|names| names.keys().map(String::as_str));
        let query = operation["parameters"].as_array().into_iter().flatten();
        let query = query
            .filter(|parameter| parameter["in"] == "query")
            .filter_map(|parameter| parameter["name"].as_str());
        form.chain(query).collect()
    }

    /// The schema and the examples of the good answers.
    fn answers(&self, id: &str) -> Vec<(&Value, Vec<&Value>)> {
        let responses = self.operation(id)["responses"].as_object().unwrap();
        let good = responses
            .iter()
            .filter(|(status, _)| status.starts_with('2'));
        good.map(|(_, response)| {
            let content = &response["content"]["application/json"];
            let examples = content["examples"].as_object().into_iter().flatten();
            let examples = examples.map(|(_, example)| &example["value"]).collect();
            (self.resolved(&content["schema"]), examples)
        })
        .collect()
    }
}

#[test]
fn fields_of_requests() {
    let document = Document::read();
    let requests: [(&[&str], &[&str]); 20] = [
        (CreateCall::FIELDS, &["CreateCall"]),
        (ListCalls::FIELDS, &["ListCall"]),
        (UpdateCall::FIELDS, &["UpdateCall"]),
        (CreateMessage::FIELDS, &["CreateMessage"]),
        (ListMessages::FIELDS, &["ListMessage"]),
        (UpdateQueue::FIELDS, &["UpdateQueue"]),
        (Dequeue::FIELDS, &["UpdateMember"]),
        (ListConferences::FIELDS, &["ListConference"]),
        (CreateParticipant::FIELDS, &["CreateParticipant"]),
        (UpdateParticipant::FIELDS, &["UpdateParticipant"]),
        (ListRecordings::FIELDS, &["ListRecording"]),
        (StartRecording::FIELDS, &["CreateCallRecording"]),
        (
            NumberSettings::FIELDS,
            &["CreateIncomingPhoneNumber", "UpdateIncomingPhoneNumber"],
        ),
        (ListIncomingNumbers::FIELDS, &["ListIncomingPhoneNumber"]),
        (
            ConversationSettings::FIELDS,
            &[
                "CreateConversation",
                "UpdateConversation",
                "CreateConversationWithParticipants",
            ],
        ),
        (ListConversations::FIELDS, &["ListConversation"]),
        (NewParticipant::FIELDS, &["CreateConversationParticipant"]),
        (
            ParticipantSettings::FIELDS,
            &["UpdateConversationParticipant"],
        ),
        (NewWebhook::FIELDS, &["CreateConversationScopedWebhook"]),
        (
            WebhookSettings::FIELDS,
            &["UpdateConversationScopedWebhook"],
        ),
    ];
    for (fields, ids) in requests {
        for id in ids {
            let allowed = document.request(id);
            for field in fields {
                assert!(allowed.contains(field), "{id} has no field {field}");
            }
        }
    }
    // Three of these are for creations alone, as their documentation says.
    let allowed = document.request("CreateConversationMessage");
    for field in MessageContent::FIELDS {
        assert!(allowed.contains(field), "{field}");
    }
}

/// All fields of `T` are in the schema, and can be read from all examples.
fn check<T: Resource>(ids: &[&str], list: Option<&str>) {
    let document = Document::read();
    let mut read = 0;
    for id in ids {
        for (schema, examples) in document.answers(id) {
            let schema = match list {
                Some(key) => document.resolved(&schema["properties"][key]["items"]),
                None => schema,
            };
            for field in T::FIELDS {
                assert!(
                    schema["properties"][field].is_object(),
                    "{id} does not answer with {field}"
                );
            }
            for example in examples {
                let items = match list {
                    Some(key) => example[key].as_array().unwrap().clone(),
                    None => vec![example.clone()],
                };
                for item in items {
                    let resource: T = serde_json::from_value(item.clone())
                        .unwrap_or_else(|error| panic!("{id}: {error}: {item}"));
                    let unread = T::FIELDS
                        .iter()
                        .find(|field| resource.extra().contains_key(**field));
                    assert_eq!(unread, None, "{id}: {item}");
                    read += 1;
                }
            }
        }
    }
    assert!(read > 0, "{ids:?} have no examples");
}

#[test]
fn fields_of_answers() {
    check::<Call>(&["CreateCall", "FetchCall", "UpdateCall"], None);
    check::<Call>(&["ListCall"], Some("calls"));
    check::<Message>(&["CreateMessage", "FetchMessage", "UpdateMessage"], None);
    check::<Message>(&["ListMessage"], Some("messages"));
    check::<Queue>(&["CreateQueue", "FetchQueue", "UpdateQueue"], None);
    check::<Queue>(&["ListQueue"], Some("queues"));
    check::<Member>(&["FetchMember", "UpdateMember"], None);
    check::<Member>(&["ListMember"], Some("queue_members"));
    check::<Conference>(&["FetchConference", "UpdateConference"], None);
    check::<Conference>(&["ListConference"], Some("conferences"));
    check::<Participant>(
        &["CreateParticipant", "FetchParticipant", "UpdateParticipant"],
        None,
    );
    check::<Participant>(&["ListParticipant"], Some("participants"));
    check::<Recording>(&["FetchRecording"], None);
    check::<Recording>(&["ListRecording"], Some("recordings"));
}

#[test]
fn fields_of_answers_about_numbers_and_conversations() {
    check::<IncomingNumber>(
        &[
            "CreateIncomingPhoneNumber",
            "FetchIncomingPhoneNumber",
            "UpdateIncomingPhoneNumber",
        ],
        None,
    );
    check::<IncomingNumber>(&["ListIncomingPhoneNumber"], Some("incoming_phone_numbers"));
    check::<Conversation>(
        &[
            "CreateConversation",
            "FetchConversation",
            "UpdateConversation",
            "CreateConversationWithParticipants",
        ],
        None,
    );
    check::<Conversation>(&["ListConversation"], Some("conversations"));
    check::<ConversationParticipant>(
        &[
            "CreateConversationParticipant",
            "FetchConversationParticipant",
            "UpdateConversationParticipant",
        ],
        None,
    );
    check::<ConversationParticipant>(&["ListConversationParticipant"], Some("participants"));
    check::<ConversationMessage>(
        &[
            "CreateConversationMessage",
            "FetchConversationMessage",
            "UpdateConversationMessage",
        ],
        None,
    );
    check::<ConversationMessage>(&["ListConversationMessage"], Some("messages"));
    check::<Webhook>(
        &[
            "CreateConversationScopedWebhook",
            "FetchConversationScopedWebhook",
            "UpdateConversationScopedWebhook",
        ],
        None,
    );
    check::<Webhook>(&["ListConversationScopedWebhook"], Some("webhooks"));
    check::<Seat>(&["ListParticipantConversation"], Some("conversations"));
}
