//! Reading a body as Twilio does: up to a limit.

use axum::body::HttpBody;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::transport::TransportError;

/// Longest body that Twilio reads (error 11750).
const LIMIT: usize = 64 * 1024;

pub(crate) async fn read<B>(body: B) -> Result<Bytes, TransportError>
where
    B: HttpBody,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    match Limited::new(body, LIMIT).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(TransportError::TooLarge { limit: LIMIT })
        }
        Err(error) => Err(TransportError::Broken(error.to_string())),
    }
}
