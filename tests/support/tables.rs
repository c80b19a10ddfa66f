//! Tables for a function's program to run against.

use std::net::{Ipv4Addr, SocketAddr};

use local::{EmbeddedDynamoDb, create_tables, with_table_names};
use shared::config::Environment;

/// A DynamoDB with the five tables.
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
        create_tables(dynamodb.url(), &environment).await.unwrap();
        Self { dynamodb, environment }
    }

    /// The variables that point a function at these of the tables.
    #[must_use]
    pub fn variables<'t>(&'t self, tables: &[&'static str]) -> Vec<(&'static str, &'t str)> {
        let names = tables.iter().map(|variable| (*variable, self.environment.get(variable).unwrap()));
        names.chain([("AWS_ENDPOINT_URL_DYNAMODB", self.dynamodb.url())]).collect()
    }
}
