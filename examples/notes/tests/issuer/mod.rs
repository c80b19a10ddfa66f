//! Where the function looks for keys, in the hand of the test.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

/// Publishes what it is told to, and nothing to begin with.
pub(crate) struct Issuer {
    url: String,
    published: Arc<Mutex<Published>>,
}

#[derive(Default)]
struct Published {
    jwks: Option<String>,
    times_asked: usize,
}

impl Issuer {
    pub(crate) async fn start() -> Self {
        let published = Arc::<Mutex<Published>>::default();
        let router = Router::new().route("/.well-known/jwks.json", get(answer)).with_state(Arc::clone(&published));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, published }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Publishes this from now on; with `None` it fails.
    pub(crate) fn publish(&self, jwks: Option<String>) {
        self.published.lock().unwrap().jwks = jwks;
    }

    pub(crate) fn times_asked(&self) -> usize {
        self.published.lock().unwrap().times_asked
    }
}

async fn answer(State(published): State<Arc<Mutex<Published>>>) -> (StatusCode, String) {
    let mut published = published.lock().unwrap();
    published.times_asked += 1;
    match published.jwks.clone() {
        Some(jwks) => (StatusCode::OK, jwks),
        None => (StatusCode::INTERNAL_SERVER_ERROR, String::new()),
    }
}
