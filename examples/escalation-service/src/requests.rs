//! Requests from an SQS queue.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_sdk_sqs::Client;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use escalation_sqs::{SqsRequests, SqsSettingsError};

use crate::settings::Sqs;

/// The queue of the settings, with the credentials and region that AWS's own tools would use.
pub(crate) async fn queue(settings: &Sqs) -> Result<SqsRequests, SqsSettingsError> {
    let http = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let config = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .load()
        .await;
    SqsRequests::new(Client::new(&config), &settings.queue).wait(Duration::from_secs(settings.wait))
}
