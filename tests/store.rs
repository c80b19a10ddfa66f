//! Tables, expressions and transactions of `shared::store`, against a DynamoDB: what adapters of later tables are made of.

use std::collections::HashMap;

use api_tests::Tables;
use aws_sdk_dynamodb::types::AttributeValue;
use shared::store::schema::{CREDENTIALS, USERS};
use shared::store::{Expression, Sent, Table, Transaction, get_together};

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn item(key: &str, id: &str, color: &str) -> HashMap<String, AttributeValue> {
    HashMap::from([(key.to_owned(), text(id)), ("color".to_owned(), text(color))])
}

/// The write happens only if the item has this color.
fn if_color(color: &str) -> Expression {
    Expression::new().condition("#color = :color").name("#color", "color").value(":color", text(color))
}

async fn color_of(table: &Table, key: &str) -> Option<String> {
    table.get(key).await.unwrap().map(|mut item| item.string("color").unwrap())
}

async fn users_and_credentials(tables: &Tables) -> (Table, Table) {
    let read = |spec| Table::read(tables.environment(), &tables.client(), spec).unwrap();
    let (users, credentials) = (read(&USERS), read(&CREDENTIALS));
    assert!(users.put(item("id", "1", "red"), &users.if_absent()).await.unwrap());
    assert!(credentials.put(item("email", "a", "blue"), &Expression::new()).await.unwrap());
    (users, credentials)
}

#[tokio::test]
async fn a_write_whose_condition_does_not_hold_writes_nothing_and_says_so() {
    let tables = Tables::start().await;
    let (users, _credentials) = users_and_credentials(&tables).await;
    assert!(!users.put(item("id", "1", "green"), &users.if_absent()).await.unwrap());
    let paint = |color| if_color(color).update("SET #color = :new").value(":new", text("green"));
    assert!(!users.update("1", &paint("blue")).await.unwrap());
    assert!(!users.delete("1", &if_color("blue")).await.unwrap());
    assert_eq!(color_of(&users, "1").await.as_deref(), Some("red"));

    assert!(users.update("1", &paint("red")).await.unwrap());
    assert_eq!(color_of(&users, "1").await.as_deref(), Some("green"));
    assert!(users.delete("1", &if_color("green")).await.unwrap());
    assert_eq!(color_of(&users, "1").await, None);
}

#[tokio::test]
async fn a_transaction_writes_to_any_tables_or_names_the_conditions_that_do_not_hold() {
    let tables = Tables::start().await;
    let (users, credentials) = users_and_credentials(&tables).await;
    let client = tables.client();
    let write = |color: &'static str| {
        Transaction::new(&client)
            .check(&users, "1", &if_color("red"))
            .and_then(|t| t.put(&users, item("id", "2", "white"), &users.if_absent()))
            .and_then(|t| t.update(&credentials, "a", &if_color(color).update("SET #color = :color")))
            .and_then(|t| t.delete(&credentials, "b", &Expression::new()))
            .unwrap()
    };
    assert_eq!(write("red").send().await.unwrap(), Sent::Refused(vec![2]));
    assert_eq!(color_of(&users, "2").await, None);
    assert_eq!(write("blue").send().await.unwrap(), Sent::Written);
    assert_eq!(color_of(&users, "2").await.as_deref(), Some("white"));
    assert_eq!(write("blue").send().await.unwrap(), Sent::Refused(vec![1]));

    let [user, credential, nobody] = get_together([(&users, "2"), (&credentials, "a"), (&users, "3")]).await.unwrap();
    let colors = [user, credential].map(|item| item.unwrap().string("color").unwrap());
    assert_eq!((colors, nobody.is_none()), (["white".to_owned(), "blue".to_owned()], true));
}

#[tokio::test]
async fn a_transaction_with_a_token_is_one_however_often_it_is_sent() {
    let tables = Tables::start().await;
    let (users, _credentials) = users_and_credentials(&tables).await;
    for _ in 0..2 {
        let once = Transaction::new(&tables.client()).with_token("a-token-of-the-test");
        let once = once.put(&users, item("id", "9", "grey"), &users.if_absent()).unwrap();
        assert_eq!(once.send().await.unwrap(), Sent::Written);
    }
}

#[test]
fn no_debug_form_shows_a_value() {
    let expression = if_color("a-secret");
    assert!(!format!("{expression:?}").contains("a-secret"), "{expression:?}");
}
