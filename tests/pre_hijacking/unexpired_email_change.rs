//! The squatter asks for a change of the address, and confirms it once the owner has come.

use api_tests::Person;
use serde_json::json;

use super::{Scene, post};
use crate::oauth::support::me;

#[tokio::test]
async fn a_change_that_was_asked_for_before_ends_with_the_owners_coming() {
    for scene in Scene::each().await {
        let api = scene.api();
        let elsewhere = Person::new().email;
        let change = json!({"email": elsewhere, "password": scene.squatter.password});
        let _ = post(api, "/auth/email/change", &scene.token, &change).await.expect(202);
        let code = json!({"code": scene.mails.digits("change", &elsewhere).await});
        let token = scene.take_over().await;
        let confirm = "/auth/email/change/confirm";
        for old in [&scene.token, &scene.session.access] {
            let _ = post(api, confirm, old, &code).await.expect_problem(401, "invalid_token");
        }
        // Nor is it good for the owner, whoever makes them send it.
        let _ = post(api, confirm, &token, &code).await.expect_problem(401, "invalid_code");
        scene.assert_the_squatter_is_out(&token).await;
        assert_eq!(me(api, &token).await["email"].as_str().unwrap().to_lowercase(), scene.owner.email.to_lowercase());
    }
}
