//! The squatter links a provider of their own, or is about to, and signs in with that once the owner has come.

use serde_json::json;
use shared::domain::Provider;

use super::Scene;
use crate::oauth::support::{Someone, me};

#[tokio::test]
async fn no_provider_of_before_signs_in_to_the_account_and_none_is_linked_with_a_token_of_before() {
    for scene in Scene::each().await {
        let api = scene.api();
        let later = scene.sign_ins.of(&Someone::at(Provider::X)).await;
        let token = scene.take_over().await;
        for old in [&scene.token, &scene.session.access] {
            let _ = later.link(api, old).await.expect_problem(401, "invalid_token");
        }
        scene.assert_the_squatter_is_out(&token).await;
        assert_eq!(me(api, &token).await["identities"], json!([]));
    }
}
