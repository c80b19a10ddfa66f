//! The function `login`.

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    naive::run::<login::Login>().await
}
