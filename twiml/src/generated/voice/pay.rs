// Written by `TWIML_BLESS=1 cargo test -p twiml --test generated` from twiml/vocabulary: edit that instead.

use alloc::vec::Vec;

use super::{Parameter, Prompt};
use crate::children::{add, children};
#[cfg(feature = "parse")]
use crate::parse::{self, Kept, Parse, Reader, Tag};
use crate::render::{Render, RenderChild as _, TagName, Xml, name, tag};
use crate::values::{BankAccountType, CardType, Decimal, Method, PayInput, PayLanguage, PaymentMethod, PostalCode, Seconds, SpaceList, TokenType};
use crate::{Comment, Element, Node as UncheckedNode, Text, Unchecked};

/// `<Pay>`: take a card or bank payment over the phone.
///
/// Stands in [`VoiceResponse`](crate::voice::VoiceResponse).
/// Holds [`Parameter`](crate::voice::Parameter), [`Prompt`](crate::voice::Prompt).
///
/// Source: <https://www.twilio.com/docs/voice/twiml/pay>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pay {
    /// `action`: URL told the outcome.
    ///
    /// Default: current document. Rule: https, POST only; absolute when the TwiML was given inline to the Calls API. [Source](https://www.twilio.com/docs/voice/twiml/pay).
    pub action: Option<Text>,
    /// `bankAccountType`: kind of bank account.
    ///
    /// Default: `consumer-checking`. Rule: with ach-debit. [Source](https://www.twilio.com/docs/voice/twiml/pay).
    pub bank_account_type: Option<BankAccountType>,
    /// `chargeAmount`: amount to charge.
    ///
    /// Range: 0..1000000; 0 or none = only make a token. [Source](https://www.twilio.com/docs/voice/twiml/pay).
    pub charge_amount: Option<Decimal>,
    /// `currency`: currency of the amount.
    ///
    /// Default: `usd`. Rule: ISO 4217. [Source](https://www.twilio.com/docs/voice/twiml/pay).
    pub currency: Option<Text>,
    /// `description`: note for the payment gateway.
    ///
    /// [Source](https://www.twilio.com/docs/voice/twiml/pay).
    pub description: Option<Text>,
    /// `input`: how the caller enters data.
    ///
    /// Default: `dtmf`. [Source](https://www.twilio.com/docs/voice/twiml/pay).
    pub input: Option<PayInput>,
    /// `language`: language of the built-in prompts.
    ///
    /// Default: `en-US`. [Source](https://www.twilio.com/docs/voice/twiml/pay).
    pub language: Option<PayLanguage>,
    /// `maxAttempts`: tries per item.
    ///
    /// Range: 1..3. [Source](https://www.twilio.com/docs/voice/twiml/pay).
    pub max_attempts: Option<u32>,
    /// `minPostalCodeLength`: shortest postal code accepted.
    ///
    /// Range: >= 1. [Source](https://www.twilio.com/docs/voice/twiml/pay).
    pub min_postal_code_length: Option<u32>,
    /// `paymentConnector`: Pay connector to use.
    ///
    /// Default: `Default`. [Source](https://www.twilio.com/docs/voice/twiml/pay).
    pub payment_connector: Option<Text>,
    /// `paymentMethod`: card or bank debit.
    ///
    /// Default: `credit-card`. [Source](https://www.twilio.com/docs/voice/twiml/pay).
    pub payment_method: Option<PaymentMethod>,
    /// `postalCode`: ask for the postal code.
    ///
    /// Default: `true`. Rule: true, false or a known postal code. [Source](https://www.twilio.com/docs/voice/twiml/pay).
    pub postal_code: Option<PostalCode>,
    /// `securityCode`: ask for the card security code.
    ///
    /// Default: `true`. [Source](https://www.twilio.com/docs/voice/twiml/pay).
    pub security_code: Option<bool>,
    /// `statusCallback`: URL told about state changes; its answer is ignored.
    ///
    /// Rule: host of an absolute URL must be valid, no underscore. [Source](https://www.twilio.com/docs/voice/twiml/pay).
    pub status_callback: Option<Text>,
    /// `statusCallbackMethod`: HTTP method for statusCallback.
    ///
    /// Default: `POST`. [Source](https://www.twilio.com/docs/voice/twiml/pay).
    pub status_callback_method: Option<Method>,
    /// `timeout`: pause between digits.
    ///
    /// Default: `5`. In seconds. Range: >= 1 seconds. [Source](https://www.twilio.com/docs/voice/twiml/pay).
    pub timeout: Option<Seconds>,
    /// `tokenType`: kind of token made.
    ///
    /// Default: `reusable`. [Source](https://www.twilio.com/docs/voice/twiml/pay).
    pub token_type: Option<TokenType>,
    /// `validCardTypes`: cards accepted.
    ///
    /// Default: visa mastercard amex. [Source](https://www.twilio.com/docs/voice/twiml/pay).
    pub valid_card_types: Option<SpaceList<CardType>>,
    nouns: Vec<PayNoun>,
    unchecked: Unchecked,
}

impl Pay {
    /// `<Pay>` with nothing set.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`action`](Self::action): URL told the outcome.
    #[must_use]
    #[inline]
    pub fn action(mut self, value: impl Into<Text>) -> Self {
        self.action = Some(value.into());
        self
    }

    /// Sets [`bank_account_type`](Self::bank_account_type): kind of bank account.
    #[must_use]
    #[inline]
    pub fn bank_account_type(mut self, value: impl Into<BankAccountType>) -> Self {
        self.bank_account_type = Some(value.into());
        self
    }

    /// Sets [`charge_amount`](Self::charge_amount): amount to charge.
    #[must_use]
    #[inline]
    pub fn charge_amount(mut self, value: impl Into<Decimal>) -> Self {
        self.charge_amount = Some(value.into());
        self
    }

    /// Sets [`currency`](Self::currency): currency of the amount.
    #[must_use]
    #[inline]
    pub fn currency(mut self, value: impl Into<Text>) -> Self {
        self.currency = Some(value.into());
        self
    }

    /// Sets [`description`](Self::description): note for the payment gateway.
    #[must_use]
    #[inline]
    pub fn description(mut self, value: impl Into<Text>) -> Self {
        self.description = Some(value.into());
        self
    }

    /// Sets [`input`](Self::input): how the caller enters data.
    #[must_use]
    #[inline]
    pub fn input(mut self, value: impl Into<PayInput>) -> Self {
        self.input = Some(value.into());
        self
    }

    /// Sets [`language`](Self::language): language of the built-in prompts.
    #[must_use]
    #[inline]
    pub fn language(mut self, value: impl Into<PayLanguage>) -> Self {
        self.language = Some(value.into());
        self
    }

    /// Sets [`max_attempts`](Self::max_attempts): tries per item.
    #[must_use]
    #[inline]
    pub fn max_attempts(mut self, value: u32) -> Self {
        self.max_attempts = Some(value);
        self
    }

    /// Sets [`min_postal_code_length`](Self::min_postal_code_length): shortest postal code accepted.
    #[must_use]
    #[inline]
    pub fn min_postal_code_length(mut self, value: u32) -> Self {
        self.min_postal_code_length = Some(value);
        self
    }

    /// Sets [`payment_connector`](Self::payment_connector): Pay connector to use.
    #[must_use]
    #[inline]
    pub fn payment_connector(mut self, value: impl Into<Text>) -> Self {
        self.payment_connector = Some(value.into());
        self
    }

    /// Sets [`payment_method`](Self::payment_method): card or bank debit.
    #[must_use]
    #[inline]
    pub fn payment_method(mut self, value: impl Into<PaymentMethod>) -> Self {
        self.payment_method = Some(value.into());
        self
    }

    /// Sets [`postal_code`](Self::postal_code): ask for the postal code.
    #[must_use]
    #[inline]
    pub fn postal_code(mut self, value: impl Into<PostalCode>) -> Self {
        self.postal_code = Some(value.into());
        self
    }

    /// Sets [`security_code`](Self::security_code): ask for the card security code.
    #[must_use]
    #[inline]
    pub fn security_code(mut self, value: bool) -> Self {
        self.security_code = Some(value);
        self
    }

    /// Sets [`status_callback`](Self::status_callback): URL told about state changes; its answer is ignored.
    #[must_use]
    #[inline]
    pub fn status_callback(mut self, value: impl Into<Text>) -> Self {
        self.status_callback = Some(value.into());
        self
    }

    /// Sets [`status_callback_method`](Self::status_callback_method): HTTP method for statusCallback.
    #[must_use]
    #[inline]
    pub fn status_callback_method(mut self, value: impl Into<Method>) -> Self {
        self.status_callback_method = Some(value.into());
        self
    }

    /// Sets [`timeout`](Self::timeout): pause between digits.
    #[must_use]
    #[inline]
    pub fn timeout(mut self, value: impl Into<Seconds>) -> Self {
        self.timeout = Some(value.into());
        self
    }

    /// Sets [`token_type`](Self::token_type): kind of token made.
    #[must_use]
    #[inline]
    pub fn token_type(mut self, value: impl Into<TokenType>) -> Self {
        self.token_type = Some(value.into());
        self
    }

    /// Sets [`valid_card_types`](Self::valid_card_types): cards accepted.
    #[must_use]
    #[inline]
    pub fn valid_card_types(mut self, value: impl IntoIterator<Item = impl Into<CardType>>) -> Self {
        self.valid_card_types = Some(value.into_iter().collect());
        self
    }

    /// Adds [`<Parameter>`](crate::voice::Parameter): name/value pair passed to the service or far side.
    #[must_use]
    #[inline]
    pub fn parameter(mut self, parameter: impl Into<Parameter>) -> Self {
        add(&mut self.nouns, 384, PayNoun::Parameter(parameter.into()));
        self
    }

    /// Adds [`<Prompt>`](crate::voice::Prompt): own wording for one step of Pay.
    #[must_use]
    #[inline]
    pub fn prompt(mut self, prompt: impl Into<Prompt>) -> Self {
        add(&mut self.nouns, 384, PayNoun::Prompt(alloc::boxed::Box::new(prompt.into())));
        self
    }

    /// What stands inside, in order.
    #[must_use]
    #[inline]
    pub fn nouns(&self) -> &[PayNoun] {
        &self.nouns
    }

    /// Adds a child in place, for building in a loop.
    pub fn push(&mut self, child: impl Into<PayNoun>) {
        self.nouns.push(child.into());
    }

    /// Adds a comment, which Twilio ignores.
    #[must_use]
    pub fn comment(mut self, comment: Comment) -> Self {
        self.nouns.push(PayNoun::Comment(comment));
        self
    }

    /// Adds an element that the vocabulary does not allow here.
    #[must_use]
    pub fn element_unchecked(mut self, element: Element) -> Self {
        self.nouns.push(PayNoun::Unchecked(UncheckedNode::Element(element.into())));
        self
    }

    /// Sets any attribute, known or not; it wins over a typed one of the same name.
    #[must_use]
    pub fn attribute_unchecked(mut self, name: impl Into<Text>, value: impl Into<Text>) -> Self {
        self.unchecked.set_attribute(name.into(), value.into());
        self
    }

    /// What was added unchecked, or read and not known.
    #[must_use]
    pub fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

children! {
    /// What may stand in [`Pay`].
    PayNoun {
        Parameter(Parameter) from Parameter,
        Prompt(alloc::boxed::Box<Prompt>) from Prompt,
    }
}

impl Render for Pay {
    const TAG: TagName = tag!("Pay");

    fn attributes<'m>(&'m self, x: &mut Xml<'m>) {
        x.attribute(name!("action"), &self.action);
        x.attribute(name!("bankAccountType"), &self.bank_account_type);
        x.attribute(name!("chargeAmount"), &self.charge_amount);
        x.attribute(name!("currency"), &self.currency);
        x.attribute(name!("description"), &self.description);
        x.attribute(name!("input"), &self.input);
        x.attribute(name!("language"), &self.language);
        x.attribute(name!("maxAttempts"), &self.max_attempts);
        x.attribute(name!("minPostalCodeLength"), &self.min_postal_code_length);
        x.attribute(name!("paymentConnector"), &self.payment_connector);
        x.attribute(name!("paymentMethod"), &self.payment_method);
        x.attribute(name!("postalCode"), &self.postal_code);
        x.attribute(name!("securityCode"), &self.security_code);
        x.attribute(name!("statusCallback"), &self.status_callback);
        x.attribute(name!("statusCallbackMethod"), &self.status_callback_method);
        x.attribute(name!("timeout"), &self.timeout);
        x.attribute(name!("tokenType"), &self.token_type);
        x.attribute(name!("validCardTypes"), &self.valid_card_types);
    }

    fn content<'m>(&'m self, x: &mut Xml<'m>) {
        for child in self.nouns.iter() {
            child.render(x);
        }
    }

    fn is_empty(&self) -> bool {
        self.nouns.is_empty()
    }

    fn has_text(&self) -> bool {
        self.nouns.iter().any(|child| matches!(child, PayNoun::Unchecked(UncheckedNode::Text(_))))
    }

    fn unchecked(&self) -> &Unchecked {
        &self.unchecked
    }
}

#[cfg(feature = "parse")]
impl Parse for Pay {
    const NAME: &'static str = "Pay";
    const REQUIRED: &'static [&'static str] = &[];
    const LEGACY: &'static [&'static str] = &[];

    fn parse(tag: &Tag<'_>, reader: &mut Reader<'_>) -> parse::Result<Self> {
        let mut this = Self::default();
        let mut unchecked = Unchecked::default();
        reader.attributes::<Self>(tag, &mut unchecked, |read| match read.name {
            "action" => read.set(&mut this.action),
            "bankAccountType" => read.set(&mut this.bank_account_type),
            "chargeAmount" => read.set(&mut this.charge_amount),
            "currency" => read.set(&mut this.currency),
            "description" => read.set(&mut this.description),
            "input" => read.set(&mut this.input),
            "language" => read.set(&mut this.language),
            "maxAttempts" => read.set(&mut this.max_attempts),
            "minPostalCodeLength" => read.set(&mut this.min_postal_code_length),
            "paymentConnector" => read.set(&mut this.payment_connector),
            "paymentMethod" => read.set(&mut this.payment_method),
            "postalCode" => read.set(&mut this.postal_code),
            "securityCode" => read.set(&mut this.security_code),
            "statusCallback" => read.set(&mut this.status_callback),
            "statusCallbackMethod" => read.set(&mut this.status_callback_method),
            "timeout" => read.set(&mut this.timeout),
            "tokenType" => read.set(&mut this.token_type),
            "validCardTypes" => read.set(&mut this.valid_card_types),
            _ => Kept::Unknown,
        })?;
        this.unchecked = unchecked;
        reader.children(tag, &mut this.nouns)?;
        Ok(this)
    }
}
