//! The function `me`.

use me::{Config, DynamoMe};

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    naive::run(|environment, client, clock| DynamoMe::read(environment, Config::read(environment)?, client, clock)).await
}
