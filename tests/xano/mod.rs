//! Xano's dialect. A file's path is the path of the route below the group.

mod login;
mod me;
mod signup;

use api_tests::{Answer, Api, Person};
use serde_json::Value;

/// Signs somebody up as a front end of Xano's does.
async fn sign_up(api: &Api, person: &Person) -> Answer {
    api.send(api.post("/api:aB3/auth/signup").json(&person.signup_body())).await
}

/// Logs somebody in as a front end of Xano's does.
async fn log_in(api: &Api, body: &Value) -> Answer {
    api.send(api.post("/api:aB3/auth/login").json(body)).await
}
