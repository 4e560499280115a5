//! Somebody with a browser: cookies, forms, the page's requests.

use phone_system::morning::{StageError, Town};
use phone_system::records::Role;
use queue_dispatch::AgentId;
use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;

use crate::stream::Stream;

/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A browser at the console.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    pub(crate) site: String,
    pub(crate) session: Option<String>,
    /// By which those are known who have signed in before.
    pub(crate) device: Option<String>,
    /// Where a proxy of ours says that it is.
    pub(crate) address: Option<String>,
    client: Client,
}

impl Browser {
    pub(crate) fn at(town: &Town) -> Result<Self, StageError> {
        // No TLS is spoken here, but the client wants to know how it would be. Whoever comes second finds it set.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().redirect(Policy::none()).build()?;
        Ok(Self {
            site: town.url(),
            session: None,
            device: None,
            address: None,
            client,
        })
    }

    /// The browser of somebody who has signed in.
    pub(crate) async fn of(town: &Town, name: &str) -> Result<Self, StageError> {
        let mut browser = Self::at(town)?;
        let answer = browser.signs_in(name, PASSWORD).await?;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{name} is in");
        Ok(browser)
    }

    pub(crate) async fn signs_in(
        &mut self,
        name: &str,
        password: &str,
    ) -> Result<Response, StageError> {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("name", name)
            .append_pair("password", password)
            .finish();
        let request = self
            .with_cookie(self.client.post(self.url("/console/sign-in")))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ORIGIN, &self.site);
        let answer = request.body(form).send().await?;
        self.takes_cookie(&answer)?;
        Ok(answer)
    }

    pub(crate) async fn signs_out(&mut self) -> Result<Response, StageError> {
        let request = self.with_cookie(self.client.post(self.url("/console/sign-out")));
        let answer = request.header(ORIGIN, &self.site).send().await?;
        self.takes_cookie(&answer)?;
        Ok(answer)
    }

    pub(crate) async fn gets(&self, path: &str) -> Result<Response, StageError> {
        Ok(self
            .with_cookie(self.client.get(self.url(path)))
            .send()
            .await?)
    }

    /// Asks for the event stream, from after a place.
    pub(crate) async fn follows(&self, after: Option<&str>) -> Result<Response, StageError> {
        let request = self.with_cookie(self.client.get(self.url("/console/events")));
        let request = match after {
            Some(place) => request.header("Last-Event-ID", place),
            None => request,
        };
        Ok(request.send().await?)
    }

    /// Presses a button of the page.
    pub(crate) async fn does(
        &self,
        page: &Stream,
        action: &str,
        body: Value,
    ) -> Result<(StatusCode, Value), StageError> {
        let request = self.post(&format!("/console/api/{action}"));
        let request = request
            .header(ORIGIN, &self.site)
            .header("X-CSRF-Token", page.csrf());
        let answer = request.body(body.to_string()).send().await?;
        let status = answer.status();
        Ok((status, serde_json::from_str(&answer.text().await?)?))
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.with_cookie(self.client.post(self.url(path)))
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.site)
    }

    fn with_cookie(&self, request: RequestBuilder) -> RequestBuilder {
        let mut cookies = "theme=dark".to_owned();
        for (name, value) in [("session", &self.session), ("device", &self.device)] {
            if let Some(value) = value {
                cookies += &format!("; {name}={value}");
            }
        }
        let request = request.header(COOKIE, cookies);
        match &self.address {
            Some(address) => request.header("X-Forwarded-For", address),
            None => request,
        }
    }

    fn takes_cookie(&mut self, answer: &Response) -> Result<(), StageError> {
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let (name, value) = cookie.to_str()?.split_once('=').ok_or("no cookie")?;
            let token = value.split(';').next().unwrap_or_default();
            let token = (!token.is_empty()).then(|| token.to_owned());
            match name {
                "session" => self.session = token,
                "device" => self.device = token,
                other => return Err(format!("another cookie: {other}").into()),
            }
        }
        Ok(())
    }
}

/// Where an answer sends the browser.
pub(crate) fn location(answer: &Response) -> &str {
    answer.headers()[LOCATION].to_str().unwrap_or_default()
}

/// A town whose reps have accounts: Ann and Ben take calls, Sue supervises.
pub(crate) async fn town_with_accounts(at: &str) -> Result<Town, StageError> {
    let town = Town::at(at).await?;
    for (name, role, agent) in [
        ("ann", Role::Agent, Some(1)),
        ("ben", Role::Agent, Some(2)),
        ("sue", Role::Supervisor, None),
    ] {
        let agent = agent.map(AgentId::new);
        town.system.add_account(name, PASSWORD, role, agent).await?;
    }
    Ok(town)
}
