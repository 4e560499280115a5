//! The account's phone numbers: the resource
//! `/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers`.

mod resource;
mod settings;

pub use resource::{Capabilities, IncomingNumber, ListIncomingNumbers};
pub use settings::NumberSettings;

pub use crate::sid::IncomingNumberSid;

use twilio_webhook::PhoneNumber;

use crate::operation::{Operation, Path};
use crate::{Client, Error, Pages};

/// What can be done with phone numbers; see [`Client::incoming_numbers`].
///
/// ```
/// # async fn doc(client: twilio_rest::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use twilio_rest::incoming_numbers::NumberSettings;
///
/// let settings = NumberSettings::default().voice_url("https://pbx.example.com/voice");
/// if let Some(number) = client.incoming_numbers().find(&"+441134960000".parse()?).await? {
///     client.incoming_numbers().update(&number.sid, settings).await?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct IncomingNumbers<'a> {
    client: &'a Client,
}

impl<'a> IncomingNumbers<'a> {
    pub(crate) const fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// **Buys** a number.
    ///
    /// # Errors
    /// [`Error::Ambiguous`] if it may have been bought: [`find`](Self::find) tells.
    /// [`NUMBER_NOT_AVAILABLE`](crate::codes::NUMBER_NOT_AVAILABLE) says that it is not to be had.
    pub async fn create(
        &self,
        number: &PhoneNumber,
        settings: NumberSettings,
    ) -> Result<IncomingNumber, Error> {
        let form = settings.into_purchase("PhoneNumber", number.as_str());
        let operation = Operation::create(self.path(), form);
        self.client.read(&operation).await
    }

    /// **Buys** any number with this area code, in the United States or Canada.
    ///
    /// # Errors
    /// [`Error::Ambiguous`] if one may have been bought: [`list`](Self::list) shows the numbers
    /// there are, and a [`friendly_name`](NumberSettings::friendly_name) tells which is yours.
    pub async fn create_in_area(
        &self,
        area_code: &str,
        settings: NumberSettings,
    ) -> Result<IncomingNumber, Error> {
        let form = settings.into_purchase("AreaCode", area_code);
        let operation = Operation::create(self.path(), form);
        self.client.read(&operation).await
    }

    /// Looks at a number.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] for one that is not this account's.
    pub async fn fetch(&self, sid: &IncomingNumberSid) -> Result<IncomingNumber, Error> {
        let operation = Operation::fetch(self.path().join(sid));
        self.client.read(&operation).await
    }

    /// Lists numbers.
    pub fn list(&self, which: ListIncomingNumbers) -> Pages<IncomingNumber> {
        let first = Operation::list(self.path(), &which.into_form());
        Pages::new(self.client, first, "incoming_phone_numbers")
    }

    /// The number, if it is this account's.
    ///
    /// # Errors
    /// [`Error`] if a page cannot be had.
    pub async fn find(&self, number: &PhoneNumber) -> Result<Option<IncomingNumber>, Error> {
        let mut numbers = self.list(ListIncomingNumbers::default().phone_number(number.as_str()));
        while let Some(found) = numbers.next().await? {
            // The filter also finds parts of numbers.
            if found.phone_number.as_ref() == Some(number) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Changes what becomes of calls and messages to a number.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] for one that is not this account's.
    pub async fn update(
        &self,
        sid: &IncomingNumberSid,
        settings: NumberSettings,
    ) -> Result<IncomingNumber, Error> {
        let operation = Operation::set(self.path().join(sid), settings.into_form());
        self.client.read(&operation).await
    }

    /// **Gives a number back.** Somebody else may get it.
    ///
    /// # Errors
    /// [`Error`]; [`Error::is_not_found`] for one that is not this account's.
    pub async fn delete(&self, sid: &IncomingNumberSid) -> Result<(), Error> {
        let operation = Operation::delete(self.path().join(sid));
        self.client.done(&operation).await
    }

    fn path(&self) -> Path {
        self.client.path("IncomingPhoneNumbers")
    }
}
