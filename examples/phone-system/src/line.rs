//! What happens to any call at one of our numbers: it rings, it ends, it meets an error.

use axum::extract::State;
use axum::response::Response;
use twilio_webhook::{CallContext, CallStatusCallback, IncomingCall};

use crate::caller::Shown;
use crate::system::PhoneSystem;
use crate::web::{Web, Webhook};
use crate::{caller, dial_in, fallback, rep};

/// `voice`: one of our numbers rings.
pub(crate) async fn rings(State(web): State<Web>, webhook: Webhook<IncomingCall>) -> Response {
    let IncomingCall { call, extra, .. } = webhook.request;
    let shown = Shown::by(&extra);
    web.page(if is_for_reps(&web.system, &call) {
        dial_in::dials_in(&web.system, &call, shown).await
    } else {
        caller::greet(&web.system, &call, shown).await
    })
}

/// `ended`: a call to one of our numbers is over.
pub(crate) async fn ends(State(web): State<Web>, webhook: Webhook<CallStatusCallback>) -> Response {
    let call = webhook.request.call;
    web.noticed(if is_for_reps(&web.system, &call) {
        rep::hangs_up(&web.system, &call).await
    } else {
        match caller::call_id(&call) {
            Ok(call) => web.system.has_hung_up(call).await,
            Err(error) => Err(error),
        }
    })
}

/// `fallback`: Twilio could not get or read an answer of ours, and the call goes on with this one.
pub(crate) async fn falls_back(State(web): State<Web>, webhook: Webhook<IncomingCall>) -> Response {
    let IncomingCall { call, extra, .. } = webhook.request;
    let code = extra.get("ErrorCode").unwrap_or("unknown");
    let url = extra.get("ErrorUrl").unwrap_or("a page of ours");
    let page = url.split('?').next().unwrap_or(url);
    let rep = rep::rep_of(&web.system, &call).map(|rep| rep.name.clone());
    web.system.note(
        rep.unwrap_or_else(|| caller::who(&web.system, &call)),
        "met an error of ours",
        format!("Twilio's error {code} at {page}"),
    );
    web.page(if is_for_reps(&web.system, &call) {
        Ok(rep::meets_error())
    } else if let Some(page) = fallback::page(url) {
        Ok(page)
    } else {
        caller::meets_error(&web.system, &call, Shown::by(&extra), url).await
    })
}

fn is_for_reps(system: &PhoneSystem, call: &CallContext) -> bool {
    let line = system.settings().rep_line.as_ref();
    line.is_some() && call.to.phone() == line
}
