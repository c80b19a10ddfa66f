//! Stand-ins for Google, GitHub, Facebook and X, to sign in with where nobody has an account. They do what the providers'
//! documents say, also where that is odd, and are held to the documents by tests of their own (`tests/providers`).
//!
//! # Choosing a person without a browser
//!
//! The consent page is a plain form. A client that sends it to the URL of the authorization request, query included, is
//! redirected to the app (303):
//!
//! | field | values |
//! |---|---|
//! | `answer` | `continue` or `cancel` |
//! | `person` | `ada` (`ada@example.com`, verified), `grace` (`grace@example.com`, not verified), `katherine` (no address) or `typed` |
//! | `name`, `email` | of `typed`: any text, or left out |
//! | `verified` | of `typed`: `yes`, or left out |
//! | `id` | of `typed`: 1 to 15 digits. Left out, it follows from name and address |
//! | `trouble` | `none`, `late`, `500`; at Google and GitHub `iss`; at X `402` and `429` |
//!
//! At GitHub nobody gets a token whose address is not verified. At Google, `iss` in Grace's ID token has no scheme.

mod answer;
mod app;
mod authorization;
mod call;
mod consent;
mod desk;
mod facebook;
mod github;
mod google;
mod grants;
mod page;
mod person;
mod pkce;
mod provider;
mod server;
mod trouble;
mod x;

use std::io;
use std::net::Ipv4Addr;

use oauth::Variables;
use shared::clock::Clock;
use shared::keys::SigningKey;
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;

use crate::server::Server;
use app::App;
use desk::Desk;
use provider::Provider;
use server::Site;

/// How to start the stand-ins.
#[derive(Clone, Debug)]
pub struct PretendOptions {
    /// Where they listen, on 127.0.0.1. Port 0 takes a free one.
    pub port: u16,
    /// The clock by which codes and tokens expire.
    pub clock: Clock,
    /// The origin of an app whose callbacks are registered beside those on loopback, such as `https://api.example.com`.
    pub app_origin: Option<String>,
}

/// The stand-ins, on a server of their own. They end when this is let go of.
#[derive(Debug)]
pub struct PretendProviders {
    url: String,
    server: Server,
}

impl PretendProviders {
    /// Starts them on a port of 127.0.0.1, by the system's clock. Port 0 takes a free one.
    pub async fn start(port: u16) -> io::Result<Self> {
        Self::start_with(PretendOptions { port, clock: Clock::system(), app_origin: None }).await
    }

    /// Starts them.
    pub async fn start_with(options: PretendOptions) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let key = spawn_blocking(SigningKey::generate).await?.map_err(io::Error::other)?;
        let desks = Provider::ALL.map(|provider| {
            let rules = match provider {
                Provider::Google => google::RULES,
                Provider::GitHub => github::RULES,
                Provider::Facebook => facebook::RULES,
                Provider::X => x::RULES,
            };
            Desk::new(provider, rules, &url, options.app_origin.clone(), options.clock.clone())
        });
        let site = Site { desks, key };
        let server = Server::start(|ended| site.serve(listener, ended));
        Ok(Self { url, server })
    }

    /// Where they are, without a trailing slash. The stand-ins are at `/google`, `/github`, `/facebook` and `/x` below it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The variables with which the function `oauth` uses them: for each, the app's id, its secret and the URL.
    #[must_use]
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let of = |provider: Provider| {
            let (App { id, secret }, variables) = (App::at(provider), Variables::of(provider.known()));
            let base = format!("{}/{}", self.url, provider.path());
            [
                (variables.client_id, (*id).to_owned()),
                (variables.client_secret, (*secret).to_owned()),
                (variables.url, base),
            ]
        };
        Provider::ALL.into_iter().flat_map(of).collect()
    }

    /// Lets running calls finish and ends them.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}
