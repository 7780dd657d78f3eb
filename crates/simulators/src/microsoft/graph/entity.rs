//! Entity types as Graph shows them: which properties exist, which come without being asked for, and how an object is
//! cut to what `$select` names.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use serde_json::{Map, Value};

use super::contract::contract;
use super::error::GraphError;

/// Something Graph can show: a view of a piece of the world.
pub trait Entity {
    /// The value of a declared property; `None` for one this simulator does not model, which is shown as null or as
    /// an empty collection.
    fn property(&self, name: &str) -> Option<Value>;
}

impl Entity for Value {
    fn property(&self, name: &str) -> Option<Value> {
        self.get(name).cloned()
    }
}

/// A type of the contract.
#[derive(Debug)]
pub struct EntityType {
    /// With its namespace.
    pub name: &'static str,
    /// Properties that come without `$select`; empty means all declared ones.
    pub defaults: &'static [&'static str],
    /// Properties that exist and that the collection cannot show (501).
    pub only_single: &'static [&'static str],
}

/// `microsoft.graph.user`.
pub static USER: EntityType = EntityType {
    name: "microsoft.graph.user",
    defaults: &[
        "businessPhones",
        "displayName",
        "givenName",
        "id",
        "jobTitle",
        "mail",
        "mobilePhone",
        "officeLocation",
        "preferredLanguage",
        "surname",
        "userPrincipalName",
    ],
    only_single: &[
        "aboutMe",
        "birthday",
        "hireDate",
        "interests",
        "mySite",
        "pastProjects",
        "preferredName",
        "responsibilities",
        "schools",
        "skills",
        "mailboxSettings",
    ],
};

/// `microsoft.graph.group`.
pub static GROUP: EntityType = EntityType {
    name: "microsoft.graph.group",
    defaults: &[
        "id",
        "deletedDateTime",
        "classification",
        "createdDateTime",
        "description",
        "displayName",
        "expirationDateTime",
        "groupTypes",
        "isAssignableToRole",
        "mail",
        "mailEnabled",
        "mailNickname",
        "membershipRule",
        "membershipRuleProcessingState",
        "onPremisesDomainName",
        "onPremisesLastSyncDateTime",
        "onPremisesNetBiosName",
        "onPremisesSamAccountName",
        "onPremisesSecurityIdentifier",
        "onPremisesSyncEnabled",
        "preferredDataLocation",
        "preferredLanguage",
        "proxyAddresses",
        "renewedDateTime",
        "resourceBehaviorOptions",
        "resourceProvisioningOptions",
        "securityEnabled",
        "securityIdentifier",
        "theme",
        "uniqueName",
        "visibility",
        "onPremisesProvisioningErrors",
        "serviceProvisioningErrors",
    ],
    only_single: &[
        "allowExternalSenders",
        "autoSubscribeNewMembers",
        "isSubscribedByMail",
        "unseenCount",
        "hideFromAddressLists",
        "hideFromOutlookClients",
    ],
};

macro_rules! plain_types {
    ($($(#[$doc:meta])* $constant:ident = $name:literal;)*) => {
        $($(#[$doc])* pub static $constant: EntityType =
            EntityType { name: $name, defaults: &[], only_single: &[] };)*
    };
}

plain_types! {
    /// `microsoft.graph.organization`.
    ORGANIZATION = "microsoft.graph.organization";
    /// `microsoft.graph.domain`.
    DOMAIN = "microsoft.graph.domain";
    /// `microsoft.graph.subscribedSku`.
    SUBSCRIBED_SKU = "microsoft.graph.subscribedSku";
    /// `microsoft.graph.licenseDetails`.
    LICENCE_DETAILS = "microsoft.graph.licenseDetails";
    /// `microsoft.graph.servicePrincipal`.
    SERVICE_PRINCIPAL = "microsoft.graph.servicePrincipal";
    /// `microsoft.graph.appRoleAssignment`.
    APP_ROLE_ASSIGNMENT = "microsoft.graph.appRoleAssignment";
    /// `microsoft.graph.oAuth2PermissionGrant`.
    PERMISSION_GRANT = "microsoft.graph.oAuth2PermissionGrant";
    /// `microsoft.graph.subscription`.
    SUBSCRIPTION = "microsoft.graph.subscription";
    /// `microsoft.graph.adminReportSettings`.
    REPORT_SETTINGS = "microsoft.graph.adminReportSettings";
    /// `microsoft.graph.teamsAdministration.numberAssignment`.
    NUMBER = "microsoft.graph.teamsAdministration.numberAssignment";
    /// `microsoft.graph.teamsAdministration.telephoneNumberLongRunningOperation`.
    OPERATION = "microsoft.graph.teamsAdministration.telephoneNumberLongRunningOperation";
    /// `microsoft.graph.teamsAdministration.teamsUserConfiguration`.
    USER_CONFIGURATION = "microsoft.graph.teamsAdministration.teamsUserConfiguration";
}

type Declared = &'static [(String, bool)];

/// The declared properties of a type, read from the contract once.
pub fn declared(type_name: &'static str) -> Declared {
    static CACHE: LazyLock<Mutex<HashMap<&'static str, Declared>>> = LazyLock::new(Mutex::default);
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    cache
        .entry(type_name)
        .or_insert_with(|| Vec::leak(contract().properties(type_name)))
}

/// The properties one answer shows, in the order they were asked for.
#[derive(Clone, Debug)]
pub struct Selection {
    names: Vec<(String, bool)>,
    explicit: bool,
}

impl Selection {
    /// What `select` asks for of `entity_type`; `None` asks for the defaults.
    ///
    /// # Errors
    ///
    /// 400 for a name that the type does not declare, 501 for one that a collection cannot show.
    pub fn of(
        entity_type: &'static EntityType,
        select: Option<&[String]>,
        collection: bool,
    ) -> Result<Selection, GraphError> {
        let declared = declared(entity_type.name);
        let find = |name: &str| {
            declared
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(name))
        };
        let Some(select) = select.filter(|select| !select.iter().any(|name| name == "*")) else {
            let names = if entity_type.defaults.is_empty() {
                declared.to_vec()
            } else {
                entity_type
                    .defaults
                    .iter()
                    .filter_map(|name| find(name).cloned())
                    .collect()
            };
            return Ok(Selection {
                names,
                explicit: false,
            });
        };
        let mut names: Vec<(String, bool)> = Vec::new();
        for name in select {
            let found = find(name).cloned().ok_or_else(|| {
                GraphError::bad_request(format!(
                    "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type '{}'.",
                    entity_type.name
                ))
            })?;
            if collection && entity_type.only_single.contains(&found.0.as_str()) {
                return Err(GraphError::not_implemented(&format!(
                    "the property '{}' can only be read from a single object.",
                    found.0
                )));
            }
            if !names.contains(&found) {
                names.push(found);
            }
        }
        Ok(Selection {
            names,
            explicit: true,
        })
    }

    /// Everything a type declares.
    pub fn all(entity_type: &'static EntityType) -> Selection {
        Selection {
            names: declared(entity_type.name).to_vec(),
            explicit: false,
        }
    }

    /// Only these properties, of those that are selected.
    pub fn narrowed(&self, wanted: &[&str]) -> Selection {
        Selection {
            names: self
                .names
                .iter()
                .filter(|(name, _)| wanted.contains(&name.as_str()))
                .cloned()
                .collect(),
            explicit: self.explicit,
        }
    }

    /// Whether a property is shown.
    pub fn shows(&self, name: &str) -> bool {
        self.names.iter().any(|(shown, _)| shown == name)
    }

    /// The names shown.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(name, _)| name.as_str())
    }

    /// What stands in brackets after the collection's name in `@odata.context`; empty without `$select`.
    pub fn context(&self) -> String {
        if self.explicit {
            format!("({})", self.names().collect::<Vec<_>>().join(","))
        } else {
            String::new()
        }
    }

    /// The object, cut to what is shown: null or an empty collection where nothing is known.
    pub fn cut(&self, entity: &dyn Entity) -> Map<String, Value> {
        self.names
            .iter()
            .map(|(name, collection)| (name.clone(), value_of(entity, name, *collection)))
            .collect()
    }

    /// The object, cut to what is shown and known: properties without a value are left out, as in a delta answer.
    pub fn cut_known(&self, entity: &dyn Entity) -> Map<String, Value> {
        self.names
            .iter()
            .filter_map(|(name, _)| Some((name.clone(), entity.property(name)?)))
            .filter(|(_, value)| !value.is_null())
            .collect()
    }
}

fn value_of(entity: &dyn Entity, name: &str, collection: bool) -> Value {
    entity.property(name).unwrap_or(if collection {
        Value::Array(Vec::new())
    } else {
        Value::Null
    })
}

/// An object holding just the properties that a condition or an order reads.
pub fn partial<'a>(entity: &dyn Entity, names: impl IntoIterator<Item = &'a str>) -> Value {
    names
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), entity.property(name)?)))
        .collect::<Map<_, _>>()
        .into()
}

/// The declared spelling of a property, whatever the case it was asked for in.
///
/// # Errors
///
/// 400 for a name that the type does not declare.
pub fn spelling(entity_type: &'static EntityType, name: &str) -> Result<&'static str, GraphError> {
    declared(entity_type.name)
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(known, _)| known.as_str())
        .ok_or_else(|| {
            GraphError::bad_request(format!(
                "Could not find a property named '{name}' on type '{}'.",
                entity_type.name
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_user_without_select_has_exactly_eleven_properties() {
        let selection = Selection::of(&USER, None, true).unwrap();
        let shown = selection.cut(&json!({ "id": "1", "department": "x" }));
        assert_eq!(shown.len(), 11);
        assert_eq!(shown["businessPhones"], json!([]));
        assert!(!shown.contains_key("department"));
    }

    #[test]
    fn select_shows_what_it_names_and_nothing_else() {
        let asked = ["department".to_owned(), "ID".to_owned()];
        let selection = Selection::of(&USER, Some(&asked), true).unwrap();
        assert_eq!(
            Value::from(selection.cut(&json!({ "id": "1" }))),
            json!({ "department": null, "id": "1" })
        );
        assert_eq!(selection.context(), "(department,id)");
    }

    #[test]
    fn unknown_and_unreadable_properties_are_refused() {
        let error = |name: &str| {
            Selection::of(&USER, Some(&[name.to_owned()]), true)
                .unwrap_err()
                .status
                .as_u16()
        };
        assert_eq!(error("nickname"), 400);
        assert_eq!(error("skills"), 501);
        assert_eq!(error("manager"), 400);
    }
}
