//! How users, groups and what belongs to them look in Graph.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::world::clock::seconds;
use super::super::world::directory::{SubscribedSku, User};
use super::super::world::plans;
use super::super::world::{Group, ObjectKind, Tenant};
use super::collection::Item;
use super::entity::Entity;

/// A user.
#[derive(Clone, Copy)]
pub struct UserView<'a>(pub &'a User);

impl Entity for UserView<'_> {
    fn property(&self, name: &str) -> Option<Value> {
        let user = self.0;
        Some(match name {
            "id" => json!(user.id),
            "displayName" => json!(user.display_name),
            "givenName" => json!(user.given_name),
            "surname" => json!(user.surname),
            "userPrincipalName" => json!(user.username),
            "mail" => json!(user.mail),
            "mailNickname" => json!(user.mail_nickname),
            "otherMails" => json!(user.other_mails),
            "proxyAddresses" => user.mail.iter().map(|mail| format!("SMTP:{mail}")).collect(),
            "jobTitle" => json!(user.job_title),
            "department" => json!(user.department),
            "officeLocation" => json!(user.office_location),
            "businessPhones" => json!(user.business_phones),
            "mobilePhone" => json!(user.mobile_phone),
            "accountEnabled" => json!(user.enabled),
            "userType" => json!(user.user_type.as_str()),
            "usageLocation" => json!(user.usage_location),
            "preferredLanguage" => json!(user.preferred_language),
            "employeeId" => json!(user.employee_id),
            "onPremisesSyncEnabled" => json!(user.on_premises_sync),
            "isResourceAccount" => json!(user.is_resource_account),
            "createdDateTime" => json!(seconds(user.created)),
            "deletedDateTime" => json!(user.deleted.map(seconds)),
            "signInSessionsValidFromDateTime" => json!(seconds(user.sessions_valid_from.max(user.created))),
            "creationType" => json!(user.home.as_ref().map(|_| "Invitation")),
            "externalUserState" => json!(user.home.as_ref().map(|_| "Accepted")),
            "assignedLicenses" => user
                .licences
                .iter()
                .map(|licence| json!({ "skuId": licence.sku_id, "disabledPlans": licence.disabled_plans }))
                .collect(),
            "assignedPlans" => user
                .plans
                .iter()
                .map(|plan| {
                    json!({
                        "assignedDateTime": seconds(plan.assigned),
                        "capabilityStatus": plan.status,
                        "service": plan.service,
                        "servicePlanId": plan.plan_id,
                    })
                })
                .collect(),
            "licenseAssignmentStates" => user
                .licences
                .iter()
                .map(|licence| {
                    json!({
                        "skuId": licence.sku_id, "disabledPlans": licence.disabled_plans,
                        "state": "Active", "error": "None", "assignedByGroup": null,
                        "lastUpdatedDateTime": seconds(user.created),
                    })
                })
                .collect(),
            _ => return None,
        })
    }
}

impl Item for UserView<'_> {
    fn key(&self) -> &str {
        &self.0.id
    }
}

/// A group.
#[derive(Clone, Copy)]
pub struct GroupView<'a>(pub &'a Group);

impl Entity for GroupView<'_> {
    fn property(&self, name: &str) -> Option<Value> {
        let group = self.0;
        Some(match name {
            "id" => json!(group.id),
            "displayName" => json!(group.display_name),
            "description" => json!(group.description),
            "mailNickname" => json!(group.mail_nickname),
            "mailEnabled" => json!(group.group_types.iter().any(|kind| kind == "Unified")),
            "securityEnabled" => json!(group.security_enabled),
            "groupTypes" => json!(group.group_types),
            "createdDateTime" | "renewedDateTime" => json!(seconds(group.created)),
            _ => return None,
        })
    }
}

impl Item for GroupView<'_> {
    fn key(&self) -> &str {
        &self.0.id
    }
}

/// A member of a group, or a group somebody is a member of: any directory object.
#[derive(Clone, Copy)]
pub enum ObjectView<'a> {
    /// A user.
    User(UserView<'a>),
    /// A group.
    Group(GroupView<'a>),
}

impl<'a> ObjectView<'a> {
    /// The object of a tenant with this kind and id.
    pub fn find(tenant: &'a Tenant, kind: ObjectKind, id: &str) -> Option<ObjectView<'a>> {
        match kind {
            ObjectKind::User => tenant
                .users
                .get(id)
                .map(|user| ObjectView::User(UserView(user))),
            ObjectKind::Group => tenant
                .groups
                .get(id)
                .map(|group| ObjectView::Group(GroupView(group))),
        }
    }

    /// Those of `members` that exist, in the order of their ids.
    pub fn all(
        tenant: &'a Tenant,
        members: &BTreeSet<(ObjectKind, String)>,
    ) -> Vec<ObjectView<'a>> {
        let mut views: Vec<ObjectView<'a>> = members
            .iter()
            .filter_map(|(kind, id)| ObjectView::find(tenant, *kind, id))
            .collect();
        views.sort_by(|a, b| a.key().cmp(b.key()));
        views
    }
}

impl Entity for ObjectView<'_> {
    fn property(&self, name: &str) -> Option<Value> {
        match self {
            ObjectView::User(user) => user.property(name),
            ObjectView::Group(group) => group.property(name),
        }
    }
}

impl Item for ObjectView<'_> {
    fn key(&self) -> &str {
        match self {
            ObjectView::User(user) => user.key(),
            ObjectView::Group(group) => group.key(),
        }
    }

    fn odata_type(&self) -> Option<&'static str> {
        Some(match self {
            ObjectView::User(_) => "#microsoft.graph.user",
            ObjectView::Group(_) => "#microsoft.graph.group",
        })
    }

    fn variant(&self) -> usize {
        match self {
            ObjectView::User(_) => 0,
            ObjectView::Group(_) => 1,
        }
    }
}

/// An object that was put together as JSON, with its place in its collection.
pub struct Made {
    /// The key.
    pub key: String,
    /// The object.
    pub object: Value,
}

impl Entity for Made {
    fn property(&self, name: &str) -> Option<Value> {
        self.object.get(name).cloned()
    }
}

impl Item for Made {
    fn key(&self) -> &str {
        &self.key
    }
}

/// Objects in the order of their `id`.
pub fn by_id(objects: impl IntoIterator<Item = Value>) -> Vec<Made> {
    let mut made: Vec<Made> = objects
        .into_iter()
        .map(|object| Made {
            key: object["id"].as_str().unwrap_or_default().to_owned(),
            object,
        })
        .collect();
    made.sort_by(|a, b| a.key.cmp(&b.key));
    made
}

/// `subscribedSku`.
pub fn subscribed_sku(tenant: &Tenant, owned: &SubscribedSku) -> Value {
    let sku = plans::find_sku(&owned.sku_id);
    let service_plans: Vec<Value> = sku
        .into_iter()
        .flat_map(|sku| sku.plans())
        .map(|plan| {
            json!({
                "servicePlanId": plan.id, "servicePlanName": plan.name,
                "provisioningStatus": "Success", "appliesTo": "User",
            })
        })
        .collect();
    json!({
        "id": format!("{}_{}", tenant.id, owned.sku_id),
        "accountId": tenant.id,
        "accountName": tenant.domains.first(),
        "appliesTo": "User",
        "capabilityStatus": owned.status,
        "consumedUnits": tenant.consumed_units(&owned.sku_id),
        "prepaidUnits": { "enabled": owned.enabled, "warning": 0, "suspended": 0, "lockedOut": 0 },
        "servicePlans": service_plans,
        "skuId": owned.sku_id,
        "skuPartNumber": sku.map(|sku| sku.part_number),
        "subscriptionIds": [super::super::world::ids::guid(&["subscription", &tenant.id, &owned.sku_id])],
    })
}

/// `licenseDetails` of one licence of a user: a plan that has not come yet is pending.
pub fn licence_details(user: &User, sku_id: &str) -> Option<Value> {
    let licence = user
        .licences
        .iter()
        .find(|licence| licence.sku_id == sku_id)?;
    let sku = plans::find_sku(sku_id)?;
    let service_plans: Vec<Value> = sku
        .plans()
        .map(|plan| {
            let status = if licence
                .disabled_plans
                .iter()
                .any(|disabled| disabled == plan.id)
            {
                "Disabled"
            } else if user
                .plans
                .iter()
                .any(|assigned| assigned.plan_id == plan.id)
            {
                "Success"
            } else {
                "PendingProvisioning"
            };
            json!({
                "servicePlanId": plan.id, "servicePlanName": plan.name,
                "provisioningStatus": status, "appliesTo": "User",
            })
        })
        .collect();
    Some(json!({
        "id": super::super::world::ids::guid(&["licence details", &user.id, sku_id]),
        "skuId": sku_id,
        "skuPartNumber": sku.part_number,
        "servicePlans": service_plans,
    }))
}
