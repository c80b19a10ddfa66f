//! How often somebody may try, and who is not kept out by it.

mod account;
mod known_sources;
mod pair;
mod signup;
mod source;
mod trusted_proxy;
mod uncounted;
mod waits;

use api_tests::{Answer, Api, OwnStack, Person, StackBuilder, TestClock, own_stack};
use aws_sdk_dynamodb::types::AttributeValue;

/// The limits of a deployment that sets none.
const DEFAULTS: [(&str, &str); 4] =
    [("LIMIT_PAIR", ""), ("LIMIT_ACCOUNT", ""), ("LIMIT_ADDRESS", ""), ("LIMIT_SIGNUP", "")];

/// A stack with these limits and no others, whose clock stands still.
fn limited(limits: &[(&str, &str)]) -> Option<(StackBuilder, TestClock)> {
    let clock = TestClock::standing_still();
    let stack = own_stack()?.clock(clock.clock());
    Some((limits.iter().fold(stack, |stack, (variable, limit)| stack.variable(variable, limit)), clock))
}

/// The same person with a password that is not theirs.
fn guess(person: &Person) -> Person {
    Person { password: Person::new().password, ..person.clone() }
}

/// Guesses a password once.
async fn guess_at(api: &Api, person: &Person) -> Answer {
    api.login(&guess(person)).await
}

/// The seconds that a refused attempt is told to wait.
fn wait_of(answer: &Answer) -> u64 {
    answer.header("retry-after").unwrap().parse().unwrap()
}

/// Lets the one counter of this name stand at `count`.
async fn set_counter(stack: &OwnStack, name: &str, count: u64) {
    let counters = stack.items("ATTEMPTS_TABLE").await.into_iter();
    let mut ours = counters.filter(|item| item["bucket"].as_s().unwrap().starts_with(name));
    let (Some(mut counter), None) = (ours.next(), ours.next()) else { panic!("not one counter is called {name}") };
    counter.insert("count".to_owned(), AttributeValue::N(count.to_string()));
    let put = stack.dynamodb.put_item().table_name(stack.table("ATTEMPTS_TABLE")).set_item(Some(counter));
    put.send().await.unwrap();
}

/// How far the account's counters have come.
async fn counted(stack: &OwnStack, name: &str) -> Vec<u64> {
    let items = stack.items("ATTEMPTS_TABLE").await;
    let ours = items.iter().filter(|item| item["bucket"].as_s().unwrap().starts_with(name));
    ours.map(|item| item["count"].as_n().unwrap().parse().unwrap()).collect()
}
