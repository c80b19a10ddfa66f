//! openapi.yaml, as the tests read it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_json::Value;
use shared::http::Dialect;

/// The document, every reference in it replaced by what it leads to.
#[derive(Debug)]
pub struct OpenApi(Value);

/// An operation of the document.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its `operationId`.
    pub id: String,
    /// Its method, in upper case.
    pub method: String,
    /// Its path, with `{group}` in it where it is in Xano's dialect.
    pub path: String,
    /// Its answers by status.
    pub answers: BTreeMap<u16, Documented>,
}

/// An answer of an operation.
#[derive(Clone, Debug)]
pub struct Documented {
    /// The names of its headers, in lower case.
    pub headers: BTreeSet<String>,
    /// The content type, where there is a body.
    pub content_type: Option<String>,
    /// The example bodies by name.
    pub examples: BTreeMap<String, Value>,
}

impl OpenApi {
    /// The text of the document.
    pub const TEXT: &'static str = include_str!("../../openapi.yaml");

    /// The document.
    #[must_use]
    pub fn read() -> &'static Self {
        static READ: OnceLock<OpenApi> = OnceLock::new();
        READ.get_or_init(|| {
            let raw: Value = serde_saphyr::from_str(Self::TEXT).unwrap_or_else(|error| panic!("openapi.yaml: {error}"));
            Self(resolved(&raw, &raw))
        })
    }

    /// What a JSON pointer leads to.
    #[must_use]
    pub fn at(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).unwrap_or_else(|| panic!("openapi.yaml has no {pointer}"))
    }

    /// The strings of an `enum`.
    #[must_use]
    pub fn words_of(&self, schema: &str) -> BTreeSet<String> {
        let words = self.at(&format!("/components/schemas/{schema}/enum")).as_array().unwrap();
        words.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
    }

    /// All operations. Every answer of the suite is looked up among them, so they are taken apart once.
    #[must_use]
    pub fn operations() -> &'static [Operation] {
        static OPERATIONS: OnceLock<Vec<Operation>> = OnceLock::new();
        OPERATIONS.get_or_init(|| Self::read().all_operations())
    }

    fn all_operations(&self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for (path, item) in self.at("/paths").as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap().iter().filter(|(method, _)| *method != "parameters") {
                let answers = operation["responses"].as_object().unwrap().iter();
                operations.push(Operation {
                    id: operation["operationId"].as_str().unwrap().to_owned(),
                    method: method.to_uppercase(),
                    path: path.clone(),
                    answers: answers.map(|(status, answer)| (status.parse().unwrap(), documented(answer))).collect(),
                });
            }
        }
        operations
    }

    /// The operation of a method and a path that a request went to.
    #[must_use]
    pub fn operation_at(method: &str, path: &str) -> Option<&'static Operation> {
        let template = match Dialect::of_path(path) {
            (Dialect::Native, route) => route.to_owned(),
            (Dialect::Xano, route) => format!("/api:{{group}}{route}"),
        };
        let fits = |operation: &&Operation| operation.method == method && fits(&operation.path, &template);
        Self::operations().iter().filter(fits).min_by_key(|operation| operation.path.matches('{').count())
    }
}

/// Whether a path is one of this template, in which a segment such as `{id}` stands for any.
fn fits(template: &str, path: &str) -> bool {
    let (expected, segments) = (template.split('/'), path.split('/'));
    let same = expected.clone().zip(segments.clone()).all(|(part, segment)| part == segment || part.starts_with('{'));
    same && expected.count() == segments.count()
}

impl Operation {
    /// Whether an answer with this status and this code is documented.
    #[must_use]
    pub fn holds(&self, status: u16, code: Option<&str>) -> bool {
        let Some(answer) = self.answers.get(&status) else { return false };
        code.is_none() || answer.codes().contains(code.unwrap_or_default())
    }
}

impl Documented {
    /// The codes of the example bodies.
    #[must_use]
    pub fn codes(&self) -> BTreeSet<String> {
        self.examples.values().filter_map(|body| Some(body.get("code")?.as_str()?.to_owned())).collect()
    }
}

fn documented(answer: &Value) -> Documented {
    let empty = serde_json::Map::new();
    let headers = answer.get("headers").and_then(Value::as_object).unwrap_or(&empty);
    let contents = answer.get("content").and_then(Value::as_object).unwrap_or(&empty);
    let content = contents.iter().next();
    let examples = content.map(|(_, content)| content["examples"].as_object().unwrap());
    let examples = examples.unwrap_or(&empty).iter();
    Documented {
        headers: headers.keys().map(|name| name.to_lowercase()).collect(),
        content_type: content.map(|(content_type, _)| content_type.clone()),
        examples: examples.map(|(name, example)| (name.clone(), example["value"].clone())).collect(),
    }
}

fn resolved(value: &Value, document: &Value) -> Value {
    match value {
        Value::Object(members) => match members.get("$ref").and_then(Value::as_str) {
            Some(reference) => {
                let target = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
                resolved(target.unwrap_or_else(|| panic!("{reference} leads nowhere")), document)
            }
            None => members.iter().map(|(name, value)| (name.clone(), resolved(value, document))).collect(),
        },
        Value::Array(elements) => elements.iter().map(|element| resolved(element, document)).collect(),
        _ => value.clone(),
    }
}
