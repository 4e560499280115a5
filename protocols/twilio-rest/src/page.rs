use std::collections::{HashSet, VecDeque};
use std::fmt;

use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Map, Value};

use crate::operation::Operation;
use crate::{Client, Error};

/// A list that Twilio gives page by page, each fetched when it is needed.
///
/// ```
/// # async fn doc(client: twilio_rest::Client) -> Result<(), twilio_rest::Error> {
/// use twilio_rest::ListCalls;
///
/// let mut calls = client.calls().list(ListCalls::default().page_size(500));
/// while let Some(call) = calls.next().await? {
///     println!("{} {}", call.sid, call.status);
/// }
/// # Ok(())
/// # }
/// ```
///
/// What is created while the list is read may be missing, or come twice. After an error the same
/// page can be asked for again. Where the next page is, each page says; that may neither send the
/// credentials to another host nor lead round in circles ([`Error::Page`]).
///
/// As a `Stream` of the `futures` crate:
/// `stream::try_unfold(list, async |mut list| Ok(list.next().await?.map(|item| (item, list))))`.
#[must_use = "nothing is fetched before the first item is asked for"]
pub struct Pages<T> {
    client: Client,
    /// The key under which a page has its items.
    key: &'static str,
    next: Next,
    items: VecDeque<T>,
    /// Where pages were.
    seen: HashSet<String>,
}

impl<T: DeserializeOwned> Pages<T> {
    pub(crate) fn new(client: &Client, first: Operation, key: &'static str) -> Self {
        Self {
            client: client.clone(),
            key,
            next: Next::First(first),
            items: VecDeque::new(),
            seen: HashSet::new(),
        }
    }

    /// The next item; none at the end of the list.
    ///
    /// # Errors
    /// [`Error`] if the next page cannot be had.
    pub async fn next(&mut self) -> Result<Option<T>, Error> {
        while self.items.is_empty() {
            match self.fetch().await? {
                Some(page) => self.items.extend(page),
                None => return Ok(None),
            }
        }
        Ok(self.items.pop_front())
    }

    /// The items of this page that [`next`](Self::next) has not given, or else those of the next
    /// page; none at the end of the list. A page may be empty and not be the last.
    ///
    /// # Errors
    /// [`Error`] if the next page cannot be had.
    pub async fn next_page(&mut self) -> Result<Option<Vec<T>>, Error> {
        if self.items.is_empty() {
            self.fetch().await
        } else {
            Ok(Some(self.items.drain(..).collect()))
        }
    }

    /// All that remain, up to `limit`.
    ///
    /// # Errors
    /// [`Error`] if a page cannot be had. The items before it are lost; to keep them, use
    /// [`next`](Self::next).
    pub async fn collect(mut self, limit: usize) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        while all.len() < limit {
            match self.next().await? {
                Some(item) => all.push(item),
                None => break,
            }
        }
        Ok(all)
    }

    async fn fetch(&mut self) -> Result<Option<Vec<T>>, Error> {
        let operation = match &self.next {
            Next::First(operation) => operation.clone(),
            Next::After(operation, place) => {
                let target = self.client.endpoint().target(operation.product, place)?;
                if self.seen.contains(target) {
                    return Err(Error::Page {
                        problem: "it has been read before, so the list goes in circles",
                        place: without_query(place),
                    });
                }
                operation.following(target)
            }
            Next::Nothing => return Ok(None),
        };
        let page: Page<T> = self
            .client
            .read_with(&operation, |body| Page::read(body, self.key))
            .await?;
        self.seen.insert(operation.target.clone());
        self.next = match page.next {
            Some(place) => Next::After(operation, place),
            None => Next::Nothing,
        };
        Ok(Some(page.items))
    }
}

/// Which page comes next.
enum Next {
    First(Operation),
    /// The one after this, where Twilio says.
    After(Operation, String),
    Nothing,
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("key", &self.key)
            .field("at_hand", &self.items.len())
            .finish_non_exhaustive()
    }
}

/// The query may tell who was called.
pub(crate) fn without_query(place: &str) -> String {
    place.split('?').next().unwrap_or_default().to_owned()
}

struct Page<T> {
    items: Vec<T>,
    next: Option<String>,
}

impl<T: DeserializeOwned> Page<T> {
    /// `next_page_uri` beside the items in the 2010 API, `meta.next_page_url` in the newer ones.
    fn read(body: &str, key: &'static str) -> serde_json::Result<Self> {
        let mut page: Map<String, Value> = serde_json::from_str(body)?;
        let next = page
            .get("next_page_uri")
            .or_else(|| page.get("meta")?.get("next_page_url"))
            .and_then(Value::as_str)
            .filter(|place| !place.is_empty())
            .map(str::to_owned);
        let items = page
            .remove(key)
            .ok_or_else(|| serde_json::Error::custom(format!("a page without {key}")))?;
        Ok(Self {
            items: serde_json::from_value(items)?,
            next,
        })
    }
}
