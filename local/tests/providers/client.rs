//! A client of the stand-ins that is no client of ours: it sends what a test says, and follows nothing.

use std::time::Duration;

use api_tests::TestClock;
use local::providers::{PretendOptions, PretendProviders};
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use url::Url;

/// The verifier and the challenge of RFC 7636, Appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Names and values of a query or a form.
pub(crate) type Pairs<'p> = &'p [(&'p str, &'p str)];

/// Stand-ins by a clock that only the test moves.
pub(crate) struct StandIns {
    pub(crate) clock: TestClock,
    providers: PretendProviders,
    client: Client,
}

/// A stand-in, and the app that is registered there.
pub(crate) struct StandIn<'s> {
    all: &'s StandIns,
    name: &'static str,
    authorize: &'static str,
    pub(crate) base: String,
    pub(crate) id: String,
    pub(crate) secret: String,
    /// The app's callback.
    pub(crate) callback: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl StandIns {
    pub(crate) async fn start() -> Self {
        let clock = TestClock::standing_still();
        let options = PretendOptions { port: 0, clock: clock.clock(), app_origin: None };
        let providers = PretendProviders::start_with(options).await.unwrap();
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        Self { clock, providers, client }
    }

    pub(crate) fn google(&self) -> StandIn<'_> {
        self.stand_in("google", "/o/oauth2/v2/auth")
    }

    pub(crate) fn github(&self) -> StandIn<'_> {
        self.stand_in("github", "/login/oauth/authorize")
    }

    pub(crate) fn facebook(&self) -> StandIn<'_> {
        self.stand_in("facebook", "/v25.0/dialog/oauth")
    }

    pub(crate) fn x(&self) -> StandIn<'_> {
        self.stand_in("x", "/i/oauth2/authorize")
    }

    pub(crate) fn every(&self) -> [StandIn<'_>; 4] {
        [self.google(), self.github(), self.facebook(), self.x()]
    }

    fn stand_in(&self, name: &'static str, authorize: &'static str) -> StandIn<'_> {
        let variables = self.providers.variables();
        let variable = |kind: &str| {
            let wanted = format!("OAUTH_{}_{kind}", name.to_ascii_uppercase());
            variables.iter().find(|(name, _value)| *name == wanted).unwrap().1.clone()
        };
        StandIn {
            all: self,
            name,
            authorize,
            base: variable("URL"),
            id: variable("CLIENT_ID"),
            secret: variable("CLIENT_SECRET"),
            callback: format!("http://localhost:3000/auth/oauth/{name}/callback"),
        }
    }
}

impl StandIn<'_> {
    /// The URL of an authorization request: one that is good, with these parameters changed. An empty value takes one out.
    pub(crate) fn authorization(&self, changes: Pairs<'_>) -> Url {
        let scope = match self.name {
            "google" => "openid email profile",
            "github" => "user:email",
            "facebook" => "public_profile,email",
            _ => "users.read tweet.read users.email",
        };
        let good = [
            ("client_id", self.id.as_str()),
            ("redirect_uri", &self.callback),
            ("response_type", "code"),
            ("scope", scope),
            ("state", "a state"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let new = changes.iter().filter(|(name, _value)| good.iter().all(|(known, _good)| known != name));
        let known = good.iter().map(|(name, value)| {
            let replaced = changes.iter().find(|(changed, _value)| changed == name);
            (*name, replaced.map_or(*value, |(_name, value)| *value))
        });
        let pairs = known.chain(new.copied()).filter(|(_name, value)| !value.is_empty());
        let mut url = Url::parse(&format!("{}{}", self.base, self.authorize)).unwrap();
        url.query_pairs_mut().extend_pairs(pairs);
        url
    }

    /// Asks for the consent page.
    pub(crate) async fn page(&self, changes: Pairs<'_>) -> Reply {
        send(self.all.client.get(self.authorization(changes))).await
    }

    /// Sends the form of the consent page.
    pub(crate) async fn decide(&self, changes: Pairs<'_>, form: Pairs<'_>) -> Reply {
        send(self.all.client.post(self.authorization(changes)).form(form)).await
    }

    /// Consents as somebody, and returns the code.
    pub(crate) async fn code(&self, changes: Pairs<'_>, person: Pairs<'_>) -> String {
        let form = [&[("answer", "continue")], person].concat();
        self.decide(changes, &form).await.parameter("code").unwrap()
    }

    /// A request to the stand-in.
    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.all.client.get(format!("{}{path}", self.base))
    }

    /// A form to the stand-in.
    pub(crate) fn post(&self, path: &str, form: Pairs<'_>) -> RequestBuilder {
        self.all.client.post(format!("{}{path}", self.base)).form(form)
    }

    /// The parameters of a request for a token, with the app's credentials in the body.
    pub(crate) fn token_form<'p>(&'p self, code: &'p str) -> Vec<(&'p str, &'p str)> {
        let credentials = [("client_id", self.id.as_str()), ("client_secret", self.secret.as_str())];
        [self.bare_token_form(code), credentials.to_vec()].concat()
    }

    /// The same without credentials.
    pub(crate) fn bare_token_form<'p>(&'p self, code: &'p str) -> Vec<(&'p str, &'p str)> {
        vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.callback),
            ("code_verifier", VERIFIER),
        ]
    }

    /// The id and the secret, form-encoded as RFC 6749 2.3.1 has it.
    pub(crate) fn encoded_credentials(&self) -> [String; 2] {
        [&self.id, &self.secret].map(|text| url::form_urlencoded::byte_serialize(text.as_bytes()).collect())
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.all.clock.advance(by);
    }
}

/// A form with one value replaced. An empty one takes it out.
pub(crate) fn with<'p>(form: &[(&'p str, &'p str)], name: &str, value: &'p str) -> Vec<(&'p str, &'p str)> {
    let changed = form.iter().map(|(known, old)| (*known, if *known == name { value } else { *old }));
    changed.filter(|(_name, value)| !value.is_empty()).collect()
}

pub(crate) async fn send(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Reply { status, headers, body: response.text().await.unwrap() }
}

impl Reply {
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Where the browser is sent.
    #[track_caller]
    pub(crate) fn location(&self) -> Url {
        assert_eq!(self.status, 303, "{self:?}");
        Url::parse(self.headers[LOCATION].to_str().unwrap()).unwrap()
    }

    /// A parameter of the redirect.
    #[track_caller]
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.location().query_pairs().find(|(known, _value)| known == name).map(|(_name, value)| value.into_owned())
    }
}
