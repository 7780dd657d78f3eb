//! What a tenant's directory holds: the tenant itself, people and groups.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::apps::ServicePrincipal;
use super::journal::{Change, ObjectKind};
use super::numbers::{NumberAssignment, Operation, Policy};
use super::plans::{self, ServicePlan};

/// A tenant (one organisation's directory). Read through [`super::World::tenant`]; changed by `World`'s methods only.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// The tenant's GUID.
    pub id: String,
    /// The organisation's name, as the sign-in page and `GET /organization` show it.
    pub display_name: String,
    /// Verified domains; the first is the default one, the last `*.onmicrosoft.example` the initial one.
    pub domains: Vec<String>,
    /// `countryLetterCode`, for example `DK`.
    pub country: String,
    /// When the tenant was made.
    pub created: Timestamp,
    /// People, guests and resource accounts by object id, those in the recycle bin excepted.
    pub users: BTreeMap<String, User>,
    /// The recycle bin, by object id; each has `deleted` set.
    pub deleted_users: BTreeMap<String, User>,
    /// Groups by object id.
    pub groups: BTreeMap<String, Group>,
    /// Products the tenant owns.
    pub skus: Vec<SubscribedSku>,
    /// Applications present in the tenant, by client (application) id.
    pub service_principals: BTreeMap<String, ServicePrincipal>,
    /// The phone number inventory by number in E.164 with `+`.
    pub numbers: BTreeMap<String, NumberAssignment>,
    /// Long-running number operations by id.
    pub operations: BTreeMap<String, Operation>,
    /// Teams policies that exist in the tenant.
    pub policies: Vec<Policy>,
    /// `displayConcealedNames` of the report settings.
    pub conceal_report_names: bool,
    /// The journal, oldest first; the change at index `i` has sequence `i + 1`.
    pub journal: Vec<Change>,
    pub(super) by_username: HashMap<String, String>,
}

impl Tenant {
    /// The user with this object id or user principal name (any case), the recycle bin excepted.
    pub fn user(&self, id_or_username: &str) -> Option<&User> {
        self.users.get(id_or_username).or_else(|| {
            let lower = id_or_username.to_lowercase();
            let id = self.by_username.get(&lower).unwrap_or(&lower);
            self.users.get(id)
        })
    }

    /// The default verified domain.
    pub fn default_domain(&self) -> &str {
        self.domains.first().map_or("", String::as_str)
    }

    /// Whether `domain` (any case) is verified here.
    pub fn has_domain(&self, domain: &str) -> bool {
        self.domains.iter().any(|d| d.eq_ignore_ascii_case(domain))
    }

    /// Whether a user of this name exists, the recycle bin excepted.
    pub fn has_username(&self, username: &str) -> bool {
        self.by_username.contains_key(&username.to_lowercase())
    }

    /// Journal lines after `sequence` (0: all of them).
    pub fn changes_since(&self, sequence: u64) -> &[Change] {
        let start = usize::try_from(sequence).unwrap_or(usize::MAX);
        self.journal.get(start..).unwrap_or(&[])
    }

    /// The sequence of the newest journal line, 0 before any.
    pub fn last_sequence(&self) -> u64 {
        self.journal.len() as u64
    }

    /// Every user and group below a group, nested groups followed once each. Ids in order.
    pub fn transitive_members(&self, group: &str) -> BTreeSet<(ObjectKind, String)> {
        let mut found = BTreeSet::new();
        let mut open = vec![group.to_owned()];
        while let Some(next) = open.pop() {
            let Some(group) = self.groups.get(&next) else {
                continue;
            };
            for member in &group.members {
                if found.insert(member.clone()) && member.0 == ObjectKind::Group {
                    open.push(member.1.clone());
                }
            }
        }
        found
    }

    /// How many seats of a product are taken.
    pub fn consumed_units(&self, sku_id: &str) -> u32 {
        let taken = self
            .users
            .values()
            .filter(|user| user.licences.iter().any(|l| l.sku_id == sku_id))
            .count();
        u32::try_from(taken).unwrap_or(u32::MAX)
    }
}

/// A product owned by a tenant.
#[derive(Clone, Debug)]
pub struct SubscribedSku {
    /// `skuId`; its facts are in [`plans::find_sku`].
    pub sku_id: String,
    /// `capabilityStatus`: Enabled, Warning, Suspended, Deleted or LockedOut.
    pub status: String,
    /// `prepaidUnits.enabled`.
    pub enabled: u32,
}

/// `userType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserType {
    /// One of the tenant's own.
    Member,
    /// Invited from another directory.
    Guest,
}

impl UserType {
    /// Graph's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            UserType::Member => "Member",
            UserType::Guest => "Guest",
        }
    }
}

/// A licence given to a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licence {
    /// `skuId`.
    pub sku_id: String,
    /// `disabledPlans`: service plan ids left out.
    pub disabled_plans: Vec<String>,
}

/// A line of `assignedPlans`; it appears some seconds after the licence that brings it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignedPlan {
    /// `servicePlanId`.
    pub plan_id: String,
    /// `service`.
    pub service: &'static str,
    /// `capabilityStatus`: Enabled, Warning, Suspended, Deleted or LockedOut.
    pub status: &'static str,
    /// `assignedDateTime`.
    pub assigned: Timestamp,
}

/// Where a guest comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestHome {
    /// The home tenant's GUID.
    pub tenant: String,
    /// The object id there.
    pub object_id: String,
    /// The user principal name there: what the guest types when signing in.
    pub username: String,
}

/// What Teams keeps about a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TeamsState {
    /// `isEnterpriseVoiceEnabled`.
    pub enterprise_voice: bool,
    /// Numbers as Teams sees them (some seconds behind the inventory): number and `assignmentCategory`.
    pub numbers: Vec<(String, String)>,
    /// Directly assigned policies: `policyType` to `policyId`.
    pub policies: BTreeMap<String, String>,
    /// When this last changed; none while it never did.
    pub modified: Option<Timestamp>,
}

/// Something that stands in the way of signing in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignInBar {
    /// Nothing.
    #[default]
    None,
    /// Multi-factor authentication is demanded (AADSTS50076).
    MfaRequired,
    /// A Conditional Access policy blocks the sign-in (AADSTS53003).
    ConditionalAccess,
    /// The password has run out (AADSTS50055).
    PasswordExpired,
}

/// A user object: a person, a guest or a resource account.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// `id`, the object id.
    pub id: String,
    /// `displayName`.
    pub display_name: String,
    /// `givenName`.
    pub given_name: Option<String>,
    /// `surname`.
    pub surname: Option<String>,
    /// `userPrincipalName`.
    pub username: String,
    /// `mail`.
    pub mail: Option<String>,
    /// `mailNickname`.
    pub mail_nickname: String,
    /// `otherMails`.
    pub other_mails: Vec<String>,
    /// `jobTitle`.
    pub job_title: Option<String>,
    /// `department`.
    pub department: Option<String>,
    /// `officeLocation`.
    pub office_location: Option<String>,
    /// `businessPhones`.
    pub business_phones: Vec<String>,
    /// `mobilePhone`.
    pub mobile_phone: Option<String>,
    /// `accountEnabled`.
    pub enabled: bool,
    /// `userType`.
    pub user_type: UserType,
    /// `usageLocation`, ISO 3166 alpha-2.
    pub usage_location: Option<String>,
    /// `preferredLanguage`.
    pub preferred_language: Option<String>,
    /// `employeeId`.
    pub employee_id: Option<String>,
    /// `onPremisesSyncEnabled`; Graph shows null for cloud users.
    pub on_premises_sync: Option<bool>,
    /// `isResourceAccount`.
    pub is_resource_account: bool,
    /// `createdDateTime`.
    pub created: Timestamp,
    /// `deletedDateTime` while in the recycle bin.
    pub deleted: Option<Timestamp>,
    /// `assignedLicenses`.
    pub licences: Vec<Licence>,
    /// `assignedPlans` as they are visible now.
    pub plans: Vec<AssignedPlan>,
    /// Whether a photo is set.
    pub has_photo: bool,
    /// The password; never served.
    pub password: String,
    /// `forceChangePasswordNextSignIn`.
    pub must_change_password: bool,
    /// Directory roles by name, for example `Global Administrator`.
    pub directory_roles: Vec<String>,
    /// What stands in the way of signing in.
    pub bar: SignInBar,
    /// Sessions and refresh tokens from before this instant are revoked.
    pub sessions_valid_from: Timestamp,
    /// Where a guest comes from.
    pub home: Option<GuestHome>,
    /// What Teams keeps.
    pub teams: TeamsState,
    /// The demo world's role of this person in the portal (camelCase), if it is a persona.
    pub persona: Option<Persona>,
}

impl User {
    /// A new enabled member with nothing but names; `username` decides the nickname and the mail address.
    pub fn new(id: String, username: &str, display_name: &str, created: Timestamp) -> User {
        User {
            id,
            display_name: display_name.to_owned(),
            given_name: None,
            surname: None,
            username: username.to_owned(),
            mail: Some(username.to_owned()),
            mail_nickname: username.split('@').next().unwrap_or(username).to_owned(),
            other_mails: Vec::new(),
            job_title: None,
            department: None,
            office_location: None,
            business_phones: Vec::new(),
            mobile_phone: None,
            enabled: true,
            user_type: UserType::Member,
            usage_location: Some("DK".to_owned()),
            preferred_language: None,
            employee_id: None,
            on_premises_sync: None,
            is_resource_account: false,
            created,
            deleted: None,
            licences: Vec::new(),
            plans: Vec::new(),
            has_photo: false,
            password: super::DEMO_PASSWORD.to_owned(),
            must_change_password: false,
            directory_roles: Vec::new(),
            bar: SignInBar::None,
            sessions_valid_from: Timestamp::UNIX_EPOCH,
            home: None,
            teams: TeamsState::default(),
            persona: None,
        }
    }

    /// Whether a plan of this name counts now (status Enabled or Warning).
    pub fn has_plan(&self, name: &str) -> bool {
        plans::plan(name).is_some_and(|plan| {
            self.plans
                .iter()
                .any(|p| p.plan_id == plan.id && matches!(p.status, "Enabled" | "Warning"))
        })
    }

    /// Whether Teams can give this person a telephone: a Teams plan and a Teams Phone plan.
    pub fn voice_ready(&self) -> bool {
        let teams = self.has_plan("TEAMS1") || self.has_plan("MCO_TEAMS_IW");
        let phone =
            self.has_plan("MCOEV") || self.has_plan("MCOEVSMB") || self.has_plan("MCOEV_GOV");
        teams && phone
    }

    /// The plans that the licences should bring, disabled ones left out, each once.
    pub fn entitled_plans(&self) -> Vec<&'static ServicePlan> {
        let mut entitled: Vec<&'static ServicePlan> = Vec::new();
        for licence in &self.licences {
            let Some(sku) = plans::find_sku(&licence.sku_id) else {
                continue;
            };
            for plan in sku.plans() {
                let disabled = licence.disabled_plans.iter().any(|d| d == plan.id);
                if !disabled && !entitled.contains(&plan) {
                    entitled.push(plan);
                }
            }
        }
        entitled
    }

    /// Makes `plans` what the licences bring, keeping the date of those that stay. True when something changed.
    pub(super) fn settle_plans(&mut self, now: Timestamp) -> bool {
        let settled: Vec<AssignedPlan> = self
            .entitled_plans()
            .into_iter()
            .map(|plan| {
                let kept = self.plans.iter().find(|p| p.plan_id == plan.id);
                kept.cloned().unwrap_or_else(|| AssignedPlan {
                    plan_id: plan.id.to_owned(),
                    service: plan.service,
                    status: "Enabled",
                    assigned: now,
                })
            })
            .collect();
        let changed = settled != self.plans;
        self.plans = settled;
        changed
    }

    /// Whether this user holds a directory role that may consent for the whole tenant.
    pub fn may_consent(&self) -> bool {
        const CONSENTING: &[&str] = &[
            "Global Administrator",
            "Privileged Role Administrator",
            "Cloud Application Administrator",
        ];
        self.directory_roles
            .iter()
            .any(|r| CONSENTING.contains(&r.as_str()))
    }

    /// The names of Graph's properties in which `self` and `other` differ.
    pub fn differences(&self, other: &User) -> Vec<&'static str> {
        let mut names = Vec::new();
        let mut look = |differs: bool, name: &'static str| {
            if differs {
                names.push(name);
            }
        };
        look(self.display_name != other.display_name, "displayName");
        look(self.given_name != other.given_name, "givenName");
        look(self.surname != other.surname, "surname");
        look(self.username != other.username, "userPrincipalName");
        look(self.mail != other.mail, "mail");
        look(self.mail_nickname != other.mail_nickname, "mailNickname");
        look(self.other_mails != other.other_mails, "otherMails");
        look(self.job_title != other.job_title, "jobTitle");
        look(self.department != other.department, "department");
        look(
            self.office_location != other.office_location,
            "officeLocation",
        );
        look(
            self.business_phones != other.business_phones,
            "businessPhones",
        );
        look(self.mobile_phone != other.mobile_phone, "mobilePhone");
        look(self.enabled != other.enabled, "accountEnabled");
        look(self.user_type != other.user_type, "userType");
        look(self.usage_location != other.usage_location, "usageLocation");
        look(
            self.preferred_language != other.preferred_language,
            "preferredLanguage",
        );
        look(self.employee_id != other.employee_id, "employeeId");
        look(
            self.on_premises_sync != other.on_premises_sync,
            "onPremisesSyncEnabled",
        );
        look(
            self.is_resource_account != other.is_resource_account,
            "isResourceAccount",
        );
        look(self.licences != other.licences, "assignedLicenses");
        look(self.plans != other.plans, "assignedPlans");
        names
    }
}

/// What the demo world says about a person who can sign in to the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Persona {
    /// The role's camelCase name; none for a person without a role.
    pub role: Option<&'static str>,
    /// The organisation's name in the portal; none for a stranger.
    pub organisation: Option<&'static str>,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// `id`, the object id.
    pub id: String,
    /// `displayName`.
    pub display_name: String,
    /// `description`.
    pub description: Option<String>,
    /// `mailNickname`.
    pub mail_nickname: String,
    /// `securityEnabled`.
    pub security_enabled: bool,
    /// `groupTypes`: `Unified` for Microsoft 365 groups, empty for security groups.
    pub group_types: Vec<String>,
    /// `createdDateTime`.
    pub created: Timestamp,
    /// Direct members: kind and object id.
    pub members: BTreeSet<(ObjectKind, String)>,
}
