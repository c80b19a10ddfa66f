//! A Lambda service with a DynamoDB behind TLS, as many milliseconds away as the argument says. It first writes a line of
//! JSON that says how to reach the tables; then it reads runs, a JSON object a line, and answers each with a line: what was
//! measured, or `error`.

use std::collections::HashMap;
use std::error::Error;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use api_tests::TlsEndpoint;
use driver::{Run, hold_back, measure};
use local::{EmbeddedDynamoDb, create_tables, with_table_names};
use serde::Serialize;
use serde_json::json;
use shared::environment::Environment;
use shared::store::schema::TABLES;
use tokio::io::{AsyncBufReadExt as _, BufReader, stdin};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let dynamodb = EmbeddedDynamoDb::start(None, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    let environment = with_table_names(Environment::default());
    create_tables(dynamodb.dynamodb(), &environment).await?;
    let wait_millis = std::env::args().nth(1).ok_or("usage: lambda WAIT_MILLISECONDS")?.parse()?;
    let url = match wait_millis {
        0 => dynamodb.dynamodb().url().to_owned(),
        millis => hold_back(dynamodb.dynamodb().url(), Duration::from_millis(millis)).await?,
    };
    let endpoint = TlsEndpoint::start(&url).await;
    let root = tempfile::NamedTempFile::new()?;
    endpoint.append_root(root.path());
    let tables = TABLES.iter().filter_map(|table| Some((table.variable, environment.get(table.variable)?)));
    let variables: HashMap<_, _> = tables.chain(dynamodb.dynamodb().key_variables()).collect();
    say(&json!({
        "variables": variables, "https_url": endpoint.url(), "http_url": dynamodb.dynamodb().url(), "root": root.path(),
    }))?;
    let mut runs = BufReader::new(stdin()).lines();
    while let Some(run) = runs.next_line().await? {
        match measure(serde_json::from_str::<Run>(&run)?).await {
            Ok(measured) => say(&measured)?,
            Err(error) => say(&json!({"error": error.to_string()}))?,
        }
    }
    Ok(())
}

fn say(what: &impl Serialize) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(what)?;
    line.push(b'\n');
    let mut out = std::io::stdout().lock();
    out.write_all(&line)?;
    out.flush()
}
