//! Requests of DynamoDB's API, signed, to be sent as they are or changed on the way.

use aws_sdk_dynamodb::types::{AttributeDefinition, AttributeValue, KeySchemaElement, KeyType, ScalarAttributeType};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use reqwest::header::{HeaderMap, HeaderName};
use reqwest::{Method, StatusCode};
use shared::clock::Clock;
use shared::store::LocalDynamoDb;

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    url: String,
    method: Method,
    headers: HeaderMap,
    pub(crate) body: String,
}

/// What comes back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Signed {
    /// Every item of a table.
    pub(crate) fn scan(dynamodb: &LocalDynamoDb, table: &str) -> Self {
        Self::call(dynamodb, "DynamoDB_20120810.Scan", &format!(r#"{{"TableName":"{table}"}}"#))
    }

    /// A call with this DynamoDB's key.
    pub(crate) fn call(dynamodb: &LocalDynamoDb, target: &str, body: &str) -> Self {
        let identity = dynamodb.key().clone().into();
        let now = std::time::UNIX_EPOCH + std::time::Duration::from_millis(Clock::system().now().as_millis());
        let params = SigningParams::builder().identity(&identity).region("us-east-1").name("dynamodb").time(now);
        let params = params.settings(SigningSettings::default()).build().unwrap().into();
        let url = format!("{}/", dynamodb.url());
        let host = dynamodb.url().trim_start_matches("http://");
        let headers = [("content-type", "application/x-amz-json-1.0"), ("host", host), ("x-amz-target", target)];
        let body_bytes = SignableBody::Bytes(body.as_bytes());
        let request = SignableRequest::new("POST", url.as_str(), headers.into_iter(), body_bytes).unwrap();
        let (instructions, _signature) = sign(request, &params).unwrap().into_parts();
        let request = Self { url, method: Method::POST, headers: HeaderMap::new(), body: body.to_owned() };
        headers
            .into_iter()
            .chain(instructions.headers())
            .fold(request, |request, (name, value)| request.with(name, value))
    }

    pub(crate) fn header(&self, name: &str) -> String {
        self.headers[name].to_str().unwrap().to_owned()
    }

    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clone();
        changed.headers.insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        changed
    }

    pub(crate) fn without(&self, name: &str) -> Self {
        let mut changed = self.clone();
        changed.headers.remove(name);
        changed
    }

    pub(crate) fn with_body(&self, body: &str) -> Self {
        Self { body: body.to_owned(), ..self.clone() }
    }

    pub(crate) fn with_method(&self, method: Method) -> Self {
        Self { method, ..self.clone() }
    }

    pub(crate) async fn send(&self) -> Answer {
        let request = reqwest::Client::new().request(self.method.clone(), &self.url).headers(self.headers.clone());
        let answer = request.body(self.body.clone()).send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        Answer { status, headers, body: answer.text().await.unwrap() }
    }
}

/// A table whose items have this partition key.
pub(crate) async fn create_table(dynamodb: &LocalDynamoDb, table: &str, key: &str) {
    let attribute = AttributeDefinition::builder().attribute_name(key).attribute_type(ScalarAttributeType::S);
    let schema = KeySchemaElement::builder().attribute_name(key).key_type(KeyType::Hash);
    let create = dynamodb.client().create_table().table_name(table);
    let create = create.attribute_definitions(attribute.build().unwrap()).key_schema(schema.build().unwrap());
    create.billing_mode(aws_sdk_dynamodb::types::BillingMode::PayPerRequest).send().await.unwrap();
}

/// A string attribute.
pub(crate) fn string(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}
