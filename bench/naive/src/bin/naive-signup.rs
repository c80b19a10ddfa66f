//! The function `signup`.

use signup::{Config, DynamoSignup};

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    naive::run(|environment, client, clock| DynamoSignup::read(environment, Config::read(environment)?, client, clock)).await
}
