//! Holds every answer against the contract.

use jsonschema::Validator;
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, LazyLock, Mutex},
};

/// One operation of the contract.
#[derive(Clone, Debug)]
pub struct Described {
    pub id: String,
    pub method: String,
    pub path: String,
    pub operation: Value,
}

impl Described {
    pub fn has_organisation(&self) -> bool {
        self.path.contains("{organisation}")
    }

    /// A parameter of this name in this place.
    pub fn has_parameter(&self, place: &str, name: &str) -> bool {
        self.operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|parameter| parameter["in"] == place && parameter["name"] == name)
    }

    /// The schema of the body it takes.
    pub fn body(&self) -> Option<&Value> {
        self.operation
            .pointer("/requestBody/content/application~1json/schema")
    }

    /// Whether its body is a file as it is.
    pub fn takes_a_file(&self) -> bool {
        !self.operation["requestBody"].is_null() && self.body().is_none()
    }

    /// The fields that a JSON body must have.
    pub fn needed_fields<'a>(&self, contract: &'a Contract) -> Vec<&'a str> {
        let schema = self.body().and_then(|schema| schema["$ref"].as_str());
        let schema =
            schema.and_then(|target| contract.document.pointer(target.trim_start_matches('#')));
        let required = schema.and_then(|schema| schema["required"].as_array());
        let names = required.into_iter().flatten();
        names.filter_map(serde_json::Value::as_str).collect()
    }

    /// Whether every field of the body can be left out.
    pub fn body_may_be_empty(&self, contract: &Contract) -> bool {
        let schema = self.body().and_then(|schema| schema["$ref"].as_str());
        schema
            .and_then(|target| contract.document.pointer(target.trim_start_matches('#')))
            .is_some_and(|schema| schema["required"].is_null() && schema["minProperties"].is_null())
    }

    pub fn is_safe(&self) -> bool {
        self.method == "GET"
    }
}

pub struct Contract {
    pub document: Value,
    pub operations: Vec<Described>,
    /// As `document`, with objects that may hold nothing but what is described.
    closed: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// The contract as the code describes it, read once.
pub fn contract() -> &'static Contract {
    static CONTRACT: LazyLock<Contract> = LazyLock::new(Contract::read);
    &CONTRACT
}

impl Contract {
    fn read() -> Contract {
        let document = serde_json::to_value(areas::openapi()).expect("the contract is JSON");
        let mut operations = Vec::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                operations.push(Described {
                    id: operation["operationId"].as_str().expect("an id").to_owned(),
                    method: method.to_uppercase(),
                    path: path.clone(),
                    operation: operation.clone(),
                });
            }
        }
        let mut closed = document["components"].clone();
        let mut open = BTreeSet::from(["Problem".to_owned()]);
        composed(&closed, &mut open);
        for (name, schema) in closed["schemas"].as_object_mut().expect("schemas") {
            if !open.contains(name) {
                close(schema);
            }
        }
        Contract {
            document,
            operations,
            closed,
            validators: Mutex::default(),
        }
    }

    /// The operation that a request means.
    pub fn find(&self, method: &str, path: &str) -> Option<&Described> {
        let path = path.split('?').next().unwrap_or(path);
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |template: &str| {
            let template: Vec<&str> = template.split('/').collect();
            template.len() == parts.len()
                && template
                    .iter()
                    .zip(&parts)
                    .all(|(wanted, given)| wanted.starts_with('{') || wanted == given)
        };
        self.operations
            .iter()
            .filter(|operation| operation.method == method && fits(&operation.path))
            // A literal path goes before a template.
            .min_by_key(|operation| operation.path.matches('{').count())
    }

    /// Panics when an answer is not what the contract says of it.
    #[track_caller]
    pub fn check(&self, method: &str, path: &str, status: u16, content_type: &str, body: &str) {
        let Some(described) = self.find(method, path) else {
            if status >= 400 && path.starts_with("/api/") {
                self.check_problem(status, content_type, body);
            }
            return;
        };
        let id = &described.id;
        let responses = &described.operation["responses"];
        let key = status.to_string();
        let declared = &responses[&key];
        if declared.is_null() {
            assert!(
                status >= 400 && !responses["default"].is_null(),
                "{id} answers {status}, which the contract does not know: {body}"
            );
            self.check_problem(status, content_type, body);
            return;
        }
        let content = &declared["content"];
        if content.is_null() {
            return;
        }
        let kind = content_type.split(';').next().unwrap_or_default();
        let schema = &content[kind]["schema"];
        assert!(
            schema.is_object(),
            "{id} answers {status} as {content_type}, which the contract does not know"
        );
        if kind == "application/json" {
            self.validate(&format!("{id} {status}"), schema, body);
        }
    }

    #[track_caller]
    fn check_problem(&self, status: u16, content_type: &str, body: &str) {
        assert_eq!(
            content_type, "application/problem+json",
            "{status} is no problem document: {body}"
        );
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        self.validate("Problem", &schema, body);
        let problem: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(problem["status"], status, "{body}");
    }

    #[track_caller]
    fn validate(&self, name: &str, schema: &Value, body: &str) {
        let value: Value =
            serde_json::from_str(body).unwrap_or_else(|error| panic!("{name}: {error}: {body}"));
        let validator = self
            .validators
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .entry(name.to_owned())
            .or_insert_with(|| {
                let mut whole = schema.clone();
                whole["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
                whole["components"] = self.closed.clone();
                let validator = jsonschema::options()
                    .should_validate_formats(true)
                    .build(&whole)
                    .unwrap_or_else(|error| panic!("{name}: {error}"));
                Arc::new(validator)
            })
            .clone();
        let complaints: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(
            complaints.is_empty(),
            "{name} is not what the contract says: {complaints:#?}\n{body}"
        );
    }
}

/// The names of schemas that are parts of others: closing them would refuse the whole.
fn composed(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                if key == "allOf" {
                    for part in inner.as_array().into_iter().flatten() {
                        if let Some(target) = part["$ref"].as_str() {
                            into.extend(target.rsplit('/').next().map(str::to_owned));
                        }
                    }
                }
                composed(inner, into);
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| composed(inner, into)),
        _ => {}
    }
}

fn close(schema: &mut Value) {
    if let Some(map) = schema.as_object_mut() {
        if map.contains_key("allOf") {
            return;
        }
        if map.contains_key("properties") && !map.contains_key("additionalProperties") {
            map.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
        for (key, inner) in map.iter_mut() {
            if key != "additionalProperties" {
                close(inner);
            }
        }
    } else if let Some(list) = schema.as_array_mut() {
        list.iter_mut().for_each(close);
    }
}
