//! Accounts that somebody makes with the address of somebody else, before its owner comes: the five classes of attacks of
//! Sudhodanan and Paverd, "Pre-hijacked accounts" (USENIX Security 2022), for every level of verification. At `required` the
//! account is from before: no new one can be made.

mod classic_federated_merge;
mod non_verifying_provider;
mod required;
mod trojan_identifier;
mod unexpired_email_change;
mod unexpired_session;

use api_tests::{Answer, Api, Delivery, OwnStack, Person, Session, StackBuilder, own_stack};
use serde_json::{Value, json};
use shared::clock::Clock;
use shared::domain::Provider;

use crate::oauth::support::{SignIns, Someone, me, user_of};

const LEVELS: [&str; 3] = ["off", "on", "required"];

/// A deployment in which somebody squats on the address of somebody else.
struct Scene {
    stack: OwnStack,
    sign_ins: SignIns,
    mails: Delivery,
    /// The owner of the address.
    owner: Person,
    /// The same address with the password of the squatter.
    squatter: Person,
    session: Session,
    token: String,
    /// Whom the squatter signs in as at a provider, if they have linked that.
    linked: Option<Someone>,
}

impl Scene {
    /// Every level, with a password alone and with a provider that the squatter has linked.
    async fn each() -> Vec<Self> {
        let mut scenes = Vec::new();
        for level in LEVELS {
            for with_provider in [false, true] {
                scenes.extend(Self::at(level, with_provider).await);
            }
        }
        scenes
    }

    async fn at(level: &str, with_provider: bool) -> Option<Self> {
        let issuer = |stack: StackBuilder| stack.variable("ISSUER", "https://api.example.com");
        let level_before = if level == "on" { "on" } else { "off" };
        let before = issuer(own_stack()?).variable("EMAIL_VERIFICATION", level_before).start().await;
        let (api, sign_ins) = (&before.api, SignIns::at(&before));
        let owner = Person::new();
        let squatter = Person { email: owner.email.to_uppercase(), ..Person::new() };
        let token = api.signup(&squatter).await.expect(201).token();
        let session = Session::log_in(api, &squatter).await;
        let linked = with_provider.then(|| Someone::at(Provider::Google));
        if let Some(someone) = &linked {
            let _ = sign_ins.of(someone).await.link(api, &token).await.expect(204);
        }
        let stack = issuer(own_stack()?).beside(&before).variable("EMAIL_VERIFICATION", level).start().await;
        let mails = Delivery::beside(&stack, Clock::system());
        Some(Self { stack: stack.keeping(before), sign_ins, mails, owner, squatter, session, token, linked })
    }

    fn api(&self) -> &Api {
        &self.stack.api
    }

    /// The owner takes the account over by the mail to their address. Returns their token.
    async fn take_over(&self) -> String {
        take_over(self.api(), &self.mails, &self.owner).await
    }

    /// Nothing that the squatter has leads into the owner's account, whose token this is.
    async fn assert_the_squatter_is_out(&self, token: &str) {
        let api = self.api();
        let _ = api.login(&self.squatter).await.expect_problem(401, "invalid_credentials");
        for token in [&self.token, &self.session.access] {
            let _ = api.me(token).await.expect_problem(401, "invalid_token");
        }
        let _ = self.session.refresh(api).await.expect_problem(401, "invalid_refresh_token");
        if let Some(someone) = &self.linked {
            let signed_in = self.sign_ins.log_in(api, someone).await.expect(201);
            assert_ne!(json!(user_of(&signed_in)), me(api, token).await["id"]);
        }
    }
}

async fn take_over(api: &Api, mails: &Delivery, owner: &Person) -> String {
    let _ = api.send(api.post("/auth/password/forgot").json(&json!({"email": owner.email}))).await.expect(202);
    let code = mails.digits(&owner.email).await;
    let body = json!({"email": owner.email, "code": code, "password": owner.password});
    let _ = api.send(api.post("/auth/password/reset").json(&body)).await.expect(204);
    let token = api.login(owner).await.expect(200).token();
    let me = me(api, &token).await;
    assert_eq!((&me["email_verified"], &me["identities"]), (&json!(true), &json!([])));
    token
}

/// Sends JSON with a token.
async fn post(api: &Api, path: &str, token: &str, body: &Value) -> Answer {
    api.send(api.post(path).bearer_auth(token).json(body)).await
}
