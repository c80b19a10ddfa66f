//! What a refresh may cost: a request of `me`, and one RS256 signature after it.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use floor::SIGNED_BYTES;
use lambda_http::{Error, LambdaEvent, lambda_runtime, service_fn};
use me::Me;
use shared::clock::Clock;
use shared::environment::Environment;
use shared::lambda::{Context, Function as _, invoke};
use shared::store::function_client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::of_process();
    shared::logging::init(&environment, Me::NAME);
    let client = function_client(&environment)?;
    let me = Me::build(&Context::read(environment, client, Clock::system())?)?;
    me.warm_up().await;
    let key = KeyPair::generate(KeySize::Rsa2048)?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<_>| {
        let answer = invoke(&me, event).await?;
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &[1; SIGNED_BYTES], &mut signature)?;
        Ok::<_, Error>(answer)
    }))
    .await
}
