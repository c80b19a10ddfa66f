//! The rules of accounts by the whole way: from the page to a pretend provider, back, and into an account.

use api_tests::Person;
use serde_json::json;
use shared::clock::Clock;

use super::flow::{Flow, VERIFIER, code_of};
use super::honest::Honest;
use super::support::{Proof, me, user_of};

/// Somebody at a provider.
struct Typed {
    id: String,
    email: Option<String>,
    verified: bool,
}

impl Honest {
    async fn proof_of(&self, provider: &str, typed: &Typed) -> Proof {
        let mut form = vec![("answer", "continue"), ("person", "typed"), ("name", "Ada Lovelace"), ("id", &typed.id)];
        form.extend(typed.email.as_deref().map(|email| ("email", email)));
        if typed.verified {
            form.push(("verified", "yes"));
        }
        let flow = Flow::begin(&self.stack.api, provider).await;
        let query = self.consent(&flow, &form).await;
        let code = code_of(&self.come_back(&flow, &query).await);
        Proof { code, verifier: VERIFIER.to_owned() }
    }
}

#[tokio::test]
async fn at_each_provider_one_signs_up_in_and_links_but_never_by_an_address() {
    let Some(honest) = Honest::start(Clock::system()).await else { return };
    let api = &honest.stack.api;
    for (number, provider) in ["google", "github", "facebook", "x"].into_iter().enumerate() {
        let email = Person::new().email;
        let ada = Typed { id: format!("1{number}"), email: Some(email.clone()), verified: true };
        let first = honest.proof_of(provider, &ada).await.log_in(api).await.expect(201);
        let shown = me(api, &first.token()).await;
        assert_eq!((&shown["email"], &shown["identities"]), (&json!(email), &json!([provider])), "{shown}");
        // Facebook says of no address that it is verified.
        assert_eq!(shown["email_verified"], provider != "facebook", "{provider}");

        let today = Typed { email: Some(Person::new().email), ..ada };
        let again = honest.proof_of(provider, &today).await.log_in(api).await.expect(200);
        assert_eq!((user_of(&again), me(api, &again.token()).await), (user_of(&first), shown), "{provider}");

        let (owner, _token) = api.somebody().await;
        let squatter = Typed { id: format!("2{number}"), email: Some(owner.email.clone()), verified: true };
        let proof = honest.proof_of(provider, &squatter).await;
        let _ = proof.log_in(api).await.expect_problem(409, "email_taken");
        let token = api.login(&owner).await.expect(200).token();
        let _ = proof.link(api, &token).await.expect(204);
        let linked = honest.proof_of(provider, &squatter).await.log_in(api).await.expect(200);
        assert_eq!(me(api, &linked.token()).await["email"], json!(owner.email), "{provider}");

        if provider == "github" {
            // Nobody is there without a verified address.
            continue;
        }
        let nobody = Typed { id: format!("3{number}"), email: None, verified: false };
        let token = honest.proof_of(provider, &nobody).await.log_in(api).await.expect(201).token();
        assert_eq!(me(api, &token).await["email"], json!(null), "{provider}");
    }
}
