//! A function that panics when it is asked to, run as the real ones are.
#![allow(clippy::panic, reason = "this is what it is for")]

use std::process::ExitCode;

use shared::environment::ConfigError;
use shared::http::{Answer, Endpoint, HttpConfig, Route};
use shared::lambda::{Context, Function};

struct Panicking {
    http: HttpConfig,
}

impl Function for Panicking {
    const NAME: &'static str = "panicking_function";

    const ENDPOINTS: &'static [Endpoint<Self>] = &[
        Route::get("/calm", "calm").to(|_panicking, _call| Box::pin(async { Ok(Answer::document("{}".to_owned())) })),
        Route::get("/panic", "panic").to(|_panicking, _call| Box::pin(async { panic!("on purpose") })),
    ];

    fn build(context: &Context) -> Result<Self, ConfigError> {
        Ok(Self { http: context.http.clone() })
    }

    fn http(&self) -> &HttpConfig {
        &self.http
    }

    async fn warm_up(&self) {}
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    shared::lambda::run::<Panicking>().await
}
