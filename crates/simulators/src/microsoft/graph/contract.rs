//! The published interface as data: which addresses exist, with which methods and options, and which permissions
//! each needs. Read from `contract/msgraph-v1.0-subset.json`, so that what is served and what is checked are one text.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use axum::http::Method;
use serde_json::Value;

use super::address::{Name, Part};

static TEXT: &str = include_str!("../../../contract/msgraph-v1.0-subset.json");

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let document = serde_json::from_str(TEXT).unwrap_or(Value::Null);
    Contract::read(document)
});

/// Addresses that Graph documents and that the generated file leaves out: address, method, permissions.
const DOCUMENTED: &[(&str, Method, &[&str])] = &[
    (
        "/directory/deletedItems/{directoryObject-id}",
        Method::GET,
        &[
            "User.Read.All",
            "User.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
    ),
    (
        "/directory/deletedItems/{directoryObject-id}",
        Method::DELETE,
        &[
            "User.DeleteRestore.All",
            "User.ReadWrite.All",
            "Directory.ReadWrite.All",
        ],
    ),
    (
        "/directory/deletedItems/{directoryObject-id}/microsoft.graph.restore",
        Method::POST,
        &[
            "User.DeleteRestore.All",
            "User.ReadWrite.All",
            "Directory.ReadWrite.All",
        ],
    ),
];

/// Permissions of addresses for which the generated file names none, by address prefix.
const PERMISSIONS: &[(&str, &[&str])] = &[
    (
        "/directory/deletedItems",
        &[
            "User.Read.All",
            "User.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
    ),
    (
        "/servicePrincipals(appId='{appId}')",
        &[
            "Application.Read.All",
            "Application.ReadWrite.All",
            "Directory.Read.All",
        ],
    ),
];

/// The permissions that allow one operation; any one of them is enough.
#[derive(Clone, Debug, Default)]
pub struct Operation {
    /// For a token that speaks for an application.
    pub application: Vec<String>,
    /// For a token that speaks for a person.
    pub delegated: Vec<String>,
    /// The query options the operation takes, with their `$`.
    pub options: Vec<String>,
}

/// An address with parameters, such as `/users/{user-id}`.
#[derive(Debug, Default)]
pub struct Endpoint {
    /// The address as the contract writes it.
    pub template: String,
    /// What can be done there.
    pub operations: BTreeMap<String, Operation>,
}

/// An address that was recognised.
#[derive(Clone, Debug)]
pub struct Matched {
    /// What it was recognised as.
    pub endpoint: &'static Endpoint,
    /// Keys in the order of the address, then named arguments in theirs.
    pub keys: Vec<String>,
}

impl Matched {
    /// The key at `index`, empty when the address has fewer.
    pub fn key(&self, index: usize) -> &str {
        self.keys.get(index).map_or("", String::as_str)
    }
}

#[derive(Default)]
struct Node {
    names: HashMap<String, usize>,
    casts: HashMap<String, usize>,
    key: Option<usize>,
    endpoint: Option<usize>,
}

/// The whole interface.
pub struct Contract {
    document: Value,
    endpoints: Vec<Endpoint>,
    nodes: Vec<Node>,
}

/// The interface this simulator serves.
pub fn contract() -> &'static Contract {
    &CONTRACT
}

impl Contract {
    fn read(document: Value) -> Contract {
        let mut contract = Contract {
            document: Value::Null,
            endpoints: Vec::new(),
            nodes: vec![Node::default()],
        };
        let paths = document["paths"].as_object().cloned().unwrap_or_default();
        for (template, item) in &paths {
            let mut endpoint = Endpoint {
                template: template.clone(),
                ..Endpoint::default()
            };
            for (method, operation) in item.as_object().into_iter().flatten() {
                if operation.get("responses").is_some() {
                    let mut read = read_operation(operation);
                    if read.application.is_empty() && read.delegated.is_empty() {
                        read = inherit(read, template, &method.to_ascii_lowercase(), &paths);
                    }
                    endpoint
                        .operations
                        .insert(method.to_ascii_uppercase(), read);
                }
            }
            contract.add(endpoint, &document);
        }
        for (template, method, permissions) in DOCUMENTED {
            contract.add_documented(template, method, permissions, &document);
        }
        contract.document = document;
        contract
    }

    fn add_documented(
        &mut self,
        template: &str,
        method: &Method,
        permissions: &[&str],
        document: &Value,
    ) {
        let operation = Operation {
            application: permissions.iter().map(|p| (*p).to_owned()).collect(),
            delegated: permissions.iter().map(|p| (*p).to_owned()).collect(),
            options: vec!["$select".to_owned()],
        };
        let known = self
            .endpoints
            .iter_mut()
            .find(|endpoint| endpoint.template == template);
        match known {
            Some(endpoint) => {
                endpoint.operations.insert(method.to_string(), operation);
            }
            None => {
                let operations = BTreeMap::from([(method.to_string(), operation)]);
                self.add(
                    Endpoint {
                        template: template.to_owned(),
                        operations,
                    },
                    document,
                );
            }
        }
    }

    fn add(&mut self, endpoint: Endpoint, document: &Value) {
        let mut at = 0;
        for part in super::address::split(&endpoint.template) {
            at = self.step(at, &part, document);
        }
        let index = self.endpoints.len();
        self.endpoints.push(endpoint);
        self.nodes[at].endpoint = Some(index);
    }

    fn step(&mut self, at: usize, part: &Part, document: &Value) -> usize {
        let fresh = self.nodes.len();
        let Part::Name(name) = part else { return at };
        let node = &mut self.nodes[at];
        let target = if name.raw.starts_with('{') {
            *node.key.get_or_insert(fresh)
        } else if name.qualified && document["components"]["schemas"].get(&name.raw).is_some() {
            *node.casts.entry(name.simple.clone()).or_insert(fresh)
        } else {
            *node.names.entry(name.route_key()).or_insert(fresh)
        };
        if target == fresh {
            self.nodes.push(Node::default());
        }
        target
    }

    /// Recognises an address.
    ///
    /// # Errors
    ///
    /// The first segment that names nothing here.
    pub fn find(&'static self, parts: &[Part]) -> Result<Matched, String> {
        let mut at = 0;
        let mut keys = Vec::new();
        let mut arguments = Vec::new();
        for part in parts {
            let node = &self.nodes[at];
            at = match part {
                Part::Key(key) => {
                    keys.push(key.clone());
                    node.key.ok_or_else(|| key.clone())?
                }
                Part::Name(name) => match named(node, name) {
                    Some(next) => {
                        let mut ordered = name.arguments.clone();
                        ordered.sort();
                        arguments.extend(ordered.into_iter().map(|(_, value)| value));
                        next
                    }
                    None if name.arguments.is_empty() && !name.raw.starts_with('$') => {
                        keys.push(name.raw.clone());
                        node.key.ok_or_else(|| name.raw.clone())?
                    }
                    None => return Err(name.raw.clone()),
                },
            };
        }
        keys.extend(arguments);
        let last = || match parts.last() {
            Some(Part::Name(name)) => name.raw.clone(),
            Some(Part::Key(key)) => key.clone(),
            None => String::new(),
        };
        let endpoint = self.nodes[at].endpoint.ok_or_else(last)?;
        Ok(Matched {
            endpoint: &self.endpoints[endpoint],
            keys,
        })
    }

    /// The document itself, for whoever checks answers against it.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Every address, for whoever walks them.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The declared properties of an entity type with those of its bases, navigation properties left out:
    /// name and whether it is a collection. Empty for an unknown type.
    pub fn properties(&self, type_name: &str) -> Vec<(String, bool)> {
        let mut found = BTreeMap::new();
        self.collect_properties(type_name, &mut found);
        found.into_iter().collect()
    }

    fn collect_properties(&self, type_name: &str, found: &mut BTreeMap<String, bool>) {
        let schema = &self.document["components"]["schemas"][type_name];
        let parts = schema["allOf"]
            .as_array()
            .cloned()
            .unwrap_or_else(|| vec![schema.clone()]);
        for part in &parts {
            if let Some(base) = part["$ref"].as_str() {
                self.collect_properties(base.trim_start_matches("#/components/schemas/"), found);
            }
            let navigation: Vec<&str> = part["x-nav"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            for (name, property) in part["properties"].as_object().into_iter().flatten() {
                if !navigation.contains(&name.as_str()) {
                    found.insert(name.clone(), property["type"] == "array");
                }
            }
        }
    }
}

fn named(node: &Node, name: &Name) -> Option<usize> {
    let cast = if name.qualified {
        node.casts.get(&name.simple)
    } else {
        None
    };
    cast.or_else(|| node.names.get(&name.route_key())).copied()
}

fn read_operation(operation: &Value) -> Operation {
    let list = |kind: &str| -> Vec<String> {
        operation["x-permissions"][kind]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|permission| permission.as_str().map(str::to_owned))
            .collect()
    };
    let options = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|parameter| parameter["name"].as_str())
        .filter(|name| name.starts_with('$'))
        .map(str::to_owned)
        .collect();
    Operation {
        application: list("Application"),
        delegated: list("DelegatedWork"),
        options,
    }
}

/// An operation without permissions of its own has those of the nearest address above it that has some.
fn inherit(
    mut operation: Operation,
    template: &str,
    method: &str,
    paths: &serde_json::Map<String, Value>,
) -> Operation {
    if let Some((_, permissions)) = PERMISSIONS
        .iter()
        .find(|(prefix, _)| template.starts_with(prefix))
    {
        operation.application = permissions.iter().map(|p| (*p).to_owned()).collect();
        operation.delegated = operation.application.clone();
        return operation;
    }
    let mut above = template;
    while let Some((shorter, _)) = above.rsplit_once('/') {
        above = shorter;
        let found = paths.get(above).map(|item| read_operation(&item[method]));
        if let Some(found) = found.filter(|found| !found.application.is_empty()) {
            operation.application = found.application;
            operation.delegated = found.delegated;
            break;
        }
    }
    operation
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(path: &str) -> Result<&'static str, String> {
        contract()
            .find(&super::super::address::split(path))
            .map(|matched| matched.endpoint.template.as_str())
    }

    #[test]
    fn every_address_of_the_contract_finds_itself() {
        for endpoint in contract().endpoints() {
            let sample = endpoint
                .template
                .replace("={fromDateTime}", "='a'")
                .replace("={toDateTime}", "='b'");
            assert_eq!(template(&sample), Ok(endpoint.template.as_str()));
        }
    }

    #[test]
    fn a_cast_needs_its_namespace_and_an_action_does_not() {
        assert_eq!(
            template("/groups/1/transitiveMembers/microsoft.graph.user/$count"),
            Ok("/groups/{group-id}/transitiveMembers/microsoft.graph.user/$count")
        );
        assert_eq!(
            template("/groups/1/transitiveMembers/user"),
            Ok("/groups/{group-id}/transitiveMembers/{directoryObject-id}")
        );
        assert_eq!(
            template("/users/1/assignLicense"),
            Ok("/users/{user-id}/microsoft.graph.assignLicense")
        );
        assert_eq!(
            template("/servicePrincipals(appId='x')"),
            Ok("/servicePrincipals(appId='{appId}')")
        );
        assert_eq!(template("/nothing"), Err("nothing".to_owned()));
        assert_eq!(template("/users/1/nothing"), Err("nothing".to_owned()));
    }

    #[test]
    fn a_count_needs_what_its_collection_needs() {
        let matched = contract()
            .find(&super::super::address::split("users/$count"))
            .unwrap();
        assert!(
            matched.endpoint.operations["GET"]
                .application
                .contains(&"User.Read.All".to_owned())
        );
    }
}
