//! The squatter made an account with a password, and the owner comes with a provider.

use serde_json::json;
use shared::domain::Provider;

use super::Scene;
use crate::oauth::support::{Someone, me};

#[tokio::test]
async fn an_address_never_links_a_provider_and_the_owner_links_theirs_after_taking_the_account_over() {
    for scene in Scene::each().await {
        let api = scene.api();
        let of_owner = Someone::at(Provider::Github).with_email(&scene.owner.email, true);
        let before = me(api, &scene.token).await;
        let _ = scene.sign_ins.log_in(api, &of_owner).await.expect_problem(409, "email_taken");
        assert_eq!(me(api, &scene.token).await, before);
        let token = scene.take_over().await;
        let _ = scene.sign_ins.of(&of_owner).await.link(api, &token).await.expect(204);
        scene.assert_the_squatter_is_out(&token).await;
        let by_provider = scene.sign_ins.log_in(api, &of_owner).await.expect(200).token();
        let shown = me(api, &by_provider).await;
        assert_eq!((&shown["id"], &shown["identities"]), (&me(api, &token).await["id"], &json!(["github"])));
    }
}
