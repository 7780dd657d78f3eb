//! The world that the Microsoft simulator stands for: tenants with people, groups, licences, applications and numbers.
//!
//! One [`World`] lives behind a [`SharedWorld`] (an `Arc<std::sync::RwLock<_>>`, whose guards must not be held across
//! an `await`; the compiler refuses that in a handler). Readers get `&Tenant`; every change goes through a method of
//! `World`, which writes the tenant's journal and tells [`SharedWorld::subscribe`]'s receivers. What Microsoft does
//! after a while (plans after a licence, Teams' view of a number, running operations) waits in a queue until its time
//! by the [`SimulatorClock`]; [`SharedWorld::read`] and [`SharedWorld::write`] first carry out what is due.
//!
//! Nothing is stored on disk: a new start has the same seeded world with the same object ids.

pub mod apps;
pub mod clock;
mod demo;
pub mod directory;
mod groups;
pub mod ids;
pub mod journal;
mod names;
pub mod numbers;
pub mod permissions;
pub mod plans;
mod seed;
pub mod subscriptions;
mod users;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::broadcast;

pub use clock::SimulatorClock;
pub use demo::{DemoPersona, DemoTenant, demo, personas};
pub use directory::{Group, Licence, Tenant, User, UserType};
pub use journal::{Change, ChangeKind, ObjectKind};
pub use names::ascii as ascii_name;

pub use users::{LicenceError, NewUser};

use apps::Application;
use subscriptions::Subscription;

/// The password of every seeded person.
pub const DEMO_PASSWORD: &str = "Demo-2026!";
/// The client id of the demo world's registration of Switchboard.
pub const CLIENT_ID: &str = "5b1c0a5e-7e1e-4c0a-9b0a-000000005b01";
/// The client secret of the demo world's registration.
pub const CLIENT_SECRET: &str = "demo-client-secret";
/// The App ID URI of the demo world's registration.
pub const APP_ID_URI: &str = "api://localhost:8080/5b1c0a5e-7e1e-4c0a-9b0a-000000005b01";
/// An integrator's own registration in the tenants that know Switchboard; it may call Switchboard's API by itself.
pub const INTEGRATOR_ID: &str = "5b1c0a5e-7e1e-4c0a-9b0a-000000005b02";
/// The integrator's client secret.
pub const INTEGRATOR_SECRET: &str = "demo-integrator-secret";
/// The role that Switchboard's API exposes to applications.
pub const API_ROLE: &str = "access_as_application";

/// The tenants of the demo world by short name.
pub mod tenants {
    /// nordtel.example, the operator.
    pub const NORDTEL: &str = "0a0a0a0a-0000-4000-8000-000000000001";
    /// kontorpartner.example, a partner.
    pub const KONTORPARTNER: &str = "0a0a0a0a-0000-4000-8000-000000000002";
    /// nordvind.example, a large customer.
    pub const NORDVIND: &str = "0a0a0a0a-0000-4000-8000-000000000003";
    /// fjord.example, a small customer.
    pub const FJORD: &str = "0a0a0a0a-0000-4000-8000-000000000004";
    /// havn.example, a customer.
    pub const HAVN: &str = "0a0a0a0a-0000-4000-8000-000000000005";
    /// fremmed.example, a stranger that has consented to nothing.
    pub const FREMMED: &str = "0a0a0a0a-0000-4000-8000-000000000006";
    /// The tenant of personal accounts; nobody lives here and it is always refused.
    pub const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
}

/// Why a change to the directory was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// The tenant, object or registration is unknown.
    #[error("the object does not exist")]
    NotFound,
    /// Another user of the tenant has this user principal name; those in the recycle bin do not hold theirs.
    #[error("another object with the same value for property userPrincipalName already exists")]
    UsernameTaken,
    /// The user principal name's domain is not verified in the tenant.
    #[error("the domain portion of the userPrincipalName property is invalid")]
    UnknownDomain,
    /// The value of this property does not fit.
    #[error("invalid value specified for property '{0}' of resource 'User'")]
    Invalid(&'static str),
}

/// How long Microsoft takes for what it does after answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delays {
    /// From `assignLicense` until `assignedPlans` show it.
    pub licence: SignedDuration,
    /// From accepting a number operation until it has run.
    pub operation: SignedDuration,
    /// From the number's assignment until Teams' user configuration shows it.
    pub configuration: SignedDuration,
}

impl Delays {
    /// Everything at once: what tests start with.
    pub const NONE: Delays = Delays {
        licence: SignedDuration::ZERO,
        operation: SignedDuration::ZERO,
        configuration: SignedDuration::ZERO,
    };
    /// A few seconds each: what the demonstration shows.
    pub const DEMO: Delays = Delays {
        licence: SignedDuration::from_secs(4),
        operation: SignedDuration::from_secs(2),
        configuration: SignedDuration::from_secs(2),
    };
}

/// What is to happen later.
#[derive(Clone, Debug)]
enum Pending {
    /// Make the user's plans what the licences bring.
    Plans { tenant: String, user: String },
    /// Run this number operation.
    Operation { tenant: String, operation: String },
    /// Make Teams' view of the user's numbers what the inventory says.
    Configuration { tenant: String, user: String },
}

/// All tenants and registrations. See the module's text.
#[derive(Debug)]
pub struct World {
    clock: SimulatorClock,
    tenants: BTreeMap<String, Tenant>,
    applications: BTreeMap<String, Application>,
    subscriptions: BTreeMap<String, Subscription>,
    /// How long Microsoft takes; change it freely.
    pub delays: Delays,
    pending: BTreeMap<(Timestamp, u64), Pending>,
    pending_count: u64,
    changes: broadcast::Sender<Change>,
}

impl World {
    /// A world with nothing in it.
    pub fn empty(clock: SimulatorClock) -> World {
        let (changes, _) = broadcast::channel(4096);
        World {
            clock,
            tenants: BTreeMap::new(),
            applications: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            delays: Delays::NONE,
            pending: BTreeMap::new(),
            pending_count: 0,
            changes,
        }
    }

    /// The clock this world lives by.
    pub fn clock(&self) -> &SimulatorClock {
        &self.clock
    }

    /// The present instant by the world's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The tenant with this GUID or verified domain (any case).
    pub fn tenant(&self, id_or_domain: &str) -> Option<&Tenant> {
        let key = id_or_domain.to_lowercase();
        self.tenants
            .get(&key)
            .or_else(|| self.tenants.values().find(|t| t.has_domain(&key)))
    }

    /// Every tenant, by GUID.
    pub fn tenants(&self) -> impl Iterator<Item = &Tenant> {
        self.tenants.values()
    }

    /// The member who signs in with this name, wherever: tenant and user. Guests sign in where they are at home.
    pub fn find_by_username(&self, username: &str) -> Option<(&Tenant, &User)> {
        let (_, domain) = username.rsplit_once('@')?;
        let tenant = self.tenant(domain)?;
        tenant.user(username).map(|user| (tenant, user))
    }

    /// Adds a tenant, or replaces the one with the same GUID.
    pub fn add_tenant(&mut self, tenant: Tenant) {
        self.tenants.insert(tenant.id.clone(), tenant);
    }

    /// Changes settings of a tenant that no journal records (report settings, policies, SKUs).
    ///
    /// # Errors
    /// `NotFound` when the tenant is unknown.
    pub fn update_tenant_settings(
        &mut self,
        tenant: &str,
        change: impl FnOnce(&mut TenantSettings<'_>),
    ) -> Result<(), DirectoryError> {
        let tenant = self.tenant_mut(tenant)?;
        change(&mut TenantSettings {
            display_name: &mut tenant.display_name,
            skus: &mut tenant.skus,
            policies: &mut tenant.policies,
            conceal_report_names: &mut tenant.conceal_report_names,
        });
        Ok(())
    }

    fn tenant_mut(&mut self, id_or_domain: &str) -> Result<&mut Tenant, DirectoryError> {
        let id = self
            .tenant(id_or_domain)
            .ok_or(DirectoryError::NotFound)?
            .id
            .clone();
        self.tenants.get_mut(&id).ok_or(DirectoryError::NotFound)
    }

    /// Writes a line of the tenant's journal and tells the receivers.
    fn changed(&mut self, tenant: &str, object: ObjectKind, id: &str, kind: ChangeKind) {
        let at = self.now();
        let Ok(tenant) = self.tenant_mut(tenant) else {
            return;
        };
        let change = Change {
            sequence: tenant.last_sequence() + 1,
            tenant: tenant.id.clone(),
            at,
            object,
            id: id.to_owned(),
            kind,
        };
        tenant.journal.push(change.clone());
        // Nobody listening is no error.
        let _ = self.changes.send(change);
    }

    fn later(&mut self, after: SignedDuration, what: Pending) {
        let due = self.now().checked_add(after).unwrap_or(Timestamp::MAX);
        self.pending_count += 1;
        self.pending.insert((due, self.pending_count), what);
        self.settle();
    }

    fn is_due(&self) -> bool {
        let now = self.now();
        self.pending
            .first_key_value()
            .is_some_and(|((due, _), _)| *due <= now)
    }

    /// Carries out everything whose time has come.
    pub fn settle(&mut self) {
        while self.is_due() {
            let Some((_, pending)) = self.pending.pop_first() else {
                return;
            };
            match pending {
                Pending::Plans { tenant, user } => self.settle_user_plans(&tenant, &user),
                Pending::Operation { tenant, operation } => self.run_operation(&tenant, &operation),
                Pending::Configuration { tenant, user } => {
                    self.settle_configuration(&tenant, &user)
                }
            }
        }
    }
}

/// The settings of a tenant that may be changed in place.
#[derive(Debug)]
pub struct TenantSettings<'a> {
    /// The organisation's name.
    pub display_name: &'a mut String,
    /// Products the tenant owns.
    pub skus: &'a mut Vec<directory::SubscribedSku>,
    /// Teams policies that exist.
    pub policies: &'a mut Vec<numbers::Policy>,
    /// `displayConcealedNames`.
    pub conceal_report_names: &'a mut bool,
}

/// The one world that all parts of the simulator share. Cloning shares it.
#[derive(Clone, Debug)]
pub struct SharedWorld {
    world: Arc<RwLock<World>>,
    clock: SimulatorClock,
    changes: broadcast::Sender<Change>,
}

impl SharedWorld {
    /// Shares `world`.
    pub fn new(world: World) -> SharedWorld {
        SharedWorld {
            clock: world.clock.clone(),
            changes: world.changes.clone(),
            world: Arc::new(RwLock::new(world)),
        }
    }

    /// Reads the world after carrying out what is due. Do not hold the guard while asking for another.
    pub fn read(&self) -> RwLockReadGuard<'_, World> {
        let guard = self.world.read().unwrap_or_else(PoisonError::into_inner);
        if !guard.is_due() {
            return guard;
        }
        drop(guard);
        drop(self.write());
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the world after carrying out what is due.
    pub fn write(&self) -> RwLockWriteGuard<'_, World> {
        let mut guard = self.world.write().unwrap_or_else(PoisonError::into_inner);
        guard.settle();
        guard
    }

    /// Puts another world in this one's place; receivers stay, the journal begins anew.
    pub fn replace(&self, mut world: World) {
        world.clock = self.clock.clone();
        world.changes = self.changes.clone();
        let mut guard = self.world.write().unwrap_or_else(PoisonError::into_inner);
        *guard = world;
    }

    /// The clock the world lives by.
    pub fn clock(&self) -> &SimulatorClock {
        &self.clock
    }

    /// The present instant by the world's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A receiver of every change from now on. A receiver that falls 4,096 changes behind loses the oldest.
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }
}
