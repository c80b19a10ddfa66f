//! A function that panics where it is asked to, run as the real ones are.
#![allow(clippy::panic, reason = "this is what it is for")]

use std::process::ExitCode;

use lambda_http::http::Method;
use shared::config::{self, ConfigError, Environment};
use shared::http::{Call, Failure, Function, HttpConfig, Route, Success};

struct Panicking {
    http: HttpConfig,
}

impl Panicking {
    fn read(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self { http: config::read_http(environment)? })
    }
}

impl Function for Panicking {
    type Name = bool;

    fn routes(&self) -> &'static [Route<bool>] {
        const ROUTES: &[Route<bool>] = &[
            Route { path: "/calm", method: Method::GET, in_xano: false, name: false },
            Route { path: "/panic", method: Method::GET, in_xano: false, name: true },
        ];
        ROUTES
    }

    fn http(&self) -> &HttpConfig {
        &self.http
    }

    async fn warm_up(&self) {}

    async fn handle(&self, panics: bool, _call: &Call) -> Result<Success, Failure> {
        assert!(!panics, "on purpose");
        Ok(Success::Document("{}".to_owned()))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shared::lambda::run(|environment, _client, _clock| Panicking::read(environment)).await
}
