//! The squatter keeps a session, and its owner takes the account over.

use super::Scene;

#[tokio::test]
async fn no_session_and_no_token_of_before_outlives_the_owners_coming() {
    for scene in Scene::each().await {
        let api = scene.api();
        let _ = api.me(&scene.token).await.expect(200);
        let renewed = scene.session.refreshed(api).await;
        let token = scene.take_over().await;
        let _ = api.me(&renewed.access).await.expect_problem(401, "invalid_token");
        let _ = renewed.refresh(api).await.expect_problem(401, "invalid_refresh_token");
        scene.assert_the_squatter_is_out(&token).await;
        let _ = api.me(&token).await.expect(200);
    }
}
