//! Changes to people: create, change, licence, delete, restore.

use super::directory::{Licence, User};
use super::journal::{ChangeKind, ObjectKind};
use super::{DirectoryError, Pending, World, ids, plans};

/// What a new user is made of; the rest of [`User`] can be set by `update_user` afterwards.
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    /// `userPrincipalName`; its domain must be verified in the tenant.
    pub username: String,
    /// `displayName`.
    pub display_name: String,
    /// `givenName`.
    pub given_name: Option<String>,
    /// `surname`.
    pub surname: Option<String>,
    /// The password; the demo password when none is given.
    pub password: Option<String>,
}

/// Why a change of licences was refused. The messages are Graph's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LicenceError {
    /// The tenant or the user is unknown.
    #[error(
        "Resource '{0}' does not exist or one of its queried reference-property objects are not present."
    )]
    NotFound(String),
    /// The user has no usage location.
    #[error("License assignment cannot be done for user with invalid usage location.")]
    NoUsageLocation,
    /// The tenant does not own the product.
    #[error("License {0} does not correspond to a valid company License.")]
    UnknownSku(String),
    /// The plan is not in the product.
    #[error("License assignment failed because service plan {0} is not part of the license.")]
    UnknownPlan(String),
    /// The user does not have the licence that is to be removed.
    #[error("User does not have a corresponding license.")]
    NotAssigned,
    /// All seats are taken.
    #[error("Subscription with SKU {0} does not have any available licenses.")]
    NoSeats(String),
}

impl World {
    /// Creates a member. Answers the object id.
    ///
    /// # Errors
    /// `NotFound` for an unknown tenant, `UnknownDomain`, `UsernameTaken`, `Invalid` for an empty name.
    pub fn create_user(&mut self, tenant: &str, new: NewUser) -> Result<String, DirectoryError> {
        let now = self.now();
        let tenant = self.tenant_mut(tenant)?;
        if new.display_name.trim().is_empty() {
            return Err(DirectoryError::Invalid("displayName"));
        }
        let Some((local, domain)) = new.username.rsplit_once('@') else {
            return Err(DirectoryError::Invalid("userPrincipalName"));
        };
        if local.is_empty() || local.contains(char::is_whitespace) || local.contains('@') {
            return Err(DirectoryError::Invalid("userPrincipalName"));
        }
        if !tenant.has_domain(domain) {
            return Err(DirectoryError::UnknownDomain);
        }
        if tenant
            .by_username
            .contains_key(&new.username.to_lowercase())
        {
            return Err(DirectoryError::UsernameTaken);
        }
        // The same name may be created again after a deletion, and must then be another object.
        let generation = tenant.last_sequence().to_string();
        let id = ids::guid(&[
            "user",
            &tenant.id,
            &new.username.to_lowercase(),
            &generation,
        ]);
        let mut user = User::new(id.clone(), &new.username, &new.display_name, now);
        user.given_name = new.given_name;
        user.surname = new.surname;
        user.usage_location = None;
        if let Some(password) = new.password {
            user.password = password;
        }
        let tenant_id = tenant.id.clone();
        self.insert_user(&tenant_id, user);
        Ok(id)
    }

    /// Puts a complete user object into a tenant as if it had just been created.
    pub fn insert_user(&mut self, tenant: &str, user: User) {
        let id = user.id.clone();
        let Ok(found) = self.tenant_mut(tenant) else {
            return;
        };
        found
            .by_username
            .insert(user.username.to_lowercase(), id.clone());
        found.users.insert(id.clone(), user);
        self.changed(tenant, ObjectKind::User, &id, ChangeKind::Created);
    }

    /// Changes properties of a user; the journal names those that differ afterwards. Licences and plans are not
    /// changed here but by [`World::set_licences`].
    ///
    /// # Errors
    /// `NotFound`; `UsernameTaken`, `UnknownDomain` or `Invalid` when a new user principal name does not fit (the
    /// user is left as it was).
    pub fn update_user(
        &mut self,
        tenant: &str,
        id: &str,
        change: impl FnOnce(&mut User),
    ) -> Result<(), DirectoryError> {
        let found = self.tenant_mut(tenant)?;
        let before = found.user(id).ok_or(DirectoryError::NotFound)?.clone();
        let mut after = before.clone();
        change(&mut after);
        let (old, new) = (
            before.username.to_lowercase(),
            after.username.to_lowercase(),
        );
        if old != new {
            let Some((_, domain)) = new.rsplit_once('@') else {
                return Err(DirectoryError::Invalid("userPrincipalName"));
            };
            if !found.has_domain(domain) {
                return Err(DirectoryError::UnknownDomain);
            }
            if found.by_username.contains_key(&new) {
                return Err(DirectoryError::UsernameTaken);
            }
            found.by_username.remove(&old);
            found.by_username.insert(new, before.id.clone());
        }
        let names = after.differences(&before);
        found.users.insert(before.id.clone(), after);
        if !names.is_empty() {
            self.changed(
                tenant,
                ObjectKind::User,
                &before.id,
                ChangeKind::Updated(names),
            );
        }
        Ok(())
    }

    /// Adds and removes licences. `assignedLicenses` change at once, `assignedPlans` after [`super::Delays::licence`].
    /// Adding a licence the user has replaces its disabled plans.
    ///
    /// # Errors
    /// See [`LicenceError`]; nothing is changed then.
    pub fn set_licences(
        &mut self,
        tenant: &str,
        id: &str,
        add: Vec<Licence>,
        remove: &[String],
    ) -> Result<(), LicenceError> {
        let missing = || LicenceError::NotFound(id.to_owned());
        let found = self.tenant(tenant).ok_or_else(missing)?;
        let user = found.user(id).ok_or_else(missing)?;
        for licence in &add {
            let sku = plans::find_sku(&licence.sku_id);
            let owned = found.skus.iter().find(|s| s.sku_id == licence.sku_id);
            let (Some(sku), Some(owned)) = (sku, owned) else {
                return Err(LicenceError::UnknownSku(licence.sku_id.clone()));
            };
            if user.usage_location.is_none() {
                return Err(LicenceError::NoUsageLocation);
            }
            let unknown = licence
                .disabled_plans
                .iter()
                .find(|d| sku.plans().all(|p| p.id != **d));
            if let Some(plan) = unknown {
                return Err(LicenceError::UnknownPlan(plan.clone()));
            }
            let has_it = user.licences.iter().any(|l| l.sku_id == licence.sku_id);
            if !has_it && found.consumed_units(&licence.sku_id) >= owned.enabled {
                return Err(LicenceError::NoSeats(licence.sku_id.clone()));
            }
        }
        if remove
            .iter()
            .any(|sku| user.licences.iter().all(|l| l.sku_id != *sku))
        {
            return Err(LicenceError::NotAssigned);
        }
        let user_id = user.id.clone();
        let changed = self.update_user(tenant, &user_id, |user| {
            user.licences.retain(|l| !remove.contains(&l.sku_id));
            for licence in add {
                user.licences.retain(|l| l.sku_id != licence.sku_id);
                user.licences.push(licence);
            }
        });
        changed.map_err(|_| missing())?;
        let pending = Pending::Plans {
            tenant: tenant.to_owned(),
            user: user_id,
        };
        self.later(self.delays.licence, pending);
        Ok(())
    }

    pub(super) fn settle_user_plans(&mut self, tenant: &str, id: &str) {
        let now = self.now();
        // A user deleted meanwhile has nothing to settle.
        let _ = self.update_user(tenant, id, |user| {
            user.settle_plans(now);
        });
    }

    /// Moves a user to the recycle bin. Numbers and the user principal name become free, group memberships stay
    /// recorded for a restoration.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn delete_user(&mut self, tenant: &str, id: &str) -> Result<(), DirectoryError> {
        let now = self.now();
        let found = self.tenant_mut(tenant)?;
        let id = found.user(id).ok_or(DirectoryError::NotFound)?.id.clone();
        let mut user = found.users.remove(&id).ok_or(DirectoryError::NotFound)?;
        found.by_username.remove(&user.username.to_lowercase());
        user.deleted = Some(now);
        user.sessions_valid_from = now;
        user.teams.numbers.clear();
        user.teams.enterprise_voice = false;
        for number in found.numbers.values_mut() {
            number.free_from(&id);
        }
        found.deleted_users.insert(id.clone(), user);
        self.changed(tenant, ObjectKind::User, &id, ChangeKind::SoftDeleted);
        Ok(())
    }

    /// Brings a user back from the recycle bin.
    ///
    /// # Errors
    /// `NotFound` when the bin does not hold it, `UsernameTaken` when somebody else has got the name meanwhile (the user
    /// stays in the bin).
    pub fn restore_user(&mut self, tenant: &str, id: &str) -> Result<(), DirectoryError> {
        let found = self.tenant_mut(tenant)?;
        let binned = found.deleted_users.get(id);
        let name = binned
            .ok_or(DirectoryError::NotFound)?
            .username
            .to_lowercase();
        if found.by_username.contains_key(&name) {
            return Err(DirectoryError::UsernameTaken);
        }
        let mut user = found
            .deleted_users
            .remove(id)
            .ok_or(DirectoryError::NotFound)?;
        user.deleted = None;
        found.by_username.insert(name, id.to_owned());
        found.users.insert(id.to_owned(), user);
        self.changed(tenant, ObjectKind::User, id, ChangeKind::Restored);
        Ok(())
    }

    /// Removes a user for good, from the directory or from the recycle bin, and from every group.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn purge_user(&mut self, tenant: &str, id: &str) -> Result<(), DirectoryError> {
        if self.tenant_mut(tenant)?.users.contains_key(id) {
            self.delete_user(tenant, id)?;
        }
        let found = self.tenant_mut(tenant)?;
        found
            .deleted_users
            .remove(id)
            .ok_or(DirectoryError::NotFound)?;
        let groups: Vec<String> = found
            .groups
            .values()
            .filter(|g| g.members.contains(&(ObjectKind::User, id.to_owned())))
            .map(|g| g.id.clone())
            .collect();
        for group in groups {
            self.remove_member(tenant, &group, ObjectKind::User, id)?;
        }
        self.changed(tenant, ObjectKind::User, id, ChangeKind::HardDeleted);
        Ok(())
    }
}
