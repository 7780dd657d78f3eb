//! Who may do what, written down once more and independently of the code: the table of roles as the product describes it, and
//! one rule about how people and organisations relate.

use crate::support::{App, Caller, Org, Proof};
use domain::access::{self, ObjectId, Role, TenantId};
use platform::db::params;
use simulators::microsoft::world::tenants;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The table of roles.
const TABLE: &str = "
role                      | read | invoices | edit data             | service items | commercial items                        | reveal codes | grant roles | create customers | operate
accountAdministrator      | yes  | yes      | yes                   | yes           | -                                       | -            | yes         | -                | -
serviceContributor        | yes  | -        | yes                   | yes           | -                                       | -            | -           | -                | -
serviceViewer             | yes  | -        | -                     | -             | -                                       | -            | -           | -                | -
subscriptionContributor   | yes  | yes      | -                     | -             | yes                                     | -            | -           | yes              | -
roleAdministrator         | yes  | -        | -                     | -             | -                                       | -            | yes         | -                | -
organisationAdministrator | yes  | yes      | yes                   | yes           | yes                                     | yes          | -           | -                | -
userAdministrator         | yes  | -        | people                | people's      | people's                                | yes          | -           | -                | -
financeAdministrator      | yes  | yes      | references, addresses | -             | -                                       | -            | -           | -                | -
purchaser                 | yes  | -        | -                     | -             | hardware, services, SIM packs, features | -            | -           | -                | -
reader                    | yes  | -        | -                     | -             | -                                       | -            | -           | -                | -
operatorAdministrator     | yes  | yes      | yes                   | yes           | yes                                     | -            | yes         | yes              | yes
operatorAgent             | yes  | yes      | yes                   | yes           | -                                       | -            | -           | -                | work queue, support
";

/// The names of the roles, in the table's order.
pub fn roles() -> Vec<&'static str> {
    TABLE
        .trim()
        .lines()
        .skip(1)
        .map(|line| line.split('|').next().unwrap_or_default().trim())
        .collect()
}

/// What a cell of the table says.
fn cell(role: &str, column: &str) -> &'static str {
    let mut lines = TABLE.trim().lines();
    let heads = lines.next().unwrap_or_default().split('|');
    let at = heads
        .map(str::trim)
        .position(|head| head == column)
        .unwrap_or_else(|| panic!("there is no column {column}"));
    lines
        .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>())
        .find(|cells| cells[0] == role)
        .unwrap_or_else(|| panic!("there is no role {role}"))[at]
}

/// The permissions that a role means, by the words of the table.
pub fn permissions(role: &str) -> BTreeSet<&'static str> {
    let mut held = BTreeSet::new();
    for (column, word, permissions) in [
        ("read", "yes", &["read"][..]),
        ("invoices", "yes", &["readInvoices"]),
        (
            "edit data",
            "yes",
            &["editData", "editPeople", "editFinance"],
        ),
        ("edit data", "people", &["editPeople"]),
        ("edit data", "references, addresses", &["editFinance"]),
        (
            "service items",
            "yes",
            &["orderServiceItems", "orderPeopleServiceItems"],
        ),
        ("service items", "people's", &["orderPeopleServiceItems"]),
        (
            "commercial items",
            "yes",
            &["orderCommercialItems", "orderPeopleItems", "orderGoods"],
        ),
        ("commercial items", "people's", &["orderPeopleItems"]),
        (
            "commercial items",
            "hardware, services, SIM packs, features",
            &["orderGoods"],
        ),
        ("reveal codes", "yes", &["revealCodes"]),
        ("grant roles", "yes", &["grantRoles"]),
        ("create customers", "yes", &["createCustomers"]),
        ("operate", "yes", &["operate", "workQueue"]),
        ("operate", "work queue, support", &["workQueue"]),
    ] {
        if cell(role, column) == word {
            held.extend(permissions);
        }
    }
    held
}

/// What an operation asks of the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing.
    Anybody,
    /// To be signed in.
    SignedIn,
    /// To be somebody of a tenant or with a role that is known here.
    Known,
    /// This permission on the organisation.
    Permission(&'static str),
    /// To see codes; whoever may only read hears so, and for the others another's eSIM does not exist.
    ESim,
    /// To order something for people.
    SomethingForPeople,
    /// To be somebody of the organisation's directory, with a page of their own.
    OwnPage,
    /// To order for people; whoever may only read has no quote of their own, and another's does not exist for them.
    OwnQuote,
}

pub const ANYTHING_FOR_PEOPLE: Need = Need::Permission("orderPeopleItems");
pub const SERVICE_FOR_PEOPLE: Need = Need::Permission("orderPeopleServiceItems");
pub const SERVICE: Need = Need::Permission("orderServiceItems");
pub const GOODS: Need = Need::Permission("orderGoods");
const READ: Need = Need::Permission("read");
const INVOICES: Need = Need::Permission("readInvoices");
const OPERATE: Need = Need::Permission("operate");

/// What each operation needs. An operation of the contract that is not here fails the test.
pub const NEEDS: &[(&str, Need)] = &[
    ("get_client", Need::Anybody),
    ("sign_in", Need::Anybody),
    ("finish_sign_in", Need::Anybody),
    ("sign_out", Need::Anybody),
    ("front_channel_sign_out", Need::Anybody),
    ("step_up", Need::Anybody),
    ("finish_step_up", Need::Anybody),
    ("consent", Need::Anybody),
    ("finish_consent", Need::Anybody),
    ("get_me", Need::SignedIn),
    ("update_me", Need::Known),
    ("list_organisations", Need::SignedIn),
    ("get_organisation", READ),
    ("get_dashboard", READ),
    ("list_people", READ),
    ("get_person", READ),
    ("list_offerings", READ),
    ("list_numbers", READ),
    ("reserve_number", Need::Permission("editData")),
    ("release_number", Need::Permission("editData")),
    ("list_number_series", READ),
    ("list_sims", READ),
    ("list_call_groups", READ),
    ("get_call_group", READ),
    ("quote_order", ANYTHING_FOR_PEOPLE),
    ("place_order", Need::OwnQuote),
    ("list_orders", READ),
    ("list_order_requesters", READ),
    ("get_order", READ),
    ("update_order", ANYTHING_FOR_PEOPLE),
    ("cancel_order", ANYTHING_FOR_PEOPLE),
    ("list_ports", READ),
    ("get_port", READ),
    ("add_port_consent", ANYTHING_FOR_PEOPLE),
    ("get_port_consent", ANYTHING_FOR_PEOPLE),
    ("resubmit_port", ANYTHING_FOR_PEOPLE),
    ("cancel_port", ANYTHING_FOR_PEOPLE),
    ("undo_order", Need::Permission("orderPeopleServiceItems")),
    ("get_connection", READ),
    ("sync_directory", Need::Permission("editPeople")),
    ("list_roles", READ),
    ("list_role_assignments", READ),
    ("assign_role", Need::Permission("grantRoles")),
    ("revoke_role", Need::Permission("grantRoles")),
    ("explain_permission", READ),
    ("list_audit_entries", READ),
    ("get_usage", READ),
    ("list_notification_addresses", READ),
    ("add_notification_address", Need::Permission("editData")),
    ("remove_notification_address", Need::Permission("editData")),
    ("confirm_notification_address", Need::Anybody),
    ("unsubscribe_notification_address", Need::Anybody),
    ("import_usage", Need::Permission("operate")),
    ("list_usage_imports", Need::Permission("operate")),
    ("get_usage_import", Need::Permission("operate")),
    ("download_usage_import_errors", Need::Permission("operate")),
    ("get_delivery_address", READ),
    ("list_support_requests", READ),
    ("create_support_request", Need::Permission("editData")),
    ("reply_support_request", Need::Permission("editData")),
    ("list_work", Need::Permission("workQueue")),
    ("resolve_work", Need::Permission("workQueue")),
    ("stream_events", READ),
    ("update_organisation", Need::Permission("editData")),
    ("create_local_person", Need::Permission("editPeople")),
    ("update_local_person", Need::Permission("editPeople")),
    ("delete_local_person", Need::Permission("editPeople")),
    ("list_directory_groups", READ),
    ("list_subscriptions", READ),
    ("get_subscription", READ),
    ("update_subscription", Need::Permission("editFinance")),
    ("set_references", Need::Permission("editFinance")),
    ("reveal_sim_codes", Need::Permission("revealCodes")),
    ("reveal_e_sim", Need::ESim),
    ("upload_bulk", Need::SomethingForPeople),
    ("get_bulk", READ),
    ("get_my_page", Need::OwnPage),
    ("get_my_usage", Need::OwnPage),
    ("reveal_my_codes", Need::OwnPage),
    ("create_download", READ),
    ("list_invoices", INVOICES),
    ("get_invoice", INVOICES),
    ("list_invoice_lines", INVOICES),
    ("explain_invoice", INVOICES),
    ("get_spending", INVOICES),
    ("get_forecast", INVOICES),
    ("credit_invoice", OPERATE),
    ("preview_period", OPERATE),
    ("close_period", OPERATE),
    ("get_billing_terms", OPERATE),
    ("set_billing_terms", OPERATE),
    ("set_prices", OPERATE),
];

/// The organisation that everybody tries.
pub const TARGET: Org = Org::Havn;

/// Somebody of the matrix.
pub struct Persona {
    pub name: String,
    pub proof: Proof,
    /// Whose tenant they are of; `None` for a stranger's.
    pub tenant: Option<Org>,
    pub roles: Vec<(Org, &'static str)>,
    pub is_person: bool,
    /// The mirror of the directory has them, and they have a mobile subscription.
    pub in_directory: bool,
    pub disabled: bool,
}

/// How an attempt ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Goes,
    SignIn,
    Forbidden,
    NotThere,
}

impl Verdict {
    pub fn of(status: u16) -> Option<Verdict> {
        match status {
            200..=399 => Some(Verdict::Goes),
            401 => Some(Verdict::SignIn),
            403 => Some(Verdict::Forbidden),
            404 => Some(Verdict::NotThere),
            _ => None,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Verdict::Goes => "goes",
            Verdict::SignIn => "401",
            Verdict::Forbidden => "403",
            Verdict::NotThere => "404",
        }
    }
}

impl Persona {
    /// The permissions that reach an organisation: of roles on it and on everything above it, for an account in force.
    pub fn reach(&self, org: Org) -> BTreeSet<&'static str> {
        self.roles
            .iter()
            .filter(|(on, _)| !self.disabled && org.and_above().any(|above| above == *on))
            .flat_map(|(_, role)| permissions(role))
            .collect()
    }

    /// Colleagues, and whoever has a role that reaches it, may know that an organisation is there.
    pub fn knows_of(&self, org: Org) -> bool {
        !self.reach(org).is_empty() || self.is_person && self.tenant == Some(org)
    }

    /// The one rule.
    pub fn verdict(&self, need: Need) -> Verdict {
        let given = |truth, otherwise| if truth { Verdict::Goes } else { otherwise };
        match need {
            Need::Anybody => Verdict::Goes,
            // An account that is off is as good as none, however long its token would live.
            _ if matches!(self.proof, Proof::Nothing) || self.disabled => Verdict::SignIn,
            Need::SignedIn => Verdict::Goes,
            Need::Known => given(
                self.is_person && self.tenant.is_some() || !self.roles.is_empty(),
                Verdict::Forbidden,
            ),
            _ if !self.knows_of(TARGET) => Verdict::NotThere,
            Need::Permission(permission) => {
                given(self.reach(TARGET).contains(permission), Verdict::Forbidden)
            }
            Need::ESim if self.reach(TARGET).contains("revealCodes") => Verdict::Goes,
            Need::ESim if self.reach(TARGET).contains("read") => Verdict::Forbidden,
            Need::ESim => Verdict::NotThere,
            Need::SomethingForPeople => given(
                ["orderPeopleItems", "orderPeopleServiceItems"]
                    .iter()
                    .any(|permission| self.reach(TARGET).contains(permission)),
                Verdict::Forbidden,
            ),
            Need::OwnPage => given(self.in_directory, Verdict::NotThere),
            Need::OwnQuote if self.reach(TARGET).contains("orderPeopleItems") => Verdict::Goes,
            Need::OwnQuote => given(false, self.without_a_quote()),
        }
    }

    fn without_a_quote(&self) -> Verdict {
        if self.reach(TARGET).contains("read") {
            Verdict::NotThere
        } else {
            Verdict::Forbidden
        }
    }

    pub fn caller<'a>(&self, app: &'a App) -> Caller<'a> {
        let sees: Vec<Org> = Org::ALL
            .iter()
            .copied()
            .filter(|org| self.knows_of(*org))
            .collect();
        app.caller(self.proof.clone(), TARGET, &sees)
    }
}

/// Everybody of the matrix, with the roles given.
pub async fn personas(app: &App) -> Vec<Persona> {
    let mut made: Vec<Persona> = Vec::new();
    let mut serial = 0x9000_u128;
    let mut somebody = |name: &str, tenant: Option<Org>, roles: &[(Org, &'static str)]| {
        serial += 1;
        let strange: Uuid = tenants::FREMMED.parse().expect("a tenant's id");
        Persona {
            name: name.to_owned(),
            proof: Proof::Identity {
                tenant: tenant.map_or(strange, Org::tenant),
                object: Uuid::from_u128(serial),
            },
            tenant,
            roles: roles.to_vec(),
            is_person: true,
            in_directory: false,
            disabled: false,
        }
    };
    made.push(Persona {
        proof: Proof::Nothing,
        ..somebody("anonymous", None, &[])
    });
    for role in roles() {
        made.push(somebody(role, Some(TARGET), &[(TARGET, role)]));
    }
    made.push(somebody("colleague without a role", Some(TARGET), &[]));
    made.push(somebody("colleague who had a role", Some(TARGET), &[]));
    let partner = Org::Kontorpartner;
    made.push(somebody(
        "account administrator of the parent",
        Some(partner),
        &[(partner, "accountAdministrator")],
    ));
    made.push(somebody(
        "service viewer of the parent",
        Some(partner),
        &[(partner, "serviceViewer")],
    ));
    made.push(somebody(
        "operator administrator, two above",
        Some(Org::Nordtel),
        &[(Org::Nordtel, "operatorAdministrator")],
    ));
    made.push(somebody(
        "administrator of a sibling",
        Some(Org::Fjord),
        &[(Org::Fjord, "organisationAdministrator")],
    ));
    made.push(somebody("colleague at the parent", Some(partner), &[]));
    made.push(somebody("stranger", None, &[]));
    made.push(somebody(
        "stranger with a role",
        None,
        &[(TARGET, "reader")],
    ));
    let mut service = |name: &str, roles: &[(Org, &'static str)]| {
        let mut persona = somebody(name, Some(TARGET), roles);
        if let Proof::Identity { tenant, object } = persona.proof {
            persona.proof = Proof::Service { tenant, object };
        }
        persona.is_person = false;
        persona
    };
    made.push(service(
        "service principal with a role",
        &[(TARGET, "userAdministrator")],
    ));
    made.push(service("service principal", &[]));
    made.push(Persona {
        disabled: true,
        ..somebody(
            "disabled account",
            Some(TARGET),
            &[(TARGET, "organisationAdministrator")],
        )
    });
    let username = app.first_username(TARGET).await;
    made.push(Persona {
        proof: Proof::User(username),
        in_directory: true,
        ..somebody("colleague with a mobile subscription", Some(TARGET), &[])
    });
    for persona in &made {
        enrol(app, persona).await;
    }
    made
}

async fn enrol(app: &App, persona: &Persona) {
    let (Proof::Identity { tenant, object } | Proof::Service { tenant, object }) = persona.proof
    else {
        return;
    };
    for (org, role) in &persona.roles {
        let role = Role::parse(role).expect("a role");
        app.grant(*org, (tenant, object), role).await;
    }
    if persona.name == "colleague who had a role" {
        app.grant(TARGET, (tenant, object), Role::OrganisationAdministrator)
            .await;
        let mut tx = app.db().begin().await.expect("a transaction");
        let gone = tx
            .execute(
                "DELETE FROM role_assignments WHERE principal = (SELECT id FROM principals WHERE tenant = ?1 AND object_id = ?2)",
                params![tenant, object],
            )
            .await
            .expect("the role can go");
        assert_eq!(gone, 1);
        tx.commit().await.expect("the role is gone");
    }
    if persona.disabled {
        let mut tx = app.db().begin().await.expect("a transaction");
        access::set_accounts_enabled(
            &mut tx,
            access::for_system(),
            TenantId(tenant),
            &[ObjectId(object)],
            false,
            app.now(),
        )
        .await
        .expect("an account can be disabled");
        tx.commit().await.expect("the account is disabled");
    }
}
