//! People at providers, and the codes that their sign-ins end in.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use api_tests::{Answer, Api, OwnStack, Person, ProxiedStack, Session, StackBuilder, claims_of};
use aws_sdk_dynamodb::types::AttributeValue;
use oauth::{Challenge, Code};
use serde_json::{Value, json};
use shared::clock::{Clock, Timestamp};
use shared::domain::{EmailAddress, IdentityKey, Name, ProvenIdentity, Provider};
use shared::keys::{RotationPeriod, SigningKeys};
use shared::store::schema::TABLES;
use shared::store::{Client, SigningKeyTables};

/// Somebody who has an account at a provider.
#[derive(Clone, Debug)]
pub(crate) struct Someone {
    pub(crate) provider: Provider,
    pub(crate) subject: String,
    pub(crate) email: Option<String>,
    pub(crate) email_verified: bool,
    pub(crate) name: Option<String>,
}

impl Someone {
    /// Somebody new, with an address that nobody else has and that the provider has verified, if it ever does.
    pub(crate) fn at(provider: Provider) -> Self {
        let Person { name, email, password } = Person::new();
        Self {
            provider,
            // What a password begins with, so that the log is searched for it.
            subject: password,
            email: Some(email),
            email_verified: provider != Provider::Facebook,
            name: Some(name),
        }
    }

    /// The same person at another provider.
    pub(crate) fn also_at(&self, provider: Provider) -> Self {
        Self { subject: Self::at(provider).subject, provider, ..self.clone() }
    }

    pub(crate) fn with_email(self, email: &str, email_verified: bool) -> Self {
        Self { email: Some(email.to_owned()), email_verified, ..self }
    }

    pub(crate) fn without_email(self) -> Self {
        Self { email: None, email_verified: false, ..self }
    }

    /// What the person is known by.
    pub(crate) fn key(&self) -> String {
        format!("https://{}.example#{}", self.provider, self.subject)
    }

    fn proven_at(&self, now: Timestamp) -> ProvenIdentity {
        ProvenIdentity {
            key: IdentityKey::from_trusted(self.key()),
            provider: self.provider,
            email: self.email.as_deref().map(|email| EmailAddress::parse(email).unwrap()),
            email_verified: self.email_verified,
            name: self.name.as_deref().map(|name| Name::parse(name).unwrap()),
            proven_at: now,
        }
    }
}

/// The same stack with every provider, at the issuers of these people.
pub(super) fn with_providers(stack: StackBuilder) -> StackBuilder {
    Provider::ALL.into_iter().fold(stack, with_provider)
}

/// The same stack with this provider.
pub(crate) fn with_provider(stack: StackBuilder, provider: Provider) -> StackBuilder {
    let name = provider.as_str().to_uppercase();
    let at = if provider == Provider::Oidc { "ISSUER" } else { "URL" };
    let stack = stack.variable(&format!("OAUTH_{name}_CLIENT_ID"), "app-1");
    let stack = stack.variable(&format!("OAUTH_{name}_CLIENT_SECRET"), "secret-1");
    stack.variable(&format!("OAUTH_{name}_{at}"), &format!("https://{provider}.example"))
}

/// What a page holds when a provider has sent the browser back to it.
#[derive(Clone, Debug)]
pub(crate) struct Proof {
    pub(crate) code: String,
    pub(crate) verifier: String,
}

impl Proof {
    pub(crate) fn body(&self) -> Value {
        json!({"code": self.code, "code_verifier": self.verifier})
    }

    pub(crate) async fn log_in(&self, api: &Api) -> Answer {
        api.send(api.post("/auth/oauth/login").json(&self.body())).await
    }

    pub(crate) async fn log_in_with_session(&self, api: &Api) -> Answer {
        let mut body = self.body();
        body["refresh"] = true.into();
        api.send(api.post("/auth/oauth/login").json(&body)).await
    }

    pub(crate) async fn link(&self, api: &Api, token: &str) -> Answer {
        api.send(api.post("/auth/oauth/link").bearer_auth(token).json(&self.body())).await
    }
}

/// The sign-ins of a stack, as they are when the provider has answered: what its callback makes of that is sealed with the
/// stack's own keys.
pub(crate) struct SignIns {
    keys: SigningKeys,
    clock: Clock,
}

impl SignIns {
    pub(crate) fn at(stack: &OwnStack) -> Self {
        Self::by(&Clock::system(), stack)
    }

    /// With this clock.
    pub(crate) fn by(clock: &Clock, stack: &OwnStack) -> Self {
        Self::over(clock, &stack.dynamodb, |variable| stack.table(variable))
    }

    pub(crate) fn behind_proxy(stack: &ProxiedStack) -> Self {
        Self::over(&Clock::system(), &stack.proxy.target().client(), |variable| stack.table(variable))
    }

    fn over(clock: &Clock, dynamodb: &Client, table: impl Fn(&str) -> String) -> Self {
        let tables = TABLES.map(|spec| (spec.variable.to_owned(), table(spec.variable)));
        let tables = SigningKeyTables::read(&tables.into_iter().collect(), dynamodb).unwrap();
        let day = Duration::from_hours(24);
        let rotation = RotationPeriod::new(30 * day, day).unwrap();
        Self { keys: SigningKeys::new(Arc::new(tables), rotation), clock: clock.clone() }
    }

    /// The person goes to their provider and comes back.
    pub(crate) async fn of(&self, someone: &Someone) -> Proof {
        let now = self.clock.now();
        let Person { password: verifier, .. } = Person::new();
        let seals = self.keys.at(now).await.unwrap().seal_keys().unwrap();
        let code = Code::new(someone.proven_at(now), Challenge::of(&verifier)).seal(&seals).unwrap();
        Proof { code, verifier }
    }

    /// The person signs in, with a token that nothing renews.
    pub(crate) async fn log_in(&self, api: &Api, someone: &Someone) -> Answer {
        self.of(someone).await.log_in(api).await
    }

    /// The person signs in, with a session.
    pub(crate) async fn session(&self, api: &Api, someone: &Someone) -> Session {
        Session::of(&self.of(someone).await.log_in_with_session(api).await)
    }
}

pub(crate) async fn unlink(api: &Api, token: &str, provider: Provider) -> Answer {
    let body = json!({"provider": provider.as_str()});
    api.send(api.post("/auth/oauth/unlink").bearer_auth(token).json(&body)).await
}

/// What `/auth/me` shows.
pub(crate) async fn me(api: &Api, token: &str) -> Value {
    api.me(token).await.expect(200).json()
}

/// The item of a user.
pub(crate) async fn user_item(stack: &OwnStack, id: &str) -> HashMap<String, AttributeValue> {
    let id = AttributeValue::S(id.to_owned());
    stack.items("USERS_TABLE").await.into_iter().find(|item| item["id"] == id).unwrap()
}

/// Whom an identity is linked to.
pub(crate) async fn linked_to(stack: &OwnStack, someone: &Someone) -> Option<String> {
    let id = AttributeValue::S(someone.key());
    let link = stack.items("IDENTITIES_TABLE").await.into_iter().find(|item| item["id"] == id)?;
    Some(link["user_id"].as_s().unwrap().clone())
}

/// The user of a token.
pub(crate) fn user_of(answer: &Answer) -> String {
    claims_of(&answer.token())["sub"].as_str().unwrap().to_owned()
}

/// What a reset of the password does: no identity is left, every session and token ends, and a password is there.
pub(crate) async fn reset(stack: &OwnStack, user_id: &str) {
    let update = stack.dynamodb.update_item().table_name(stack.table("USERS_TABLE"));
    update
        .key("id", AttributeValue::S(user_id.to_owned()))
        .update_expression(
            "SET generation = :next, tokens_valid_after = :now, sessions = :none REMOVE identities, passwordless",
        )
        .expression_attribute_values(":next", AttributeValue::N("1".to_owned()))
        .expression_attribute_values(":now", AttributeValue::N(Clock::system().now().as_millis().to_string()))
        .expression_attribute_values(":none", AttributeValue::M(HashMap::new()))
        .send()
        .await
        .unwrap();
}
