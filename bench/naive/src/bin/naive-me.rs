//! The function `me`.

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    naive::run::<me::Me>().await
}
