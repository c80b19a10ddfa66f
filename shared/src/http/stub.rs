//! A function for tests, with one route and nothing behind it.

use lambda_http::http::Method;

use super::{AllowedOrigins, Call, CookieConfig, Failure, Function, HttpConfig, Route, SameSite, Success};

/// Serves `GET /stub` with whatever `decide` does.
pub(crate) struct Stub {
    http: HttpConfig,
    decide: fn() -> Result<Success, Failure>,
}

impl Stub {
    pub(crate) fn new(decide: fn() -> Result<Success, Failure>) -> Self {
        let cookie = CookieConfig::host_only(SameSite::Lax);
        let http = HttpConfig { allowed_origins: AllowedOrigins::Any, cookie, issuer: None, trusted_proxy: None };
        Self { http, decide }
    }
}

impl Function for Stub {
    type Name = ();

    fn routes(&self) -> &'static [Route<()>] {
        const ROUTES: &[Route<()>] = &[Route { path: "/stub", method: Method::GET, in_xano: false, name: () }];
        ROUTES
    }

    fn http(&self) -> &HttpConfig {
        &self.http
    }

    async fn warm_up(&self) {}

    async fn handle(&self, _name: (), _call: &Call) -> Result<Success, Failure> {
        (self.decide)()
    }
}
