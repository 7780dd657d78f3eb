//! The demo world: an operator, a partner and three customers, with numbers, SIM cards and administrators. The people come
//! from the directory, as everywhere.

use crate::{
    catalogue,
    history::{self, ActiveLine},
    stock,
};
use domain::{
    access::{
        self, NewOrganisation, NumberType, ObjectId, OrganisationId, OrganisationKind, Role,
        SystemScope, TenantId,
    },
    billing::Issuer,
    help::{self, DeliveryAddress},
    numbering::{self, NumberKind},
    sims,
};
use platform::{
    Error, Ids, Result,
    db::{Db, Tx},
    i18n::Language,
    seal::Sealer,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Somebody who can sign in, as the identity provider's side tells it.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Persona {
    pub name: String,
    pub username: String,
    pub tenant: Uuid,
    pub object_id: Uuid,
    /// A role's name, or nothing for somebody without one.
    #[serde(default)]
    pub role: Option<String>,
    #[serde(default)]
    pub organisation: Option<String>,
}

struct Customer {
    name: &'static str,
    number: &'static str,
    kind: OrganisationKind,
    parent: Option<&'static str>,
    tenant: u128,
    language: Language,
    /// Street, postal code and city to which what is ordered is sent.
    address: Option<(&'static str, &'static str, &'static str)>,
    /// First and last landline number of its series.
    series: Option<(&'static str, &'static str)>,
    /// The same of mobile numbers: its drivers have them.
    mobiles: Option<(&'static str, &'static str)>,
    sims: u64,
}

const TENANTS: u128 = 0x0a0a_0a0a_0000_4000_8000_0000_0000_0000;

const ORGANISATIONS: &[Customer] = &[
    Customer {
        name: "Nordtel A/S",
        number: "100000",
        kind: OrganisationKind::Operator,
        parent: None,
        tenant: 1,
        language: Language::Da,
        address: Some(("Telegade 2", "2630", "Taastrup")),
        series: None,
        mobiles: None,
        sims: 0,
    },
    Customer {
        name: "Kontorpartner ApS",
        number: "200100",
        kind: OrganisationKind::Partner,
        parent: Some("Nordtel A/S"),
        tenant: 2,
        language: Language::Da,
        address: Some(("Kontorvej 8", "5000", "Odense C")),
        series: None,
        mobiles: None,
        sims: 0,
    },
    Customer {
        name: "Nordvind A/S",
        number: "300100",
        kind: OrganisationKind::Customer,
        parent: Some("Nordtel A/S"),
        tenant: 3,
        language: Language::En,
        address: Some(("Vindvej 12", "8200", "Aarhus N")),
        series: Some(("+4570100000", "+4570100499")),
        mobiles: None,
        sims: 60,
    },
    Customer {
        name: "Fjord & Co ApS",
        number: "300200",
        kind: OrganisationKind::Customer,
        parent: Some("Kontorpartner ApS"),
        tenant: 4,
        language: Language::Da,
        address: Some(("Fjordgade 4", "9000", "Aalborg")),
        series: Some(("+4570200000", "+4570200049")),
        mobiles: None,
        sims: 20,
    },
    Customer {
        name: "Havn Logistik A/S",
        number: "300300",
        kind: OrganisationKind::Customer,
        parent: Some("Kontorpartner ApS"),
        tenant: 5,
        language: Language::Da,
        address: Some(("Kajen 3", "6700", "Esbjerg")),
        series: Some(("+4570300000", "+4570300099")),
        mobiles: Some(("+4527300000", "+4527300014")),
        sims: 20,
    },
];

/// What the operator has to give: new numbers.
const POOL: &[(NumberKind, &str, &str)] = &[
    (NumberKind::Landline, "+4571000000", "+4571000999"),
    (NumberKind::Mobile, "+4526000000", "+4526001999"),
];

/// Serial of the first SIM of the operator's stock, from which cards are sent and eSIMs are made.
const STOCK: u64 = 5_000_000;
const CARDS_IN_STOCK: u64 = 500;
const PROFILES_IN_STOCK: u64 = 500;

/// Builds the world in an empty database; answers the mobile lines that the network must know of, or nothing when there is a world
/// already.
pub async fn build(
    db: &Db,
    ids: &Ids,
    sealer: &Sealer,
    issuer: &Issuer,
    personas: &[Persona],
) -> Result<Option<Vec<ActiveLine>>> {
    let system = access::for_system();
    let mut conn = db.read().await?;
    let known = access::organisation_by_customer_number(&mut conn, system, "100000").await?;
    drop(conn);
    if known.is_some() {
        return Ok(None);
    }
    let mut tx = db.begin().await?;
    let sold = catalogue::add(&mut tx, ids, system).await?;
    let organisations = add_organisations(&mut tx, ids, system, sealer).await?;
    for persona in personas {
        let (Some(role), Some(organisation)) = (&persona.role, &persona.organisation) else {
            continue;
        };
        let Some(organisation) = organisations.get(organisation.as_str()) else {
            continue;
        };
        let role = Role::parse(role).ok_or_else(|| {
            Error::internal(format!(
                "the persona {} has an unknown role",
                persona.username
            ))
        })?;
        access::grant_at_onboarding(
            &mut tx,
            ids,
            system,
            *organisation,
            (TenantId(persona.tenant), ObjectId(persona.object_id)),
            (&persona.name, &persona.username),
            role,
        )
        .await?;
    }
    tx.commit().await?;
    let mut conn = db.read().await?;
    let mut offerings = HashMap::new();
    for (code, id) in sold {
        if let Some(offering) = domain::catalogue::offering(&mut conn, ids.now(), id).await? {
            offerings.insert(code, (id, offering.monthly));
        }
    }
    drop(conn);
    let named = |name: &str| {
        organisations
            .get(name)
            .copied()
            .ok_or_else(|| Error::internal("the demo lacks an organisation"))
    };
    let (drivers, project) = (named("Havn Logistik A/S")?, named("Nordvind A/S")?);
    let lines = history::write(db, ids.now(), issuer, &offerings, drivers, project).await?;
    Ok(Some(lines))
}

async fn add_organisations(
    tx: &mut Tx,
    ids: &Ids,
    system: SystemScope,
    sealer: &Sealer,
) -> Result<HashMap<&'static str, OrganisationId>> {
    let mut made = HashMap::new();
    let mut serial = 1_000_000;
    for organisation in ORGANISATIONS {
        let id = access::create_organisation(
            tx,
            ids,
            system,
            &NewOrganisation {
                kind: organisation.kind,
                name: organisation.name.to_owned(),
                customer_number: organisation.number.to_owned(),
                parent: organisation
                    .parent
                    .and_then(|parent| made.get(parent).copied()),
                tenant: Some(TenantId(Uuid::from_u128(TENANTS + organisation.tenant))),
                language: organisation.language,
                number_type: NumberType::OperatorConnect,
            },
        )
        .await?;
        made.insert(organisation.name, id);
        if organisation.kind == OrganisationKind::Operator {
            for (kind, first, last) in POOL {
                numbering::add_series(tx, ids, system, id, *kind, first, last).await?;
            }
            let cards = stock::cards(STOCK, CARDS_IN_STOCK);
            sims::add_to_drawer(tx, ids, system, sealer, id, &cards).await?;
            let profiles = stock::profiles(STOCK + CARDS_IN_STOCK, PROFILES_IN_STOCK);
            sims::add_to_drawer(tx, ids, system, sealer, id, &profiles).await?;
        }
        add_address(tx, ids, system, id, organisation).await?;
        if let Some((first, last)) = organisation.mobiles {
            numbering::add_series(tx, ids, system, id, NumberKind::Mobile, first, last).await?;
        }
        if let Some((first, last)) = organisation.series {
            numbering::add_series(tx, ids, system, id, NumberKind::Landline, first, last).await?;
        }
        let cards = stock::cards(serial, organisation.sims);
        serial += organisation.sims;
        sims::add_to_drawer(tx, ids, system, sealer, id, &cards).await?;
    }
    Ok(made)
}

/// What onboarding registers; later a support request changes it.
async fn add_address(
    tx: &mut Tx,
    ids: &Ids,
    system: SystemScope,
    id: OrganisationId,
    organisation: &Customer,
) -> Result<()> {
    let Some((street, postal_code, city)) = organisation.address else {
        return Ok(());
    };
    let address = DeliveryAddress {
        name: organisation.name.to_owned(),
        attention: None,
        street: street.to_owned(),
        postal_code: postal_code.to_owned(),
        city: city.to_owned(),
        country: "DK".to_owned(),
    };
    help::begin_address(tx, ids, system, id, &address).await
}
