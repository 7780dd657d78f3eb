//! How this area shows people.

use crate::{order_brief::OrderBrief, texts};
use domain::{
    TEXTS,
    access::{ObjectId, Scope},
    catalogue::{OfferingId, Texts},
    directory::{
        self, PersonId, PersonKind, PersonState,
        rules::{Missing, VoicePlan, readiness},
    },
    numbering::NumberKind,
    orders::{self, Action, HeldReason, OrderId, OrderState, order_number},
    overview::{
        self, HeldSim, HeldSubscription, PersonDetails,
        rules::{Hindrance, possible},
    },
    sims::{SimId, SimKind, SimState},
    subscriptions::{SubscriptionId, SubscriptionKind, SubscriptionState},
};
use jiff::civil::Date;
use platform::{Instant, Money, i18n::Language};
use std::borrow::Cow;

/// A person of the list, with what they have from this organisation and cost it.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonRow {
    id: PersonId,
    kind: PersonKind,
    display_name: String,
    #[schema(required)]
    first_name: Option<String>,
    #[schema(required)]
    last_name: Option<String>,
    #[schema(required)]
    email: Option<String>,
    #[schema(required)]
    title: Option<String>,
    #[schema(required)]
    department: Option<String>,
    /// In Entra ID; `null` for a local person.
    #[schema(required)]
    object_id: Option<ObjectId>,
    state: PersonState,
    numbers: Vec<PersonNumber>,
    subscriptions: Vec<SubscriptionBrief>,
    open_orders: Vec<OpenOrder>,
    /// Of everything that costs something now, a month.
    monthly_cost: Money,
    /// What the caller may order for the person, possible now or with the reason why not.
    actions: Vec<PossibleAction>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct PersonNumber {
    /// E.164 with `+`.
    number: String,
    kind: NumberKind,
    /// It serves until another operator has let the subscription's own number go.
    temporary: bool,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionBrief {
    id: SubscriptionId,
    kind: SubscriptionKind,
    state: SubscriptionState,
    offering: OfferingRef,
    /// E.164 with `+`.
    #[schema(required)]
    number: Option<String>,
    /// Package and add-ons together.
    monthly_cost: Money,
    #[schema(required)]
    started_at: Option<Instant>,
    #[schema(required)]
    sim: Option<PersonSim>,
    add_ons: Vec<HeldAddOn>,
    /// What the invoice shows for it.
    #[schema(required)]
    reference: Option<String>,
}

/// An optional product on a subscription.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HeldAddOn {
    offering: OfferingRef,
    monthly_cost: Money,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct OfferingRef {
    id: OfferingId,
    name: String,
}

impl OfferingRef {
    pub fn of(id: OfferingId, name: &Texts, language: Language) -> Self {
        OfferingRef {
            id,
            name: name.in_language(language).to_owned(),
        }
    }
}

/// An order for the person that has not ended.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenOrder {
    id: OrderId,
    /// As people say it: `O-000123`.
    number: String,
    action: Action,
    state: OrderState,
    #[schema(required)]
    held_reason: Option<HeldReason>,
    /// The subscription that it makes or changes.
    #[schema(required)]
    subscription: Option<SubscriptionId>,
    /// The day on which its part for the person is to begin, while it waits for that; of a number that comes from another
    /// operator the day that was agreed there.
    #[schema(required, value_type = Option<String>, format = Date)]
    scheduled_for: Option<Date>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct PossibleAction {
    action: Action,
    /// The subscription that it would change; `null` for what gives one, and where there is none to change.
    #[schema(required)]
    subscription: Option<SubscriptionId>,
    possible: bool,
    /// Why not.
    #[schema(required)]
    reason: Option<Reason>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct Reason {
    /// Stable.
    code: &'static str,
    /// In the caller's language.
    detail: Cow<'static, str>,
}

/// Puts hindrances into words. A page of people says the same few things hundreds of times: each is looked up once.
pub struct Reasons {
    language: Language,
    known: Vec<(&'static str, &'static str)>,
}

impl Reasons {
    pub fn new(language: Language) -> Self {
        Reasons {
            language,
            known: Vec::new(),
        }
    }

    fn reason(&mut self, hindrance: &Hindrance) -> Reason {
        let code = hindrance.code;
        Reason {
            code,
            detail: match self.plain(code).filter(|_| hindrance.values.is_empty()) {
                Some(text) => Cow::Borrowed(text),
                None => Cow::Owned(self.filled(hindrance)),
            },
        }
    }

    fn plain(&mut self, code: &'static str) -> Option<&'static str> {
        if let Some((_, text)) = self.known.iter().find(|(known, _)| *known == code) {
            return Some(text);
        }
        let text = texts::TEXTS
            .plain(self.language, &format!("reason.{code}"))
            .or_else(|| TEXTS.plain(self.language, &format!("problem.{code}")))?;
        self.known.push((code, text));
        Some(text)
    }

    fn filled(&self, hindrance: &Hindrance) -> String {
        let values: Vec<(&str, &str)> = hindrance
            .values
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        texts::TEXTS
            .find(
                self.language,
                &format!("reason.{}", hindrance.code),
                &values,
            )
            .unwrap_or_else(|| {
                TEXTS.text(
                    self.language,
                    &format!("problem.{}", hindrance.code),
                    &values,
                )
            })
    }
}

impl PersonRow {
    pub fn of(row: overview::PersonRow, scope: &Scope, reasons: &mut Reasons) -> Self {
        let language = reasons.language;
        let actions = actions(&row, scope, reasons);
        PersonRow {
            id: row.person.id,
            kind: row.person.kind,
            display_name: row.person.display_name,
            first_name: row.person.first_name,
            last_name: row.person.last_name,
            email: row.person.email,
            title: row.person.title,
            department: row.person.department,
            object_id: row.person.object,
            state: row.person.state,
            numbers: row
                .subscriptions
                .iter()
                .filter_map(|held| Some((held.id, held.number.clone()?)))
                .map(|(id, (number, kind))| PersonNumber {
                    number,
                    kind,
                    temporary: row
                        .open_orders
                        .iter()
                        .any(|order| order.replaces_temporary && order.subscription == Some(id)),
                })
                .collect(),
            subscriptions: row
                .subscriptions
                .into_iter()
                .map(|subscription| SubscriptionBrief::of(subscription, language))
                .collect(),
            open_orders: row
                .open_orders
                .into_iter()
                .map(|order| OpenOrder {
                    id: order.id,
                    number: order_number(order.number),
                    action: order.action,
                    state: order.state,
                    held_reason: order.held_reason,
                    subscription: order.subscription,
                    scheduled_for: order.start_at.map(Instant::danish_day).or(order.port_day),
                })
                .collect(),
            monthly_cost: row.monthly,
            actions,
        }
    }
}

/// What the caller's role may never do is absent; what cannot be done now says why.
fn actions(row: &overview::PersonRow, scope: &Scope, reasons: &mut Reasons) -> Vec<PossibleAction> {
    possible(row, scope.tenant().is_some())
        .into_iter()
        .filter(|possible| {
            scope
                .permissions()
                .has(orders::rules::permission(possible.action))
        })
        .map(|possible| PossibleAction {
            action: possible.action,
            subscription: possible.subscription,
            possible: possible.hindrance.is_none(),
            reason: possible
                .hindrance
                .map(|hindrance| reasons.reason(&hindrance)),
        })
        .collect()
}

impl SubscriptionBrief {
    fn of(subscription: HeldSubscription, language: Language) -> Self {
        SubscriptionBrief {
            id: subscription.id,
            kind: subscription.kind,
            state: subscription.state,
            offering: OfferingRef {
                id: subscription.offering,
                name: subscription.offering_name.in_language(language).to_owned(),
            },
            number: subscription.number.map(|(number, _)| number),
            monthly_cost: subscription.monthly,
            started_at: subscription.started_at,
            sim: subscription.sim.map(PersonSim::of),
            add_ons: subscription
                .add_ons
                .into_iter()
                .map(|add_on| HeldAddOn {
                    offering: OfferingRef {
                        id: add_on.offering,
                        name: add_on.offering_name.in_language(language).to_owned(),
                    },
                    monthly_cost: add_on.monthly,
                })
                .collect(),
            reference: subscription.reference,
        }
    }
}

/// A person's profile.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    #[serde(flatten)]
    row: PersonRow,
    /// What the customer's discounts take off `monthlyCost` on the invoice of this month.
    monthly_discount: Money,
    /// The user principal name.
    #[schema(required)]
    username: Option<String>,
    /// The person's page in the Entra admin centre.
    #[schema(required)]
    azure_link: Option<String>,
    licences: Licences,
    sims: Vec<PersonSim>,
    /// The latest ten.
    orders: Vec<OrderBrief>,
    #[schema(required)]
    office_location: Option<String>,
    #[schema(required)]
    mobile_phone: Option<String>,
}

/// Whether the person's Microsoft licences suffice for a number in Teams.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Licences {
    ready: bool,
    /// By name; one that is not known by name by its id.
    products: Vec<String>,
    missing: Vec<MissingLicence>,
    /// When the directory was last asked.
    #[schema(required)]
    checked_at: Option<Instant>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct MissingLicence {
    /// Microsoft's name of the service plan.
    code: VoicePlan,
    name: String,
    advice: String,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct PersonSim {
    id: SimId,
    iccid: String,
    kind: SimKind,
    state: SimState,
}

impl PersonSim {
    pub fn of(sim: HeldSim) -> Self {
        PersonSim {
            id: sim.id,
            iccid: sim.iccid,
            kind: sim.kind,
            state: sim.state,
        }
    }
}

impl Licences {
    fn of(person: &directory::Person, checked_at: Option<Instant>, language: Language) -> Self {
        let readiness = readiness(person);
        Licences {
            ready: readiness.ready,
            products: readiness.products,
            missing: readiness
                .missing
                .iter()
                .map(|missing| MissingLicence::of(missing, language))
                .collect(),
            checked_at,
        }
    }
}

impl MissingLicence {
    fn of(missing: &Missing, language: Language) -> Self {
        MissingLicence {
            code: missing.plan,
            name: missing.name().to_owned(),
            advice: texts::TEXTS.text(language, &format!("advice.{}", missing.advice), &[]),
        }
    }
}

impl Person {
    pub fn of(
        details: PersonDetails,
        orders: Vec<OrderBrief>,
        monthly_discount: Money,
        scope: &Scope,
        language: Language,
    ) -> Self {
        let person = &details.row.person;
        Person {
            monthly_discount,
            username: person.username.clone(),
            azure_link: person
                .object
                .zip(scope.tenant())
                .map(|(object, tenant)| {
                    format!(
                        "https://entra.microsoft.com/#@{tenant}/view/Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/{object}"
                    )
                }),
            licences: Licences::of(person, details.checked_at, language),
            office_location: person.office_location.clone(),
            mobile_phone: person.mobile_phone.clone(),
            sims: details
                .sims
                .into_iter()
                .map(PersonSim::of)
                .collect(),
            orders,
            row: PersonRow::of(details.row, scope, &mut Reasons::new(language)),
        }
    }
}
