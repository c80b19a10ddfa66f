//! What no call of `me` can do without: one round trip to DynamoDB, through the same SDK, for a user and one RS256
//! verification. Says for each time how long that took.
//!
//! `round-trip TIMES USER_ID`

use std::error::Error;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use aws_sdk_dynamodb::types::AttributeValue;
use shared::environment::Environment;
use shared::store::function_client;
use shared::store::schema::USERS;

/// As long as the header and the claims of a token are.
const SIGNED: [u8; 300] = [1; 300];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let environment = Environment::of_process();
    let client = function_client(&environment)?;
    let table = environment.required("USERS_TABLE", "the name of a table", "latchkey-users")?;
    let user = std::env::args().nth(2).ok_or("the id of a user is missing")?;
    let key = KeyPair::generate(KeySize::Rsa2048)?;
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &SIGNED, &mut signature)?;
    let public_key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key())?;
    floor::measure_each(async || {
        public_key.verify_sig(&SIGNED, &signature)?;
        let id = AttributeValue::S(user.clone());
        client.get_item().table_name(table).consistent_read(true).key(USERS.key, id).send().await?;
        Ok::<_, Box<dyn Error>>(())
    })
    .await
}
