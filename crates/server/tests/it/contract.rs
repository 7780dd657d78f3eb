//! The contract is a file, `openapi.json` at the root, and the code is what it describes.

use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../openapi.json")
}

/// What the code says of itself.
fn described() -> Value {
    serde_json::to_value(areas::openapi()).expect("the contract is JSON")
}

/// Each operation with its path, method and id.
fn operations(api: &Value) -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    for (path, item) in api["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("a path's operations") {
            found.push((path.clone(), method.clone(), operation.clone()));
        }
    }
    found
}

/// Every `$ref` below a value.
fn references(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                match inner.as_str() {
                    Some(target) if key == "$ref" => {
                        into.insert(target.to_owned());
                    }
                    _ => references(inner, into),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| references(inner, into)),
        _ => {}
    }
}

#[test]
fn the_file_is_what_the_code_describes() {
    let text = format!(
        "{}\n",
        areas::openapi()
            .to_pretty_json()
            .expect("the contract is JSON")
    );
    if std::env::var_os("UPDATE_CONTRACT").is_some() {
        std::fs::write(file(), &text).expect("openapi.json can be written");
    }
    let kept = std::fs::read_to_string(file()).unwrap_or_default();
    assert!(
        kept == text,
        "openapi.json is not what the code describes; write it anew with \
         UPDATE_CONTRACT=1 cargo test -p server --test it contract, and look at the difference"
    );
}

#[test]
fn it_is_a_whole_openapi_document() {
    let api = described();
    assert_eq!(api["openapi"], "3.1.0");
    for field in ["title", "version"] {
        assert!(api["info"][field].is_string(), "info.{field}");
    }
    let mut targets = BTreeSet::new();
    references(&api, &mut targets);
    for target in targets {
        let pointer = target
            .strip_prefix('#')
            .unwrap_or_else(|| panic!("{target} leads out of the document"));
        assert!(api.pointer(pointer).is_some(), "{target} leads nowhere");
    }
    let schemes = api["components"]["securitySchemes"]
        .as_object()
        .expect("security schemes");
    for (path, method, operation) in operations(&api) {
        let place = format!("{method} {path}");
        let responses = operation["responses"]
            .as_object()
            .unwrap_or_else(|| panic!("{place} has no responses"));
        assert!(
            responses
                .keys()
                .any(|status| status.starts_with('2') || status.starts_with('3')),
            "{place} never succeeds"
        );
        for (status, response) in responses {
            let named = response["$ref"]
                .as_str()
                .and_then(|target| target.strip_prefix('#'));
            let response = named.map_or(Some(response), |pointer| api.pointer(pointer));
            let says = response.and_then(|response| response["description"].as_str());
            assert!(
                says.is_some_and(|says| !says.is_empty()),
                "{place} {status} has no description"
            );
        }
        let mut declared: BTreeMap<&str, bool> = BTreeMap::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().expect("a parameter's name");
            let place_of = parameter["in"].as_str().expect("a parameter's place");
            assert!(
                parameter["schema"].is_object(),
                "{place}: {name} has no schema"
            );
            if place_of == "path" {
                assert_eq!(
                    parameter["required"], true,
                    "{place}: {name} is in the path"
                );
                declared.insert(name, false);
            }
        }
        for part in path.split('/').filter(|part| part.starts_with('{')) {
            let name = part.trim_matches(['{', '}']);
            assert!(
                declared.insert(name, true).is_some(),
                "{place}: {name} is not described"
            );
        }
        for (name, used) in declared {
            assert!(used, "{place}: {name} is not in the path");
        }
        if !operation["requestBody"].is_null() {
            let kinds = operation["requestBody"]["content"].as_object();
            assert!(
                kinds.is_some_and(|kinds| !kinds.is_empty()
                    && kinds.values().all(|kind| kind["schema"].is_object())),
                "{place} takes a body without a schema"
            );
        }
        for requirement in operation["security"].as_array().into_iter().flatten() {
            for scheme in requirement.as_object().expect("a requirement").keys() {
                assert!(
                    schemes.contains_key(scheme),
                    "{place}: {scheme} is no scheme"
                );
            }
        }
    }
    for (name, schema) in api["components"]["schemas"].as_object().expect("schemas") {
        jsonschema::draft202012::meta::validate(schema)
            .unwrap_or_else(|error| panic!("{name} is no JSON schema: {error}"));
    }
}

/// What the usual checkers of such documents complain of.
#[test]
fn it_says_where_it_is_served_and_leaves_nothing_unexplained() {
    let api = described();
    assert_eq!(api["servers"][0]["url"], "/");
    let tags: BTreeSet<&str> = api["tags"]
        .as_array()
        .expect("tags")
        .iter()
        .filter(|tag| tag["description"].is_string())
        .filter_map(|tag| tag["name"].as_str())
        .collect();
    let all = operations(&api);
    let mut used = BTreeSet::new();
    for (path, method, operation) in &all {
        let place = format!("{method} {path}");
        for field in ["summary", "description"] {
            let says = operation[field].as_str().unwrap_or_default();
            assert!(!says.is_empty(), "{place} has no {field}");
        }
        for tag in operation["tags"].as_array().expect("tags") {
            let tag = tag.as_str().expect("a tag");
            assert!(tags.contains(tag), "{place}: {tag} is not described");
            used.insert(tag);
        }
        let fails = |status: &str| !operation["responses"][status].is_null();
        let signed_in = !operation["security"].as_array().is_none_or(Vec::is_empty);
        assert!(fails("default") && fails("429"), "{place}");
        assert_eq!(fails("401"), signed_in, "{place}");
    }
    assert_eq!(used, tags);
    let mut targets = BTreeSet::new();
    references(&api, &mut targets);
    for kind in ["schemas", "responses"] {
        for name in api["components"][kind].as_object().expect(kind).keys() {
            let target = format!("#/components/{kind}/{name}");
            assert!(targets.contains(&target), "nothing uses {target}");
        }
    }
}

#[test]
fn its_operations_are_those_of_the_table() {
    let mut seen = BTreeSet::new();
    for (path, method, operation) in operations(&described()) {
        let id = operation["operationId"]
            .as_str()
            .unwrap_or_else(|| panic!("{method} {path} has no id"));
        assert!(seen.insert(id.to_owned()), "{id} is there twice");
        assert!(
            areas::operations::find(id).is_some(),
            "{id} is not in the table of operations"
        );
    }
    for operation in areas::operations::ALL {
        assert!(
            seen.contains(operation.id),
            "{} is in the table and not in the contract",
            operation.id
        );
    }
}
