//! What the program uses of its surroundings, seen from the outside.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what went wrong by panicking")]

use api_tests::{
    Mailbox, Person, Program, RuntimeApi, Tables, authorized_event, claims_of, http_api_event, other_digits,
    proxied_event, stack_over,
};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};

const PROGRAM: Program = Program::new(env!("CARGO_BIN_EXE_account"), include_str!("uses.json"));
const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn it_calls_and_reads_what_is_written_down() {
    let tables = Tables::start().await;
    let Some(stack) = stack_over(&tables).await else { return };
    let (old, token) = stack.api.somebody().await;
    let (proxy, mut variables) = tables.behind_proxy(PROGRAM).await;
    variables.push(("AWS_LAMBDA_LOG_LEVEL", "DEBUG".to_owned()));
    // Which header names the caller is asked for only with a secret.
    variables.push(("ORIGIN_SECRET", SECRET.to_owned()));
    variables.extend(["LIMIT_PAIR", "LIMIT_ACCOUNT", "LIMIT_ADDRESS"].map(|limit| (limit, "100/900".to_owned())));
    let runtime = RuntimeApi::start().await;
    let function = runtime.start_function(PROGRAM, &variables);
    let new = Person { password: Person::new().password, ..old.clone() };
    let send = async |method: &str, path: &str, body: &Value, token: &str, status: u16| {
        let event = authorized_event(proxied_event(http_api_event(method, path, body), SECRET), token);
        let answer = runtime.invoke(event).await;
        assert_eq!(answer["statusCode"], status, "{answer}");
    };
    send("PATCH", "/auth/me", &json!({"name": "Ada"}), &token, 200).await;
    let wrong = json!({"password": "not-the-password", "newPassword": new.password});
    send("POST", "/auth/password/change", &wrong, &token, 401).await;
    let right = json!({"password": old.password, "newPassword": new.password});
    send("POST", "/auth/password/change", &right, &token, 204).await;

    let mailbox = Mailbox::in_tables(&tables);
    let token = stack.api.login(&new).await.expect(200).token();
    let user = claims_of(&token)["sub"].as_str().unwrap().to_owned();
    send("POST", "/auth/email/verify/send", &json!({}), &token, 202).await;
    let verify = mailbox.let_wait(&format!("verify#{user}"), Some(&new.email)).await;
    send("POST", "/auth/email/verify", &json!({"code": other_digits(&verify)}), &token, 401).await;
    send("POST", "/auth/email/verify", &json!({"code": verify}), &token, 204).await;
    let moved = Person { email: Person::new().email, ..new.clone() };
    let change = json!({"email": moved.email, "password": new.password});
    send("POST", "/auth/email/change", &change, &token, 202).await;
    let digits = mailbox.digits(&format!("change#{user}")).await;
    send("POST", "/auth/email/change/confirm", &json!({"code": digits}), &token, 204).await;
    send("POST", "/auth/password/forgot", &json!({"email": moved.email}), "", 202).await;
    let digits = mailbox.let_reset(&moved.email).await;
    let reset = json!({"email": moved.email, "code": digits, "password": new.password});
    send("POST", "/auth/password/reset", &reset, "", 204).await;

    let token = stack.api.login(&moved).await.expect(200).token();
    let link = tables.client().update_item().table_name("latchkey-users").key("id", AttributeValue::S(user));
    let link = link.update_expression("SET identities = :identities");
    let identities = AttributeValue::Ss(vec!["x#https://x.com#1".to_owned()]);
    link.expression_attribute_values(":identities", identities).send().await.unwrap();
    send("POST", "/auth/account/delete", &json!({"password": new.password}), &token, 204).await;
    let log = function.stop().await.stdout;
    PROGRAM.assert_uses::<account::Account>(&proxy.take_calls(), &log);
}
