//! The demo world and smaller ones for tests, the same on every start.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};

use super::apps::{Application, ClientSecret, ServicePrincipal, TEAMS_CLIENTS};
use super::demo::{DemoPersona, DemoTenant, demo, personas};
use super::directory::{GuestHome, Licence, Persona, SubscribedSku, Tenant, User, UserType};
use super::journal::ObjectKind;
use super::numbers::{NumberAssignment, Policy};
use super::{
    API_ROLE, APP_ID_URI, CLIENT_ID, CLIENT_SECRET, Delays, Group, INTEGRATOR_ID,
    INTEGRATOR_SECRET, SimulatorClock, World, ids, names, permissions, plans, tenants,
};

impl World {
    /// The world of the demonstration: six tenants, some ten thousand people, a few seconds of delay.
    pub fn demo(clock: SimulatorClock) -> World {
        World::seeded(clock, Delays::DEMO, |tenant| tenant.people)
    }

    /// The same tenants and personas with a few dozen people and no delays: what tests start with.
    pub fn small(clock: SimulatorClock) -> World {
        World::seeded(clock, Delays::NONE, |tenant| tenant.few)
    }

    /// Fills a tenant up to `count` members (it never shrinks); nothing is written to the journal.
    #[must_use]
    pub fn with_people(mut self, tenant: &str, count: usize) -> World {
        if let Ok(tenant) = self.tenant_mut(tenant) {
            add_members(tenant, count);
            refresh(tenant);
        }
        self
    }

    fn seeded(
        clock: SimulatorClock,
        delays: Delays,
        people: impl Fn(&DemoTenant) -> usize,
    ) -> World {
        let mut world = World::empty(clock);
        world.delays = delays;
        register_applications(&mut world);
        for plan in demo() {
            let mut tenant = empty_tenant(plan);
            for persona in plan.personas {
                add_persona(&mut tenant, plan, persona);
            }
            add_members(&mut tenant, people(plan));
            add_guests(&mut tenant, plan.guests);
            add_resource_accounts(&mut tenant, plan.resource_accounts);
            let (first, count) = plan.numbers;
            for number in first..first + count {
                let line =
                    NumberAssignment::unassigned(plan.id, &format!("+{number}"), "operatorConnect");
                tenant.numbers.insert(line.number.clone(), line);
            }
            refresh(&mut tenant);
            world.add_tenant(tenant);
            if plan.onboarded {
                for client in [CLIENT_ID, INTEGRATOR_ID] {
                    // Both are registered above, the tenant is there: nothing can be missing.
                    let _ = world.consent(plan.id, client);
                }
                if plan.id == tenants::KONTORPARTNER {
                    // The partner manages its own people through the portal, and so consented to that as well.
                    let _ = world.update_service_principal(plan.id, CLIENT_ID, |principal| {
                        let more = permissions::PROVISIONING.iter();
                        principal
                            .graph_roles
                            .extend(more.map(|role| (*role).to_owned()));
                    });
                }
                let _ = world.update_service_principal(plan.id, INTEGRATOR_ID, |principal| {
                    let roles = BTreeSet::from([API_ROLE.to_owned()]);
                    principal.api_roles.insert(CLIENT_ID.to_owned(), roles);
                });
            }
        }
        world
    }
}

fn register_applications(world: &mut World) {
    let never = Timestamp::MAX;
    let roles = [permissions::BASE, permissions::VOICE, permissions::ADOPTION].concat();
    world.register_application(Application {
        client_id: CLIENT_ID.to_owned(),
        display_name: "Switchboard".to_owned(),
        home_tenant: tenants::NORDTEL.to_owned(),
        multi_tenant: true,
        public_client: false,
        app_id_uri: Some(APP_ID_URI.to_owned()),
        exposed_scopes: vec!["access_as_user".to_owned()],
        exposed_roles: vec![API_ROLE.to_owned()],
        pre_authorised: TEAMS_CLIENTS
            .iter()
            .map(|(id, _)| (*id).to_owned())
            .collect(),
        redirect_uris: vec![
            "http://localhost:8080/auth/callback".to_owned(),
            "http://localhost:8080/auth/consent/callback".to_owned(),
            "http://localhost:8080/auth/step-up/callback".to_owned(),
        ],
        post_logout_uris: vec!["http://localhost:8080/".to_owned()],
        front_channel_logout: Some("http://localhost:8080/auth/sign-out/front-channel".to_owned()),
        secrets: vec![ClientSecret {
            value: CLIENT_SECRET.to_owned(),
            expires: never,
        }],
        certificates: Vec::new(),
        requested_roles: roles.into_iter().map(str::to_owned).collect(),
        requested_scopes: vec!["User.Read".to_owned()],
        token_version: 2,
    });
    let other = |client_id: &str, name: &str| Application {
        client_id: client_id.to_owned(),
        display_name: name.to_owned(),
        home_tenant: tenants::NORDTEL.to_owned(),
        multi_tenant: true,
        public_client: true,
        app_id_uri: None,
        exposed_scopes: Vec::new(),
        exposed_roles: Vec::new(),
        pre_authorised: Vec::new(),
        redirect_uris: Vec::new(),
        post_logout_uris: Vec::new(),
        front_channel_logout: None,
        secrets: Vec::new(),
        certificates: Vec::new(),
        requested_roles: Vec::new(),
        requested_scopes: Vec::new(),
        token_version: 2,
    };
    let mut integrator = other(INTEGRATOR_ID, "Integration of a customer");
    integrator.public_client = false;
    integrator.secrets = vec![ClientSecret {
        value: INTEGRATOR_SECRET.to_owned(),
        expires: never,
    }];
    world.register_application(integrator);
    for (client_id, name) in TEAMS_CLIENTS {
        world.register_application(other(client_id, name));
    }
}

fn founded() -> Timestamp {
    Timestamp::from_second(1_675_245_600).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn days_after_founding(days: u64) -> Timestamp {
    let hours = i64::try_from(days).unwrap_or(0) * 24;
    founded()
        .checked_add(SignedDuration::from_hours(hours))
        .unwrap_or(Timestamp::MAX)
}

fn empty_tenant(plan: &DemoTenant) -> Tenant {
    let short = plan.domain.split('.').next().unwrap_or(plan.domain);
    let policy = |policy_type: &str, name: &str| Policy {
        policy_type: policy_type.to_owned(),
        name: name.to_owned(),
        policy_id: ids::guid(&["policy", plan.id, policy_type, name]).replace('-', ""),
    };
    Tenant {
        id: plan.id.to_owned(),
        display_name: plan.name.to_owned(),
        domains: vec![
            plan.domain.to_owned(),
            format!("{short}.onmicrosoft.example"),
        ],
        country: "DK".to_owned(),
        created: founded(),
        users: BTreeMap::new(),
        deleted_users: BTreeMap::new(),
        groups: BTreeMap::new(),
        skus: Vec::new(),
        service_principals: graph_principal(plan.id),
        numbers: BTreeMap::new(),
        operations: BTreeMap::new(),
        policies: vec![
            policy("TeamsCallingPolicy", "Global"),
            policy("TeamsCallingPolicy", "AllOn"),
            policy("TeamsCallingPolicy", "DisallowCalling"),
            policy("OnlineVoiceRoutingPolicy", "Global"),
            policy("OnlineVoiceRoutingPolicy", "Nordtel"),
            policy("CallingLineIdentity", "Global"),
        ],
        conceal_report_names: false,
        journal: Vec::new(),
        by_username: HashMap::new(),
    }
}

fn graph_principal(tenant: &str) -> BTreeMap<String, ServicePrincipal> {
    let graph = ServicePrincipal {
        id: ids::guid(&["service principal", tenant, permissions::GRAPH_APP_ID]),
        client_id: permissions::GRAPH_APP_ID.to_owned(),
        enabled: true,
        ..ServicePrincipal::default()
    };
    BTreeMap::from([(permissions::GRAPH_APP_ID.to_owned(), graph)])
}

fn add(tenant: &mut Tenant, user: User) {
    tenant
        .by_username
        .insert(user.username.to_lowercase(), user.id.clone());
    tenant.users.insert(user.id.clone(), user);
}

fn licence(sku: &str) -> Licence {
    Licence {
        sku_id: sku.to_owned(),
        disabled_plans: Vec::new(),
    }
}

fn add_persona(tenant: &mut Tenant, plan: &DemoTenant, persona: &DemoPersona) {
    let (given, family, title, role) = *persona;
    let username = format!(
        "{}.{}@{}",
        names::ascii(given),
        names::ascii(family),
        plan.domain
    );
    let id = ids::guid(&["user", plan.id, &username]);
    let mut user = User::new(id, &username, &format!("{given} {family}"), founded());
    user.given_name = Some(given.to_owned());
    user.surname = Some(family.to_owned());
    user.job_title = Some(title.to_owned());
    user.department = Some("IT".to_owned());
    user.office_location = Some("Copenhagen".to_owned());
    user.preferred_language = Some("da-DK".to_owned());
    user.employee_id = Some(format!("{}", 1000 + tenant.users.len()));
    user.licences = vec![licence(plans::E5)];
    user.has_photo = true;
    user.settle_plans(founded());
    // The first persona of a tenant administers it.
    if plan.personas.first() == Some(persona) {
        user.directory_roles = vec!["Global Administrator".to_owned()];
    }
    user.persona = Some(Persona {
        role,
        organisation: plan.onboarded.then_some(plan.name),
    });
    add(tenant, user);
}

fn choose<T: Copy>(from: &[T], by: u64) -> Option<T> {
    let index = usize::try_from(by % (from.len().max(1) as u64)).unwrap_or(0);
    from.get(index).copied()
}

/// Fills the tenant up to `count` members.
fn add_members(tenant: &mut Tenant, count: usize) {
    let is_person = |user: &&User| user.user_type == UserType::Member && !user.is_resource_account;
    let present = tenant.users.values().filter(is_person).count();
    let seed = tenant
        .id
        .bytes()
        .fold(0u64, |sum, b| ids::mix(sum ^ u64::from(b)));
    for index in present..count {
        let user = member(tenant, index, seed);
        add(tenant, user);
    }
}

fn member(tenant: &Tenant, index: usize, seed: u64) -> User {
    let chance = ids::mix(seed ^ index as u64);
    let given = choose(names::GIVEN, chance).unwrap_or("Anders");
    let is_persona = |family: &str| {
        personas(&tenant.id)
            .iter()
            .any(|p| (p.0, p.1) == (given, family))
    };
    // Nobody has a persona's name: who looks for the persona finds one person.
    let family = choose(names::FAMILY, chance >> 8).filter(|family| !is_persona(family));
    let family = family.unwrap_or("Jensen");
    let middle =
        choose(names::FAMILY, chance >> 16).filter(|m| *m != family && chance.is_multiple_of(3));
    let local = format!("{}.{}", names::ascii(given), names::ascii(family));
    let domain = tenant.default_domain().to_owned();
    let username = (1..)
        .map(|n: u32| {
            if n == 1 {
                format!("{local}@{domain}")
            } else {
                format!("{local}{n}@{domain}")
            }
        })
        .find(|name| !tenant.by_username.contains_key(name))
        .unwrap_or_else(|| format!("{local}-{index}@{domain}"));
    let display = match middle {
        Some(middle) => format!("{given} {middle} {family}"),
        None => format!("{given} {family}"),
    };
    let hired = days_after_founding((chance >> 24) % 1000);
    let mut user = User::new(
        ids::guid(&["user", &tenant.id, &username]),
        &username,
        &display,
        hired,
    );
    user.given_name = Some(given.to_owned());
    user.surname = Some(match middle {
        Some(middle) => format!("{middle} {family}"),
        None => family.to_owned(),
    });
    if let Some((department, titles)) = choose(names::DEPARTMENTS, chance >> 32) {
        user.department = Some(department.to_owned());
        user.job_title = choose(titles, chance >> 36).map(str::to_owned);
    }
    user.office_location = choose(names::OFFICES, chance >> 40).map(str::to_owned);
    user.preferred_language = choose(&["da-DK", "da-DK", "en-US"], chance >> 44).map(str::to_owned);
    user.employee_id = Some(format!("{}", 2000 + index));
    user.mobile_phone = (chance >> 45).is_multiple_of(3).then(|| {
        format!(
            "+45 20 {:02} {:02} {:02}",
            index / 10_000 % 100,
            index / 100 % 100,
            index % 100
        )
    });
    user.on_premises_sync = (chance >> 47).is_multiple_of(10).then_some(true);
    user.has_photo = (chance >> 48).is_multiple_of(4);
    user.enabled = !(chance >> 50).is_multiple_of(45);
    user.licences = licences((chance >> 20) % 100);
    user.settle_plans(hired);
    user
}

/// The mix of licences: most people can be given a telephone, the rest cannot for each of the usual reasons.
fn licences(percent: u64) -> Vec<Licence> {
    match percent {
        0..62 => vec![licence(plans::E5)],
        62..72 => vec![licence(plans::E3), licence(plans::TEAMS_PHONE)],
        72..76 => vec![licence(plans::E5_EEA), licence(plans::TEAMS_EEA)],
        76..86 => vec![licence(plans::E3)],
        86..92 => vec![licence(plans::E5_EEA)],
        92..95 => vec![licence(plans::F1)],
        95..97 => vec![Licence {
            sku_id: plans::E5.to_owned(),
            disabled_plans: plans::plan("MCOEV")
                .map(|p| p.id.to_owned())
                .into_iter()
                .collect(),
        }],
        _ => Vec::new(),
    }
}

fn add_guests(tenant: &mut Tenant, count: usize) {
    // Guests come from the partner; the partner's and the operator's own come from the customer Nordvind.
    let home = if tenant.id == tenants::KONTORPARTNER || tenant.id == tenants::NORDTEL {
        (
            tenants::NORDVIND,
            "nordvind.example",
            personas(tenants::NORDVIND),
        )
    } else {
        (
            tenants::KONTORPARTNER,
            "kontorpartner.example",
            personas(tenants::KONTORPARTNER),
        )
    };
    let initial = tenant.domains.last().cloned().unwrap_or_default();
    for index in 0..count {
        // The first guests are personas, who can sign in as such; the others have homes outside this world.
        let known = home.2.get(index).copied();
        let (given, family) = match known {
            Some((given, family, ..)) => (given, family),
            None => {
                let chance = ids::mix(index as u64 + 7);
                let family = choose(names::FAMILY, chance >> 8).unwrap_or("Holm");
                (choose(names::GIVEN, chance).unwrap_or("Line"), family)
            }
        };
        let local = format!("{}.{}", names::ascii(given), names::ascii(family));
        let domain = if known.is_some() {
            home.1
        } else {
            "gaest.example"
        };
        let mail = format!("{local}@{domain}");
        let username =
            format!("{local}_{domain}#EXT#{index}@{initial}").replace("#EXT#0@", "#EXT#@");
        let id = ids::guid(&["user", &tenant.id, &username]);
        let mut user = User::new(
            id,
            &username,
            &format!("{given} {family}"),
            days_after_founding(100),
        );
        user.given_name = Some(given.to_owned());
        user.surname = Some(family.to_owned());
        user.mail = Some(mail.clone());
        user.user_type = UserType::Guest;
        user.usage_location = None;
        user.home = known.map(|_| GuestHome {
            tenant: home.0.to_owned(),
            object_id: ids::guid(&["user", home.0, &mail]),
            username: mail,
        });
        add(tenant, user);
    }
}

fn add_resource_accounts(tenant: &mut Tenant, count: usize) {
    let domain = tenant.default_domain().to_owned();
    for index in 1..=count {
        let username = format!("queue{index}@{domain}");
        let id = ids::guid(&["user", &tenant.id, &username]);
        let mut user = User::new(
            id,
            &username,
            &format!("Call queue {index}"),
            days_after_founding(50),
        );
        user.is_resource_account = true;
        // Teams keeps the accounts of queues and attendants blocked for sign-in.
        user.enabled = false;
        user.department = Some("Microsoft Communication Application Instance".to_owned());
        user.licences = vec![licence(plans::RESOURCE_ACCOUNT)];
        user.settle_plans(days_after_founding(50));
        add(tenant, user);
    }
}

/// Makes groups and owned products fit the people.
fn refresh(tenant: &mut Tenant) {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let tenant_id = tenant.id.clone();
    let mut group = |name: &str, description: &str| {
        let id = ids::guid(&["group", &tenant_id, name]);
        groups.entry(id.clone()).or_insert_with(|| Group {
            id: id.clone(),
            display_name: name.to_owned(),
            description: Some(description.to_owned()),
            mail_nickname: names::ascii(&name.replace(' ', "-")),
            security_enabled: true,
            group_types: Vec::new(),
            created: founded(),
            members: BTreeSet::new(),
        });
        id
    };
    let everybody = group("All employees", "Everybody, by department");
    let denmark = group("Denmark", "Everybody, by office");
    let sales_copenhagen = group("Sales Copenhagen", "Sales people in Copenhagen");
    let managers = group("Managers", "People who lead others");
    let mut members: Vec<(String, ObjectKind, String)> = Vec::new();
    for (department, _) in names::DEPARTMENTS {
        let id = group(department, "Everybody in the department");
        members.push((everybody.clone(), ObjectKind::Group, id.clone()));
        if *department == "Sales" {
            members.push((id, ObjectKind::Group, sales_copenhagen.clone()));
        }
    }
    for office in names::OFFICES {
        let id = group(office, "Everybody at the office");
        members.push((denmark.clone(), ObjectKind::Group, id));
    }
    for user in tenant.users.values() {
        let (Some(department), Some(office)) = (&user.department, &user.office_location) else {
            continue;
        };
        let home = if department == "Sales" && office == "Copenhagen" {
            sales_copenhagen.clone()
        } else {
            group(department, "Everybody in the department")
        };
        members.push((home, ObjectKind::User, user.id.clone()));
        let office = group(office, "Everybody at the office");
        members.push((office, ObjectKind::User, user.id.clone()));
        if user
            .job_title
            .as_ref()
            .is_some_and(|t| t.contains("Manager") || t.contains("Director"))
        {
            members.push((managers.clone(), ObjectKind::User, user.id.clone()));
        }
    }
    for (group, kind, member) in members {
        if let Some(group) = groups.get_mut(&group) {
            group.members.insert((kind, member));
        }
    }
    tenant.groups = groups;
    let offered = [
        plans::E5,
        plans::E3,
        plans::E5_EEA,
        plans::TEAMS_EEA,
        plans::F1,
        plans::TEAMS_PHONE,
        plans::RESOURCE_ACCOUNT,
    ];
    tenant.skus = offered
        .into_iter()
        .map(|sku_id| SubscribedSku {
            sku_id: sku_id.to_owned(),
            status: "Enabled".to_owned(),
            enabled: tenant.consumed_units(sku_id).div_ceil(10) * 10 + 10,
        })
        .collect();
}
