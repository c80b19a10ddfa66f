use api_tests::own_stack;

use crate::command::run_beside;

#[tokio::test]
async fn the_tokens_of_one_user_end_and_they_can_log_in_again() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let (person, token) = stack.api.somebody().await;
    let (_somebody_else, other) = stack.api.somebody().await;
    let id = stack.api.me(&token).await.expect(200).json()["id"].as_str().unwrap().to_owned();

    let said = run_beside(&stack, &["tokens", "end", "--user", &id]).await.expect_success();
    assert!(said.contains(&id) && said.contains("at once") && said.contains("until it expires"), "{said}");

    let _ = stack.api.me(&token).await.expect_problem(401, "invalid_token");
    let new = stack.api.login(&person).await.expect(200).token();
    for good in [&new, &other] {
        let _ = stack.api.me(good).await.expect(200);
    }
}

#[tokio::test]
async fn a_user_who_is_not_there_is_said_not_to_be_and_not_made() {
    let Some(stack) = own_stack() else { return };
    let stack = stack.start().await;
    let said = run_beside(&stack, &["tokens", "end", "--user", "nobody"]).await.expect_refusal();
    assert!(said.contains("there is no user \"nobody\""), "{said}");
    assert_eq!(stack.dynamodb.scan().table_name(stack.table("USERS_TABLE")).send().await.unwrap().count(), 0);
}
