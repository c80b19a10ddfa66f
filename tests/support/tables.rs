//! Tables for a function's program to run against.

use std::net::{Ipv4Addr, SocketAddr};

use aws_sdk_dynamodb::types::AttributeValue;
use local::{EmbeddedDynamoDb, create_tables, with_table_names};
use shared::clock::Clock;
use shared::domain::{PasswordContext, PasswordHasher, PasswordHasherParams, PasswordPolicy};
use shared::environment::Environment;
use shared::store::{Client, LocalDynamoDb};

use crate::{DynamoDbProxy, Person, Program, Waiting};

/// A DynamoDB with every table.
pub struct Tables {
    dynamodb: EmbeddedDynamoDb,
    environment: Environment,
}

impl Tables {
    /// Starts a DynamoDB and makes the tables.
    pub async fn start() -> Self {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let dynamodb = EmbeddedDynamoDb::start(None, address).await.unwrap();
        let environment = with_table_names(Environment::default());
        create_tables(dynamodb.dynamodb(), &environment).await.unwrap();
        Self { dynamodb, environment }
    }

    /// Adds somebody as sign-up of version 0.1 wrote them, without a map of sessions.
    pub async fn add_account(&self, person: &Person) {
        let policy = PasswordPolicy::new(8).unwrap();
        let password = policy.parse(&person.password).unwrap().score(PasswordContext::default()).unwrap();
        let hasher = PasswordHasher::new(PasswordHasherParams::LOWEST).unwrap();
        let hash = hasher.hash(password).await.unwrap();
        let put = self.client().put_item().table_name("latchkey-credentials");
        put.item("email", AttributeValue::S(person.email.to_lowercase()))
            .item("user_id", AttributeValue::S("somebody".to_owned()))
            .item("password_hash", AttributeValue::S(hash.as_str().to_owned()))
            .send()
            .await
            .unwrap();
        let put = self.client().put_item().table_name("latchkey-users");
        put.item("id", AttributeValue::S("somebody".to_owned()))
            .item("created_at", AttributeValue::N("1795562141123".to_owned()))
            .item("email_verified", AttributeValue::Bool(false))
            .send()
            .await
            .unwrap();
    }

    /// Gives an account the hash that another system made.
    pub async fn set_hash(&self, person: &Person, hash: &str) {
        let update = self.client().update_item().table_name("latchkey-credentials");
        update
            .key("email", AttributeValue::S(person.email.to_lowercase()))
            .update_expression("SET password_hash = :hash")
            .expression_attribute_values(":hash", AttributeValue::S(hash.to_owned()))
            .send()
            .await
            .unwrap();
    }

    /// Takes an account's hash away, and says that another system knows the password.
    pub async fn let_old_system_answer(&self, person: &Person) {
        let update = self.client().update_item().table_name("latchkey-credentials");
        update
            .key("email", AttributeValue::S(person.email.to_lowercase()))
            .update_expression("REMOVE password_hash SET legacy = :legacy")
            .expression_attribute_values(":legacy", AttributeValue::Bool(true))
            .send()
            .await
            .unwrap();
    }

    /// Takes an account's password away, as from one that a provider signs in.
    pub async fn remove_password(&self, person: &Person) {
        self.remove_attribute(person, "password_hash").await;
    }

    /// Lets a sign-up that waits expire in a quarter of an hour. Its item is kept for an hour more.
    pub async fn let_expire_soon(&self, waiting: &Waiting) {
        let expires_at = Clock::system().now().as_secs() + 75 * 60;
        let update = self.client().update_item().table_name("latchkey-pending");
        update
            .key("id", AttributeValue::S(waiting.pending()))
            .update_expression("SET expires_at = :expires_at")
            .expression_attribute_values(":expires_at", AttributeValue::N(expires_at.to_string()))
            .send()
            .await
            .unwrap();
    }

    /// Says of somebody whom [`add_account`](Self::add_account) added that they have proved this address.
    pub async fn prove_address(&self, person: &Person) {
        let update = self.client().update_item().table_name("latchkey-users");
        update
            .key("id", AttributeValue::S("somebody".to_owned()))
            .update_expression("SET email = :email, email_verified = :verified")
            .expression_attribute_values(":email", AttributeValue::S(person.email.clone()))
            .expression_attribute_values(":verified", AttributeValue::Bool(true))
            .send()
            .await
            .unwrap();
    }

    /// Forgets where somebody has logged in from.
    pub async fn remove_known_sources(&self, person: &Person) {
        self.remove_attribute(person, "known_addresses").await;
    }

    async fn remove_attribute(&self, person: &Person, name: &str) {
        let update = self.client().update_item().table_name("latchkey-credentials");
        update
            .key("email", AttributeValue::S(person.email.to_lowercase()))
            .update_expression("REMOVE #attribute")
            .expression_attribute_names("#attribute", name)
            .send()
            .await
            .unwrap();
    }

    /// Where DynamoDB is, and its key.
    #[must_use]
    pub fn dynamodb(&self) -> &LocalDynamoDb {
        self.dynamodb.dynamodb()
    }

    /// The environment that names every table.
    #[must_use]
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// A client of this DynamoDB.
    #[must_use]
    pub fn client(&self) -> Client {
        self.dynamodb().client()
    }

    /// A proxy in front of the tables, and the variables that lead a program to its own through it.
    pub async fn behind_proxy(&self, program: Program) -> (DynamoDbProxy, Vec<(&'static str, String)>) {
        let proxy = DynamoDbProxy::start(self.dynamodb()).await;
        let variables = self.variables(program).into_iter().map(|(name, value)| (name, value.to_owned()));
        let mut variables: Vec<_> = variables.collect();
        variables.push(("AWS_ENDPOINT_URL_DYNAMODB", proxy.dynamodb().url().to_owned()));
        (proxy, variables)
    }

    /// The variables that lead a program to its own tables.
    #[must_use]
    pub fn variables(&self, program: Program) -> Vec<(&'static str, &str)> {
        let names =
            program.table_variables().into_iter().map(|variable| (variable, self.environment.get(variable).unwrap()));
        names.chain(self.dynamodb().variables()).collect()
    }
}
