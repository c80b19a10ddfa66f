//! A function for tests, with nothing behind it.

use lambda_http::http::StatusCode;

use super::{AllowedOrigins, Answer, CookieConfig, Endpoint, Failure, HttpConfig, Route, SameSite};

/// Serves `/stub` with whatever `decide` does, and `/stub/{id}` with the id.
pub(crate) struct Stub {
    decide: fn() -> Result<Answer, Failure>,
}

pub(crate) const ENDPOINTS: &[Endpoint<Stub>] = &[
    Route::get("/stub", "get").in_xano("xanoGet").with_head().to(|stub, _call| Box::pin(async { (stub.decide)() })),
    Route::post("/stub", "post").to(|stub, _call| Box::pin(async { (stub.decide)() })),
    Route::patch("/stub", "patch").to(|stub, _call| Box::pin(async { (stub.decide)() })),
    Route::delete("/stub", "delete").to(|stub, _call| Box::pin(async { (stub.decide)() })),
    Route::get("/stub/{id}", "show").to(|_stub, call| {
        Box::pin(async { Ok(Answer::json(StatusCode::OK, &call.parameter("id").unwrap_or_default().into())) })
    }),
];

impl Stub {
    pub(crate) fn new(decide: fn() -> Result<Answer, Failure>) -> Self {
        Self { decide }
    }

    pub(crate) fn document() -> Self {
        Self::new(|| Ok(Answer::document("{}".to_owned())))
    }

    pub(crate) fn config() -> HttpConfig {
        let cookies = CookieConfig::host_only(SameSite::Lax);
        HttpConfig { allowed_origins: AllowedOrigins::Any, cookies, issuer: None, trusted_proxy: None, deadline: None }
    }
}
