//! The function `login`.

use login::{Config, DynamoLogin};

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    naive::run(|environment, client, clock| DynamoLogin::read(environment, Config::read(environment)?, client, clock)).await
}
