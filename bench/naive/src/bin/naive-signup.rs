//! The function `signup`.

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    naive::run::<signup::Signup>().await
}
