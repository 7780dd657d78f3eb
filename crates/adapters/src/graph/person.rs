//! A person as Graph writes them down, read with as little work as a first round of ten thousand people wants: each has
//! some eighty plans, of which two facts each are kept, without a text being copied.
//!
//! Open where Graph is open: unknown properties, unknown members of enumerations and nulls are read over.

use domain::access::ObjectId;
use domain::directory::ports::{Change, PersonRecord, PlanRecord};
use serde::{Deserialize, Deserializer, de};
use std::fmt;
use uuid::{Uuid, uuid};

/// What we ask for: what a [`PersonRecord`] holds, and no more of anybody's data.
pub(super) const SELECT: &str = "id,displayName,givenName,surname,mail,userPrincipalName,jobTitle,department,officeLocation,\
mobilePhone,accountEnabled,userType,usageLocation,preferredLanguage,assignedLicenses,assignedPlans,isResourceAccount";

/// MCOEV_VIRTUALUSER: the plan of an auto attendant or call queue.
const VIRTUAL_USER: Uuid = uuid!("f47330e9-c134-43b3-9993-e7f004506889");

/// Plans that only people have: TEAMS1, MCO_TEAMS_IW, MCOEV, MCOEVSMB, MCOEV_GOV.
const OF_PEOPLE: [Uuid; 5] = [
    uuid!("57ff2da0-773e-42df-b2af-ffb7a2317929"),
    uuid!("42a3ec34-28ba-46b6-992f-db53a675ac5b"),
    uuid!("4828c8ec-dc2e-4779-b502-87ac9ce28ab7"),
    uuid!("ed777b71-af04-42ca-9798-84344c66f7c6"),
    uuid!("db23fce2-a974-42ef-9002-d78dd42a0f22"),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    pub id: Uuid,
    #[serde(rename = "@removed")]
    removed: Option<Removed>,
    display_name: Option<String>,
    given_name: Option<String>,
    surname: Option<String>,
    mail: Option<String>,
    user_principal_name: Option<String>,
    job_title: Option<String>,
    department: Option<String>,
    office_location: Option<String>,
    mobile_phone: Option<String>,
    account_enabled: Option<bool>,
    user_type: Option<String>,
    usage_location: Option<String>,
    preferred_language: Option<String>,
    is_resource_account: Option<bool>,
    assigned_licenses: Option<Vec<License>>,
    assigned_plans: Option<Vec<Plan>>,
}

#[derive(Deserialize)]
struct Removed {
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct License {
    #[serde(default)]
    sku_id: Id,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Plan {
    #[serde(default)]
    service_plan_id: Id,
    #[serde(default)]
    capability_status: Capability,
}

/// A GUID, or nothing where there is none that we can read.
#[derive(Default)]
struct Id(Option<Uuid>);

/// Whether a plan counts: `Enabled`, or `Warning` in the days of grace.
#[derive(Default)]
struct Capability(bool);

/// Reads a text in place, and null.
struct InPlace<T>(fn(&str) -> T);

impl<T: Default> de::Visitor<'_> for InPlace<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or null")
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok((self.0)(text))
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(InPlace(|text| Id(Uuid::try_parse(text).ok())))
    }
}

impl<'de> Deserialize<'de> for Capability {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(InPlace(|text| {
            Capability(text.eq_ignore_ascii_case("Enabled") || text.eq_ignore_ascii_case("Warning"))
        }))
    }
}

impl User {
    /// Graph gives every selected property of a changed person; one without a user name, which everybody has, shows only
    /// what changed and is to be asked for by itself.
    pub fn is_partial(&self) -> bool {
        self.removed.is_none() && self.user_principal_name.is_none()
    }

    pub fn change(self) -> Change {
        match &self.removed {
            Some(removed) => Change::Absent {
                object: ObjectId::from(self.id),
                // `changed` lies in the bin for thirty days. Of a word that we do not know, the milder reading.
                restorable: removed.reason.as_deref() != Some("deleted"),
            },
            None => Change::Present(Box::new(self.record())),
        }
    }

    pub fn record(self) -> PersonRecord {
        let mut plans: Vec<PlanRecord> = self
            .assigned_plans
            .unwrap_or_default()
            .into_iter()
            .filter_map(|plan| {
                Some(PlanRecord {
                    plan: plan.service_plan_id.0?,
                    effective: plan.capability_status.0,
                })
            })
            .collect();
        // Graph repeats a plan once per licence that brought it, in no order; sorted, an unchanged person stays equal.
        plans.sort_unstable_by_key(|plan| (plan.plan, !plan.effective));
        plans.dedup_by_key(|plan| plan.plan);
        let mut skus: Vec<Uuid> = self
            .assigned_licenses
            .unwrap_or_default()
            .into_iter()
            .filter_map(|license| license.sku_id.0)
            .collect();
        skus.sort_unstable();
        skus.dedup();
        let username = self.user_principal_name.unwrap_or_default();
        let guest = self
            .user_type
            .is_some_and(|kind| kind.eq_ignore_ascii_case("Guest"))
            || username.to_ascii_uppercase().contains("#EXT#");
        let resource_account =
            self.is_resource_account == Some(true) || is_voice_application(&plans);
        PersonRecord {
            object: ObjectId::from(self.id),
            display_name: self.display_name.unwrap_or_default(),
            given_name: text(self.given_name),
            surname: text(self.surname),
            mail: text(self.mail),
            username,
            title: text(self.job_title),
            department: text(self.department),
            office_location: text(self.office_location),
            mobile_phone: text(self.mobile_phone),
            enabled: self.account_enabled.unwrap_or(true),
            guest,
            resource_account,
            usage_location: text(self.usage_location),
            preferred_language: text(self.preferred_language),
            skus,
            plans,
        }
    }
}

/// Graph's own property is often unset: an account with the virtual user's plan and none of a person's is one too.
fn is_voice_application(plans: &[PlanRecord]) -> bool {
    let has = |wanted: &Uuid| {
        plans
            .iter()
            .any(|plan| plan.effective && plan.plan == *wanted)
    };
    has(&VIRTUAL_USER) && !OF_PEOPLE.iter().any(has)
}

/// Cleared properties come as null, and some as empty texts.
fn text(value: Option<String>) -> Option<String> {
    value.filter(|value| !value.is_empty())
}
