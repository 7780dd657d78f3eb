use super::get_organisation::{Organisation, whole};
use crate::{Shared, caller::Caller, fields::Fields, operations};
use axum::extract::State;
use domain::{
    access::{self, ObjectId, OrganisationId, Permission, Scope},
    billing::{self, Finance, rules::settings},
    directory, notices,
};
use platform::{
    Error, Kind, Result,
    audit::{self, AuditEntry},
    http::{ETag, IfMatch, Json, Path},
    live,
};

/// What is to change; what is left out stays. Each field that is added here has its own verb in the domain, and is written
/// under the same version.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = UpdateOrganisationRequest, min_properties = 1)]
pub struct UpdateOrganisation {
    /// A group of the directory, by object id; `null` lifts the limit.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<ObjectId>, required = false)]
    default_group: Option<Option<ObjectId>>,
    /// Told of each invoice by mail; these instead of those before.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Vec<String>, required = false, max_items = 20)]
    finance_addresses: Option<Vec<String>>,
    /// Stands on each invoice from the next one on; `null` takes it away.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>, required = false, max_length = 100)]
    buyer_reference: Option<Option<String>>,
    /// Thirteen digits; `null` takes it away.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>, required = false, max_length = 13)]
    gln: Option<Option<String>>,
    /// Eight digits; `null` takes it away.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>, required = false, max_length = 8)]
    cvr: Option<Option<String>>,
}

/// Addresses that are told at most.
const MOST_ADDRESSES: usize = 20;
const LONGEST_REFERENCE: usize = 100;

impl UpdateOrganisation {
    fn touches_finance(&self) -> bool {
        self.finance_addresses.is_some()
            || self.buyer_reference.is_some()
            || self.gln.is_some()
            || self.cvr.is_some()
    }

    /// The settings with what is to change.
    ///
    /// # Errors
    /// 400 with what is wrong at each field.
    fn finance(&self, before: Finance) -> Result<Finance> {
        let mut fields = Fields::default();
        let mut finance = before;
        if let Some(addresses) = &self.finance_addresses {
            if addresses.len() > MOST_ADDRESSES {
                fields.complain("/financeAddresses", "wrongCount", "At most 20 addresses.");
            }
            finance.addresses = Vec::new();
            for (place, text) in addresses.iter().take(MOST_ADDRESSES).enumerate() {
                let pointer = format!("/financeAddresses/{place}");
                match notices::rules::address(text) {
                    Ok(address) if finance.addresses.contains(&address) => {
                        fields.complain(pointer, "twice", "This stands here twice.");
                    }
                    Ok(address) => finance.addresses.push(address),
                    Err(_) => fields.complain(
                        pointer,
                        "notAnEmail",
                        "This is not an e-mail address. Write it like anna@example.com.",
                    ),
                }
            }
        }
        if let Some(reference) = &self.buyer_reference {
            finance.buyer_reference = reference
                .as_deref()
                .and_then(|text| fields.text("/buyerReference", text, LONGEST_REFERENCE));
        }
        if let Some(gln) = &self.gln {
            finance.gln = digits(gln.as_deref());
            if finance
                .gln
                .as_deref()
                .is_some_and(|gln| !settings::is_gln(gln))
            {
                let detail = "A GLN has 13 digits, the last of which is a check digit.";
                fields.complain("/gln", "notAGln", detail);
            }
        }
        if let Some(cvr) = &self.cvr {
            finance.cvr = digits(cvr.as_deref());
            if finance
                .cvr
                .as_deref()
                .is_some_and(|cvr| !settings::is_cvr(cvr))
            {
                let detail = "A CVR number has 8 digits, which must fit together.";
                fields.complain("/cvr", "notACvr", detail);
            }
        }
        fields.done()?;
        Ok(finance)
    }
}

/// A number as people write it, without its spaces; nothing of an empty one.
fn digits(text: Option<&str>) -> Option<String> {
    let text: String = text?.chars().filter(|letter| *letter != ' ').collect();
    (!text.is_empty()).then_some(text)
}

/// Tells `null` from a field that was left out.
fn said<'de, D, T>(deserializer: D) -> std::result::Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}

/// What may be left out and is not nothing otherwise.
fn some<'de, D, T>(deserializer: D) -> std::result::Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Changes what the organisation decides about itself: the group of its directory that limits whom it sees, and how its invoices
/// are addressed. The group needs the right to edit data besides.
#[utoipa::path(
    patch, path = "/api/v1/organisations/{organisation}", operation_id = "update_organisation", tag = "organisation",
    params(("organisation" = OrganisationId, Path)), request_body = UpdateOrganisation,
    responses((status = 200, description = "The organisation as it is now.", body = Organisation))
)]
pub async fn update_organisation(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    if_match: IfMatch,
    Json(change): Json<UpdateOrganisation>,
) -> Result<(ETag, Json<Organisation>)> {
    let scope = caller
        .enter(&app, &operations::UPDATE_ORGANISATION, organisation)
        .await?;
    if change.default_group.is_none() && !change.touches_finance() {
        return Err(Error::malformed(
            "There is nothing to change. Send at least one field.",
        ));
    }
    if let Some(group) = change.default_group {
        if !scope.permissions().has(Permission::EditData) {
            return Err(Error::forbidden(
                "Your roles on this organisation do not allow this. A role administrator can give you one that does.",
            ));
        }
        check_group(&app, &scope, group).await?;
    }
    let mut tx = app.db.begin().await?;
    let mut version = access::organisation(&mut tx, &scope).await?.version;
    // What would be refused anyway is refused for its own sake (RFC 9110 §13.2.1).
    let finance = if change.touches_finance() {
        Some(change.finance(billing::terms(&mut tx, &scope).await?.finance)?)
    } else {
        None
    };
    if_match.check(version)?;
    let by = scope.principal().map(|principal| principal.0);
    let entry = AuditEntry::new(organisation.0, by, operations::UPDATE_ORGANISATION.id);
    let mut detail = serde_json::Map::new();
    if let Some(group) = change.default_group {
        if !access::set_default_group(&mut tx, &scope, version, group).await? {
            return Err(stale());
        }
        version += 1;
        detail.insert("defaultGroup".to_owned(), serde_json::json!(group));
        live::tell(&mut tx, &app.ids, organisation.0, "people", None).await?;
    }
    if let Some(finance) = finance {
        if !access::raise_version(&mut tx, &scope, version).await? {
            return Err(stale());
        }
        billing::set_finance(&mut tx, &scope, &finance).await?;
        detail.insert(
            "financeAddresses".to_owned(),
            serde_json::json!(finance.addresses.len()),
        );
    }
    let entry = entry.with(serde_json::Value::Object(detail));
    audit::record(&mut tx, &app.ids, entry).await?;
    let answer = whole(&mut tx, &scope).await?;
    tx.commit().await?;
    Ok(answer)
}

/// Before the transaction: the directory may have to be asked, and a list must not become empty because it was not.
async fn check_group(app: &Shared, scope: &Scope, group: Option<ObjectId>) -> Result<()> {
    let Some(group) = group else {
        return Ok(());
    };
    let found = directory::use_group(&app.db, &app.ids, &*app.directory, scope, group)
        .await
        .map_err(|error| match error.code.as_ref() {
            "groupUnknown" => unknown(error),
            _ => error,
        })?;
    if found.gone {
        return Err(unknown(Error::rule(
            "groupUnknown",
            "There is no such group in your directory. Choose one from the list.",
        )));
    }
    Ok(())
}

fn stale() -> Error {
    Error::new(
        Kind::Stale,
        "stale",
        "It was changed since you read it. Read it again and repeat your change.",
    )
}

fn unknown(error: Error) -> Error {
    error.with_field(
        "/defaultGroup",
        "groupUnknown",
        "There is no such group in your directory.",
    )
}
