//! A function that answers every request with an empty 200.

use std::convert::Infallible;

use lambda_http::http::Response;
use lambda_http::{Body, Error, Request, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(async |_request: Request| Ok::<_, Infallible>(Response::new(Body::Empty)))).await
}
