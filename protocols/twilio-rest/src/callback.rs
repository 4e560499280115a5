use crate::words::words;

words! {
    /// How Twilio makes a request to us.
    pub enum CallbackMethod {
        /// With a form.
        Post = "POST",
        /// With a query. Answers may be cached.
        Get = "GET",
    }
}
