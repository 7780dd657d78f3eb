//! Which queries on directory objects work by themselves, which need the advanced query parameters
//! (`ConsistencyLevel: eventual` and, but for `$search`, `$count=true`), and which are not offered.
//!
//! Source: learn.microsoft.com/graph/aad-advanced-queries, the tables for `$filter` and `$orderby`.

use serde_json::Value;

use super::call::Call;
use super::entity::{EntityType, spelling};
use super::error::GraphError;
use super::filter::{Comparison, Condition, Property, TextTest};

/// What a property of a directory object can be asked: `d` by default, `a` with the advanced parameters, `-` not.
/// In order: eq and in · ge and le · startswith · compared with null.
type Row = (&'static str, [u8; 4]);

const USER: &[Row] = &[
    ("accountEnabled", *b"da--"),
    ("ageGroup", *b"d---"),
    ("assignedLicenses", *b"d---"),
    ("assignedPlans", *b"d---"),
    ("businessPhones", *b"d---"),
    ("city", *b"ddda"),
    ("companyName", *b"aaaa"),
    ("country", *b"ddda"),
    ("createdDateTime", *b"dd--"),
    ("creationType", *b"d---"),
    ("deletedDateTime", *b"dd--"),
    ("department", *b"ddda"),
    ("displayName", *b"d-da"),
    ("employeeHireDate", *b"aa--"),
    ("employeeId", *b"dada"),
    ("employeeType", *b"aaa-"),
    ("givenName", *b"ddda"),
    ("id", *b"d---"),
    ("identities", *b"d---"),
    ("imAddresses", *b"ddd-"),
    ("isResourceAccount", *b"d---"),
    ("jobTitle", *b"dd-a"),
    ("mail", *b"ddd-"),
    ("mailNickname", *b"ddda"),
    ("mobilePhone", *b"aaaa"),
    ("officeLocation", *b"aaaa"),
    ("onPremisesImmutableId", *b"aa--"),
    ("onPremisesLastSyncDateTime", *b"aa--"),
    ("onPremisesSamAccountName", *b"aaa-"),
    ("onPremisesSecurityIdentifier", *b"d--a"),
    ("onPremisesSyncEnabled", *b"da-d"),
    ("otherMails", *b"ddd-"),
    ("passwordPolicies", *b"a--a"),
    ("postalCode", *b"aaaa"),
    ("preferredLanguage", *b"aaaa"),
    ("proxyAddresses", *b"ddda"),
    ("showInAddressList", *b"aa--"),
    ("state", *b"ddda"),
    ("streetAddress", *b"aaaa"),
    ("surname", *b"ddda"),
    ("usageLocation", *b"ddd-"),
    ("userPrincipalName", *b"ddd-"),
    ("userType", *b"d--a"),
];

const GROUP: &[Row] = &[
    ("assignedLicenses", *b"d---"),
    ("classification", *b"aaaa"),
    ("createdDateTime", *b"aa--"),
    ("deletedDateTime", *b"aa--"),
    ("description", *b"aaaa"),
    ("displayName", *b"dada"),
    ("expirationDateTime", *b"aa--"),
    ("groupTypes", *b"dad-"),
    ("id", *b"d---"),
    ("isAssignableToRole", *b"d---"),
    ("mail", *b"ddda"),
    ("mailEnabled", *b"da--"),
    ("mailNickname", *b"ddd-"),
    ("onPremisesSyncEnabled", *b"da-d"),
    ("proxyAddresses", *b"ddda"),
    ("securityEnabled", *b"da--"),
    ("visibility", *b"aaaa"),
];

const ORDER: &[(&str, &str, u8)] = &[
    ("microsoft.graph.user", "displayName", b'd'),
    ("microsoft.graph.user", "userPrincipalName", b'd'),
    ("microsoft.graph.user", "createdDateTime", b'a'),
    ("microsoft.graph.user", "deletedDateTime", b'a'),
    ("microsoft.graph.group", "displayName", b'd'),
    ("microsoft.graph.group", "deletedDateTime", b'a'),
    ("microsoft.graph.servicePrincipal", "displayName", b'a'),
    ("microsoft.graph.servicePrincipal", "createdDateTime", b'a'),
];

/// Checks a query on directory objects.
///
/// # Errors
///
/// 400 `Request_UnsupportedQuery` for what is not offered, or only with the advanced parameters when they are absent.
pub fn check(
    call: &Call,
    ty: &'static EntityType,
    condition: Option<&Condition>,
) -> Result<(), GraphError> {
    if call.query.search.is_some() && !call.eventual() {
        return Err(GraphError::unsupported_query(
            "Request with $search query parameter only works through MSGraph with a special request header: \
             'ConsistencyLevel: eventual'",
        ));
    }
    let mut advanced = false;
    if let Some(condition) = condition {
        advanced |= condition_needs(ty, condition)?;
    }
    for (property, _) in &call.query.orderby {
        let name = spelling(ty, property)?;
        let row = ORDER
            .iter()
            .find(|(of, known, _)| *of == ty.name && *known == name);
        match row {
            Some((_, _, need)) => advanced |= *need == b'a',
            None => {
                return Err(GraphError::unsupported_query(format!(
                    "Sorting not supported for current query: property '{name}' of resource '{}'.",
                    short(ty)
                )));
            }
        }
    }
    advanced |= condition.is_some() && !call.query.orderby.is_empty();
    if advanced && !(call.eventual() && (call.query.count || call.query.search.is_some())) {
        return Err(GraphError::unsupported_query(
            "Operator or property of the query is only supported with the advanced query parameters: the header \
             'ConsistencyLevel: eventual' and $count=true.",
        ));
    }
    Ok(())
}

/// Whether a condition needs the advanced parameters.
fn condition_needs(ty: &'static EntityType, condition: &Condition) -> Result<bool, GraphError> {
    Ok(match condition {
        Condition::And(a, b) | Condition::Or(a, b) => {
            // Both sides are looked at, so that what is not offered is refused wherever it stands.
            let (a, b) = (condition_needs(ty, a)?, condition_needs(ty, b)?);
            a || b
        }
        Condition::Not(inner) => {
            condition_needs(ty, inner)?;
            true
        }
        Condition::Compare(property, comparison, value) => {
            if property.path.last().is_some_and(|last| last == "$count") {
                return Ok(true);
            }
            let column = match comparison {
                _ if value.is_null() => 3,
                Comparison::Equal | Comparison::NotEqual => 0,
                _ => 1,
            };
            need(ty, property, column)? || *comparison == Comparison::NotEqual
        }
        Condition::In(property, _) => need(ty, property, 0)?,
        Condition::Text(TextTest::Starts, property, _) => need(ty, property, 2)?,
        Condition::Text(TextTest::Ends, property, _) => {
            let offered = ["mail", "otherMails", "userPrincipalName", "proxyAddresses"];
            let name = root(ty, property)?;
            if property.variable.is_none() && !offered.contains(&name) {
                return Err(unsupported(ty, name));
            }
            true
        }
        Condition::Text(TextTest::Contains, property, _) => {
            return Err(unsupported(ty, root(ty, property)?));
        }
        Condition::Holds(property) => need(ty, property, 0)?,
        Condition::Lambda(any, property, inner) => {
            if !any {
                return Err(unsupported(ty, root(ty, property)?));
            }
            let itself = need(ty, property, 0)?;
            // Inside, only the operators matter: the property is the collection's item.
            itself || inner.as_deref().is_some_and(inside_needs)
        }
    })
}

fn inside_needs(condition: &Condition) -> bool {
    match condition {
        Condition::And(a, b) | Condition::Or(a, b) => inside_needs(a) || inside_needs(b),
        Condition::Not(_) | Condition::Text(TextTest::Ends, ..) => true,
        Condition::Compare(_, comparison, value) => {
            *comparison == Comparison::NotEqual || *value == Value::Null
        }
        _ => false,
    }
}

fn need(ty: &'static EntityType, property: &Property, column: usize) -> Result<bool, GraphError> {
    if property.variable.is_some() {
        return Ok(false);
    }
    let name = root(ty, property)?;
    let rows = match ty.name {
        "microsoft.graph.user" => USER,
        "microsoft.graph.group" => GROUP,
        _ => return Ok(false),
    };
    let row = rows.iter().find(|(known, _)| *known == name);
    match row.map(|(_, columns)| columns[column]) {
        Some(b'd') => Ok(false),
        Some(b'a') => Ok(true),
        _ => Err(unsupported(ty, name)),
    }
}

fn root(ty: &'static EntityType, property: &Property) -> Result<&'static str, GraphError> {
    spelling(ty, property.path.first().map_or("", String::as_str))
}

fn unsupported(ty: &EntityType, name: &str) -> GraphError {
    GraphError::unsupported_query(format!(
        "Unsupported or invalid query filter clause specified for property '{name}' of resource '{}'.",
        short(ty)
    ))
}

fn short(ty: &EntityType) -> String {
    let name = ty.name.rsplit('.').next().unwrap_or(ty.name);
    let (first, rest) = name.split_at(1);
    first.to_ascii_uppercase() + rest
}
