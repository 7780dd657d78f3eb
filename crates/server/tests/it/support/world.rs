//! Who is there: an operator, a partner and three customers, their numbers, SIM cards and administrators.

use super::App;
use bench::{catalogue, stock};
use domain::{
    access::{
        self, NewOrganisation, NumberType, ObjectId, OrganisationId, OrganisationKind, Role,
        TenantId,
    },
    help,
    numbering::{self, NumberKind},
    sims,
};
use platform::{
    db::{Db, Tx},
    i18n::Language,
};
use simulators::microsoft::world::{personas, tenants};
use uuid::Uuid;

/// An organisation of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Org {
    /// The operator.
    Nordtel,
    /// A partner under the operator.
    Kontorpartner,
    /// A customer under the operator.
    Nordvind,
    /// A customer under the partner.
    Fjord,
    /// Another customer under the partner.
    Havn,
}

impl Org {
    pub const ALL: &'static [Org] = &[
        Org::Nordtel,
        Org::Kontorpartner,
        Org::Nordvind,
        Org::Fjord,
        Org::Havn,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Org::Nordtel => "Nordtel A/S",
            Org::Kontorpartner => "Kontorpartner ApS",
            Org::Nordvind => "Nordvind A/S",
            Org::Fjord => "Fjord & Co ApS",
            Org::Havn => "Havn Logistik A/S",
        }
    }

    pub fn customer_number(self) -> &'static str {
        match self {
            Org::Nordtel => "K-771000",
            Org::Kontorpartner => "K-772100",
            Org::Nordvind => "K-773100",
            Org::Fjord => "K-773200",
            Org::Havn => "K-773300",
        }
    }

    pub fn parent(self) -> Option<Org> {
        match self {
            Org::Nordtel => None,
            Org::Kontorpartner | Org::Nordvind => Some(Org::Nordtel),
            Org::Fjord | Org::Havn => Some(Org::Kontorpartner),
        }
    }

    fn kind(self) -> OrganisationKind {
        match self {
            Org::Nordtel => OrganisationKind::Operator,
            Org::Kontorpartner => OrganisationKind::Partner,
            Org::Nordvind | Org::Fjord | Org::Havn => OrganisationKind::Customer,
        }
    }

    pub fn tenant_text(self) -> &'static str {
        match self {
            Org::Nordtel => tenants::NORDTEL,
            Org::Kontorpartner => tenants::KONTORPARTNER,
            Org::Nordvind => tenants::NORDVIND,
            Org::Fjord => tenants::FJORD,
            Org::Havn => tenants::HAVN,
        }
    }

    pub fn tenant(self) -> Uuid {
        self.tenant_text().parse().expect("a tenant's id")
    }

    pub fn domain(self) -> &'static str {
        match self {
            Org::Nordtel => "nordtel.example",
            Org::Kontorpartner => "kontorpartner.example",
            Org::Nordvind => "nordvind.example",
            Org::Fjord => "fjord.example",
            Org::Havn => "havn.example",
        }
    }

    /// What its landline numbers begin with, mobile ones having 2 for the 7.
    pub fn number_prefix(self) -> Option<&'static str> {
        match self {
            Org::Nordvind => Some("+45701"),
            Org::Fjord => Some("+45702"),
            Org::Havn => Some("+45703"),
            Org::Nordtel | Org::Kontorpartner => None,
        }
    }

    /// The organisation itself and everything above it.
    pub fn and_above(self) -> impl Iterator<Item = Org> {
        std::iter::successors(Some(self), |org| org.parent())
    }

    /// A landline number of its series.
    pub fn landline(self, index: u32) -> String {
        format!(
            "{}{index:05}",
            self.number_prefix().expect("it has numbers")
        )
    }

    /// A mobile number of its series.
    pub fn mobile(self, index: u32) -> String {
        self.landline(index).replacen("+457", "+452", 1)
    }
}

/// What a test wants otherwise than usual.
pub struct Wishes {
    /// Members of a tenant.
    pub people: Vec<(Org, usize)>,
    /// Numbers in each series of the customers, and in the operator's pool of each kind.
    pub numbers: u32,
    /// SIM cards in each customer's drawer.
    pub sims: u64,
    /// Whether Graph is asked to tell of changes.
    pub notifications: bool,
    /// Whose directories are mirrored from the start.
    pub mirrored: Vec<Org>,
    /// Whether the directory's regular jobs go on.
    pub regular_jobs: bool,
    /// Seconds after which a call outside is given up; `None` for the usual time.
    pub outside_timeout: Option<u32>,
    /// Limits that are not the usual ones, by their key.
    pub limits: Vec<(&'static str, u32)>,
}

impl Default for Wishes {
    fn default() -> Self {
        Wishes {
            people: Vec::new(),
            numbers: 8,
            sims: 6,
            notifications: false,
            mirrored: vec![Org::Nordvind, Org::Havn],
            regular_jobs: false,
            outside_timeout: None,
            limits: Vec::new(),
        }
    }
}

/// Cards of one transaction.
const TOGETHER: usize = 250;

/// The next transaction: none may last long, however large the world is.
async fn go_on(db: &Db, tx: Tx) -> Tx {
    tx.commit().await.expect("so far");
    db.begin().await.expect("a transaction")
}

/// Builds the world through the verbs that onboarding uses.
pub(super) async fn build(app: &mut App, wishes: &Wishes) {
    let system = access::for_system();
    let ids = app.service.ids.clone();
    let db = app.db().clone();
    let mut tx = db.begin().await.expect("a transaction");
    for (code, id) in catalogue::add(&mut tx, &ids, system)
        .await
        .expect("a catalogue")
    {
        app.offerings.insert(code, id.0);
    }
    let mut serial = 1_000_000;
    for org in Org::ALL {
        let new = NewOrganisation {
            kind: org.kind(),
            name: org.name().to_owned(),
            customer_number: org.customer_number().to_owned(),
            parent: org.parent().map(|parent| OrganisationId(app.orgs[&parent])),
            tenant: Some(TenantId(org.tenant())),
            language: Language::En,
            number_type: NumberType::OperatorConnect,
        };
        let id = access::create_organisation(&mut tx, &ids, system, &new)
            .await
            .expect("an organisation");
        app.orgs.insert(*org, id.0);
        let last = wishes.numbers - 1;
        let mut series = Vec::new();
        if *org == Org::Nordtel {
            series.push((
                NumberKind::Landline,
                "+4571000000".to_owned(),
                format!("+45710{last:05}"),
            ));
            series.push((
                NumberKind::Mobile,
                "+4526000000".to_owned(),
                format!("+45260{last:05}"),
            ));
        }
        if *org == Org::Nordtel {
            let cards = stock::cards(5_000_000, wishes.sims);
            let profiles = stock::profiles(6_000_000, wishes.sims);
            for stock in cards.chunks(TOGETHER).chain(profiles.chunks(TOGETHER)) {
                sims::add_to_drawer(&mut tx, &ids, system, &app.sealer, id, stock)
                    .await
                    .expect("the operator's stock");
                tx = go_on(&db, tx).await;
            }
        }
        if *org == Org::Havn {
            let address = help::DeliveryAddress {
                name: org.name().to_owned(),
                attention: None,
                street: "Kajen 3".to_owned(),
                postal_code: "8000".to_owned(),
                city: "Aarhus C".to_owned(),
                country: "DK".to_owned(),
            };
            help::begin_address(&mut tx, &ids, system, id, &address)
                .await
                .expect("an address");
        }
        if org.number_prefix().is_some() {
            series.push((NumberKind::Landline, org.landline(0), org.landline(last)));
            series.push((NumberKind::Mobile, org.mobile(0), org.mobile(last)));
            let cards = stock::cards(serial, wishes.sims);
            serial += wishes.sims;
            for cards in cards.chunks(TOGETHER) {
                sims::add_to_drawer(&mut tx, &ids, system, &app.sealer, id, cards)
                    .await
                    .expect("SIM cards");
                tx = go_on(&db, tx).await;
            }
        }
        for (kind, first, last) in series {
            numbering::add_series(&mut tx, &ids, system, id, kind, &first, &last)
                .await
                .expect("a series");
            tx = go_on(&db, tx).await;
        }
        for (given, family, _, role) in personas(org.tenant_text()) {
            let Some(role) = role else { continue };
            let username = username(given, family, *org);
            let object = app.object(&username);
            let role = Role::parse(role).expect("a role");
            app.grant_in(
                &mut tx,
                *org,
                (org.tenant(), object),
                &format!("{given} {family}"),
                role,
            )
            .await;
        }
    }
    tx.commit().await.expect("the world is there");
}

fn username(given: &str, family: &str, org: Org) -> String {
    format!("{given}.{family}@{}", org.domain()).to_lowercase()
}

impl App {
    /// The object id of somebody of the directory, by sign-in name.
    pub fn object(&self, username: &str) -> Uuid {
        let world = self.sim.microsoft.world.read();
        let (_, user) = world
            .find_by_username(username)
            .unwrap_or_else(|| panic!("there is no {username}"));
        user.id.parse().expect("an object id")
    }

    /// Gives a role to whoever has this identity.
    pub async fn grant(&self, org: Org, identity: (Uuid, Uuid), role: Role) {
        let mut tx = self.db().begin().await.expect("a transaction");
        self.grant_in(&mut tx, org, identity, "Somebody Else", role)
            .await;
        tx.commit().await.expect("the role is given");
    }

    async fn grant_in(
        &self,
        tx: &mut Tx,
        org: Org,
        identity: (Uuid, Uuid),
        name: &str,
        role: Role,
    ) {
        access::grant_at_onboarding(
            tx,
            &self.service.ids,
            access::for_system(),
            OrganisationId(self.org(org)),
            (TenantId(identity.0), ObjectId(identity.1)),
            (name, "somebody@else.example"),
            role,
        )
        .await
        .expect("a role can be given");
    }
}
