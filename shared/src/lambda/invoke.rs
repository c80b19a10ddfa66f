//! From an event of API Gateway to the response that goes back to it.

use std::convert::Infallible;
use std::future::ready;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use lambda_http::http::{HeaderValue, Response};
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Body, Context, LambdaEvent, Request, Service as _, service_fn};
use serde_json::value::{RawValue, to_raw_value};

use super::Function;
use crate::http::{refuse_event, respond};

/// An event of which nothing but the payload format matters, for responses to events that are no request.
const ANY_EVENT: &str = r#"{"version":"2.0","requestContext":{"http":{"method":"GET"}}}"#;

/// Takes an event and gives the function's response, both as JSON.
///
/// An event that is none of API Gateway's, and one that `lambda_http` cannot turn into a request (an odd host, a raw
/// query with characters that no URI has, a body that is not the base64 it says it is), is refused with a 400:
/// clients can cause the latter, and `lambda_http` panics on them before any handler runs.
pub async fn invoke<F: Function>(
    function: &F,
    event: LambdaEvent<Box<RawValue>>,
) -> Result<Box<RawValue>, serde_json::Error> {
    let LambdaEvent { payload, context } = event;
    let request_id = context.request_id.clone();
    let Ok(request) = read(payload.get()) else {
        return refusal(refuse_event("", &request_id)).await;
    };
    let path = request.raw_path.clone().unwrap_or_default();
    let request = LambdaRequest::ApiGatewayV2(request);
    let service = service_fn(async |request: Request| {
        Ok::<_, Infallible>(respond(function, F::ENDPOINTS, function.http(), request).await)
    });
    let mut adapter = Adapter::from(service);
    let called = catch_unwind(AssertUnwindSafe(|| adapter.call(LambdaEvent::new(request, context))));
    match called {
        Ok(answered) => match answered.await {
            Ok(response) => to_raw_value(&response),
            Err(never) => match never {},
        },
        Err(_panic) => refusal(refuse_event(&path, &request_id)).await,
    }
}

/// Reads an event of an HTTP API, payload format 2.0. `lambda_http` itself would copy the event and try other formats. A
/// cookie that no header can hold is left out: `lambda_http` would leave out all of them with it.
fn read(event: &str) -> Result<ApiGatewayV2httpRequest, serde_json::Error> {
    let mut request: ApiGatewayV2httpRequest = serde_json::from_str(event)?;
    if let Some(cookies) = &mut request.cookies {
        cookies.retain(|cookie| HeaderValue::from_str(cookie).is_ok());
    }
    Ok(request)
}

/// Puts a response into the payload format.
async fn refusal(response: Response<Body>) -> Result<Box<RawValue>, serde_json::Error> {
    let mut response = Some(response);
    let service = service_fn(|_request: Request| ready(Ok::<_, Infallible>(response.take().unwrap_or_default())));
    let event = LambdaEvent::new(LambdaRequest::ApiGatewayV2(read(ANY_EVENT)?), Context::default());
    match Adapter::from(service).call(event).await {
        Ok(response) => to_raw_value(&response),
        Err(never) => match never {},
    }
}

#[cfg(test)]
mod tests {
    use lambda_http::{Context, LambdaEvent};
    use proptest::prelude::*;
    use serde_json::value::to_raw_value;
    use serde_json::{Value, json};

    use super::invoke;
    use crate::environment::{ConfigError, Environment};
    use crate::http::{Endpoint, HttpConfig};
    use crate::lambda::{Context as FunctionContext, Function};

    struct Nothing(HttpConfig);

    impl Function for Nothing {
        const NAME: &'static str = "nothing";
        const ENDPOINTS: &'static [Endpoint<Self>] = &[];

        fn build(context: &FunctionContext) -> Result<Self, ConfigError> {
            Ok(Self(context.http.clone()))
        }

        fn http(&self) -> &HttpConfig {
            &self.0
        }

        async fn warm_up(&self) {}
    }

    async fn status_of(event: &Value) -> u64 {
        let function = Nothing(HttpConfig::read(&Environment::default()).unwrap());
        let event = LambdaEvent::new(to_raw_value(event).unwrap(), Context::default());
        let answer: Value = serde_json::from_str(invoke(&function, event).await.unwrap().get()).unwrap();
        answer["statusCode"].as_u64().unwrap()
    }

    proptest! {
        #[test]
        fn every_event_is_answered(
            path in "\\PC{0,20}", query in "\\PC{0,20}", host in "\\PC{0,20}", scheme in "[a-z: ]{0,8}",
            cookie in "\\PC{0,20}", body in "\\PC{0,20}", encoded in any::<bool>(), stage in "[$a-z/ ]{0,8}",
        ) {
            let event = json!({
                "version": "2.0", "rawPath": path, "rawQueryString": query, "cookies": [cookie],
                "headers": {"host": host, "x-forwarded-proto": scheme},
                "requestContext": {"http": {"method": "GET"}, "stage": stage}, "body": body, "isBase64Encoded": encoded,
            });
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let status = runtime.block_on(status_of(&event));
            prop_assert!([400, 404].contains(&status), "{}", status);
        }
    }
}
