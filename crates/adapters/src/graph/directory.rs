//! The directory port.

use super::{
    Graph,
    call::{Page, Question, percent},
    person::{SELECT, User},
};
use crate::http::{Effect, unreadable};
use async_trait::async_trait;
use domain::{
    access::{ObjectId, TenantId},
    directory::ports::{
        Change, ChangePage, ChangeSubscription, DirectorySource, GroupRecord, LicencePlan,
        LicenceRecord, Next, PersonRecord, TenantRecord,
    },
};
use platform::{Instant, outside::OutsideError};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Of one page, people shown in part and asked for one by one. More would be another contract than the one we know.
const MOST_PARTIAL: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LicenseDetails {
    sku_id: Uuid,
    sku_part_number: Option<String>,
    #[serde(default)]
    service_plans: Vec<ServicePlan>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServicePlan {
    service_plan_id: Uuid,
    service_plan_name: Option<String>,
    provisioning_status: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Organization {
    id: Uuid,
    display_name: Option<String>,
    country_letter_code: Option<String>,
    #[serde(default)]
    verified_domains: Vec<Domain>,
}

#[derive(Deserialize)]
struct Domain {
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    id: Uuid,
    display_name: Option<String>,
    description: Option<String>,
}

#[derive(Deserialize)]
struct Member {
    id: Uuid,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewSubscription<'a> {
    change_type: &'a str,
    notification_url: &'a str,
    /// Without it Graph could not say that it has lost notifications, and it cannot be added later.
    lifecycle_notification_url: &'a str,
    resource: &'a str,
    expiration_date_time: Instant,
    client_state: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Renewal {
    expiration_date_time: Instant,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Subscription {
    id: String,
    expiration_date_time: String,
}

#[async_trait]
impl DirectorySource for Graph {
    async fn changes(
        &self,
        tenant: TenantId,
        from: Option<&str>,
    ) -> Result<ChangePage, OutsideError> {
        let url = match from {
            // A link from before Graph's address was configured anew leads nowhere any more.
            Some(link) => self.place.link(link).ok_or(OutsideError::StartOver)?,
            None => self.address("/users/delta", &[("$select", SELECT)])?,
        };
        let question = Question::read("graph.changes", tenant, url).limit(self.page_limit);
        let page: Page<User> = match from {
            Some(_) => self.ask_delta(&question).await?,
            // Every tenant has users: `NotFound` would read as if somebody were gone.
            None => self.ask_for(&question).await.map_err(|error| match error {
                OutsideError::NotFound(code) => OutsideError::Malformed(code),
                other => other,
            })?,
        };
        let next = match (page.next, page.delta) {
            (Some(link), None) => Next::Page(self.follow(&link)?.into()),
            (None, Some(link)) => Next::Cursor(self.follow(&link)?.into()),
            _ => {
                return Err(OutsideError::Malformed(
                    "a page must have one of nextLink and deltaLink".into(),
                ));
            }
        };
        let mut changes = Vec::with_capacity(page.value.len());
        let mut partial = 0;
        for user in page.value {
            if user.is_partial() {
                partial += 1;
                if partial > MOST_PARTIAL {
                    return Err(OutsideError::Malformed("people without user names".into()));
                }
                changes.push(self.whole(tenant, ObjectId::from(user.id)).await?);
            } else {
                changes.push(user.change());
            }
        }
        Ok(ChangePage { changes, next })
    }

    async fn person(
        &self,
        tenant: TenantId,
        object: ObjectId,
    ) -> Result<PersonRecord, OutsideError> {
        let url = self.address(&format!("/users/{object}"), &[("$select", SELECT)])?;
        let user: User = self
            .ask_for(&Question::read("graph.person", tenant, url))
            .await?;
        let record = user.record();
        if record.object != object {
            return Err(OutsideError::Malformed(
                "another person than the one asked for".into(),
            ));
        }
        Ok(record)
    }

    async fn licences(
        &self,
        tenant: TenantId,
        object: ObjectId,
    ) -> Result<Vec<LicenceRecord>, OutsideError> {
        let url = self.address(&format!("/users/{object}/licenseDetails"), &[])?;
        self.ask_for_all(
            Question::read("graph.licences", tenant, url),
            |details: LicenseDetails| {
                Some(LicenceRecord {
                    sku: details.sku_id,
                    part_number: details.sku_part_number.unwrap_or_default(),
                    plans: details.service_plans.into_iter().map(plan).collect(),
                })
            },
        )
        .await
    }

    async fn tenant(&self, tenant: TenantId) -> Result<TenantRecord, OutsideError> {
        let url = self.address(
            "/organization",
            &[(
                "$select",
                "id,displayName,countryLetterCode,verifiedDomains",
            )],
        )?;
        let page: Page<Organization> = self
            .ask_for(&Question::read("graph.tenant", tenant, url))
            .await?;
        let organization = page
            .value
            .into_iter()
            .next()
            .filter(|organization| TenantId::from(organization.id) == tenant)
            .ok_or_else(|| {
                OutsideError::Malformed("another tenant than the one asked for".into())
            })?;
        Ok(TenantRecord {
            tenant,
            display_name: organization.display_name.unwrap_or_default(),
            country: organization
                .country_letter_code
                .filter(|code| !code.is_empty()),
            verified_domains: organization
                .verified_domains
                .into_iter()
                .filter_map(|domain| domain.name)
                .collect(),
        })
    }

    async fn groups(&self, tenant: TenantId) -> Result<Vec<GroupRecord>, OutsideError> {
        let url = self.address(
            "/groups",
            &[("$select", "id,displayName,description"), ("$top", "999")],
        )?;
        let question = Question::read("graph.groups", tenant, url).limit(self.page_limit);
        self.ask_for_all(question, |group: Group| {
            Some(GroupRecord {
                object: ObjectId::from(group.id),
                display_name: group.display_name.unwrap_or_default(),
                description: group.description.filter(|text| !text.is_empty()),
            })
        })
        .await
    }

    async fn group_members(
        &self,
        tenant: TenantId,
        group: ObjectId,
    ) -> Result<Vec<ObjectId>, OutsideError> {
        // The cast to users makes it an advanced query, which wants both the count and the header.
        let url = self.address(
            &format!("/groups/{group}/transitiveMembers/microsoft.graph.user"),
            &[("$count", "true"), ("$select", "id"), ("$top", "999")],
        )?;
        let question = Question::read("graph.group_members", tenant, url)
            .eventual()
            .limit(self.page_limit);
        self.ask_for_all(question, |member: Member| Some(ObjectId::from(member.id)))
            .await
    }

    async fn subscribe(
        &self,
        tenant: TenantId,
        notification_url: &str,
        client_state: &str,
        expires_at: Instant,
    ) -> Result<ChangeSubscription, OutsideError> {
        let url = self.address("/subscriptions", &[])?;
        let body = json(&NewSubscription {
            // For users, Graph tells creations as updates.
            change_type: "updated,deleted",
            notification_url,
            lifecycle_notification_url: notification_url,
            resource: "users",
            expiration_date_time: expires_at,
            client_state,
        })?;
        let question = Question::change("graph.subscribe", tenant, Method::POST, url, body);
        subscription(self.ask_for(&question).await?)
    }

    async fn is_subscribed(
        &self,
        tenant: TenantId,
        subscription_id: &str,
    ) -> Result<bool, OutsideError> {
        let url = self.address(&format!("/subscriptions/{}", percent(subscription_id)), &[])?;
        let question = Question::read("graph.subscription", tenant, url);
        match self.ask_for::<Subscription>(&question).await {
            Ok(found) if found.id.eq_ignore_ascii_case(subscription_id) => Ok(true),
            Ok(_) => Err(unreadable(
                Effect::Read,
                "another subscription than the one asked for",
            )),
            Err(OutsideError::NotFound(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn renew(
        &self,
        tenant: TenantId,
        subscription_id: &str,
        expires_at: Instant,
    ) -> Result<ChangeSubscription, OutsideError> {
        let url = self.address(&format!("/subscriptions/{}", percent(subscription_id)), &[])?;
        let body = json(&Renewal {
            expiration_date_time: expires_at,
        })?;
        let question = Question::change("graph.renew", tenant, Method::PATCH, url, body);
        let renewed = subscription(self.ask_for(&question).await?)?;
        if !renewed.id.eq_ignore_ascii_case(subscription_id) {
            return Err(unreadable(
                Effect::Change,
                "another subscription than the one renewed",
            ));
        }
        Ok(renewed)
    }
}

impl Graph {
    async fn whole(&self, tenant: TenantId, object: ObjectId) -> Result<Change, OutsideError> {
        match self.person(tenant, object).await {
            Ok(record) => Ok(Change::Present(Box::new(record))),
            // Deleted since the page was written; the delta will say so again.
            Err(OutsideError::NotFound(_)) => Ok(Change::Absent {
                object,
                restorable: true,
            }),
            Err(error) => Err(error),
        }
    }
}

fn plan(plan: ServicePlan) -> LicencePlan {
    LicencePlan {
        plan: plan.service_plan_id,
        name: plan.service_plan_name.unwrap_or_default(),
        usable: plan.provisioning_status.is_some_and(|status| {
            [
                "Success",
                "PendingInput",
                "PendingActivation",
                "PendingProvisioning",
            ]
            .iter()
            .any(|usable| usable.eq_ignore_ascii_case(&status))
        }),
    }
}

fn subscription(answer: Subscription) -> Result<ChangeSubscription, OutsideError> {
    match Instant::parse(&answer.expiration_date_time) {
        Some(expires_at) if !answer.id.is_empty() => Ok(ChangeSubscription {
            id: answer.id,
            expires_at,
        }),
        _ => Err(unreadable(
            Effect::Change,
            "the subscription's id or expiry",
        )),
    }
}

pub(super) fn json<T: Serialize>(body: &T) -> Result<Vec<u8>, OutsideError> {
    serde_json::to_vec(body).map_err(|_| OutsideError::Malformed("a body of ours".into()))
}
