//! The tables, as template.yaml would make them.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType, TableStatus,
    TimeToLiveSpecification, TimeToLiveStatus,
};
use shared::environment::Environment;
use shared::store::schema::TABLES;
use shared::store::{LocalDynamoDb, Table};

use crate::StartError;

/// How often, and how long apart, a new table is asked whether it can be used: half a minute in all.
const ACTIVE_CHECKS: usize = 60;
const BETWEEN_CHECKS: Duration = Duration::from_millis(500);

/// The environment with a name for each table that has none.
#[must_use]
pub fn with_table_names(environment: Environment) -> Environment {
    with_stack_table_names(environment, "latchkey")
}

/// The environment with a name for each table that has none, as template.yaml names the tables of the CloudFormation
/// stack `stack`.
#[must_use]
pub fn with_stack_table_names(environment: Environment, stack: &str) -> Environment {
    TABLES.iter().fold(environment, |environment, table| environment.with_default(table.variable, table.name_in(stack)))
}

/// Makes the tables that are missing in this DynamoDB, under the names that the environment has for them.
pub async fn create_tables(dynamodb: &LocalDynamoDb, environment: &Environment) -> Result<(), StartError> {
    let client = dynamodb.client();
    for spec in TABLES {
        let table = Table::read(environment, &client, spec)?;
        let failed =
            |reason| StartError::Table { table: table.name().to_owned(), url: dynamodb.url().to_owned(), reason };
        create(&client, table.name(), spec.key).await.map_err(failed)?;
        if let Some(attribute) = spec.ttl {
            expire(&client, table.name(), attribute).await.map_err(failed)?;
        }
    }
    Ok(())
}

async fn create(client: &Client, table: &str, key: &str) -> Result<(), String> {
    let definition = AttributeDefinition::builder().attribute_name(key).attribute_type(ScalarAttributeType::S).build();
    let schema = KeySchemaElement::builder().attribute_name(key).key_type(KeyType::Hash).build();
    let created = client
        .create_table()
        .table_name(table)
        .attribute_definitions(definition.map_err(|error| error.to_string())?)
        .key_schema(schema.map_err(|error| error.to_string())?)
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await;
    match created {
        Ok(_) => {}
        Err(error) if matches!(error.as_service_error(), Some(CreateTableError::ResourceInUseException(_))) => {}
        Err(error) => return Err(reason(&error)),
    }
    wait_until_active(client, table).await
}

/// A table that somebody has just made, we or another start, cannot be used at once everywhere.
async fn wait_until_active(client: &Client, table: &str) -> Result<(), String> {
    for _ in 0..ACTIVE_CHECKS {
        let described = client.describe_table().table_name(table).send().await.map_err(|error| reason(&error))?;
        if described.table().and_then(|table| table.table_status()) == Some(&TableStatus::Active) {
            return Ok(());
        }
        tokio::time::sleep(BETWEEN_CHECKS).await;
    }
    Err("it did not become active in time".to_owned())
}

/// Lets DynamoDB sweep what has expired, unless it does so already: to set that a second time is refused.
async fn expire(client: &Client, table: &str, attribute: &str) -> Result<(), String> {
    let described = client.describe_time_to_live().table_name(table).send().await.map_err(|error| reason(&error))?;
    let status = described.time_to_live_description().and_then(|ttl| ttl.time_to_live_status());
    if matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)) {
        return Ok(());
    }
    let ttl = TimeToLiveSpecification::builder().attribute_name(attribute).enabled(true).build();
    let ttl = ttl.map_err(|error| error.to_string())?;
    let updated = client.update_time_to_live().table_name(table).time_to_live_specification(ttl).send().await;
    updated.map(|_| ()).map_err(|error| reason(&error))
}

fn reason(error: &(dyn std::error::Error + 'static)) -> String {
    shared::error_chain::with_causes(error)
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use shared::environment::Environment;

    use super::{TABLES, create_tables, with_table_names};
    use crate::EmbeddedDynamoDb;

    #[tokio::test]
    async fn tables_that_exist_stay_as_they_are() {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let dynamodb = EmbeddedDynamoDb::start(None, address).await.unwrap();
        let environment = with_table_names(Environment::default().with("USERS_TABLE", "people"));
        create_tables(dynamodb.dynamodb(), &environment).await.unwrap();
        create_tables(dynamodb.dynamodb(), &environment).await.unwrap();
        let client = dynamodb.dynamodb().client();
        let tables = client.list_tables().send().await.unwrap();
        let mut tables = tables.table_names().to_vec();
        tables.sort_unstable();
        let mut expected = TABLES.map(|table| environment.get(table.variable).unwrap());
        expected.sort_unstable();
        assert_eq!(tables, expected);
        assert!(tables.contains(&"people".to_owned()));
        let ttl = client.describe_time_to_live().table_name("latchkey-attempts").send().await.unwrap();
        assert_eq!(ttl.time_to_live_description().unwrap().attribute_name(), Some("expires_at"));
    }

    #[tokio::test]
    async fn a_dynamodb_that_is_not_there_is_named() {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let gone = EmbeddedDynamoDb::start(None, address).await.unwrap();
        let dynamodb = gone.dynamodb().clone();
        gone.stop().await;
        let error = create_tables(&dynamodb, &with_table_names(Environment::default())).await.unwrap_err();
        assert!(error.to_string().contains(dynamodb.url()), "{error}");
    }
}
