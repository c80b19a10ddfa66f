//! `GET /auth/oauth`: which buttons to show.

use serde_json::json;
use shared::http::Answer;

use super::OAuth;

impl OAuth {
    pub(crate) fn list(&self) -> Answer {
        let providers: Vec<_> = self.providers.names().collect();
        Answer::document(json!({"providers": providers}).to_string())
    }
}
