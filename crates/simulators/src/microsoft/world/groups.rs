//! Changes to groups and their members.

use std::collections::BTreeSet;

use super::directory::Group;
use super::journal::{ChangeKind, ObjectKind};
use super::{DirectoryError, World, ids};

impl World {
    /// Creates a security group. Answers the object id.
    ///
    /// # Errors
    /// `NotFound` for an unknown tenant.
    pub fn create_group(
        &mut self,
        tenant: &str,
        display_name: &str,
        description: Option<&str>,
    ) -> Result<String, DirectoryError> {
        let now = self.now();
        let found = self.tenant_mut(tenant)?;
        let count = (found.groups.len() as u64 + found.last_sequence()).to_string();
        let id = ids::guid(&["group", &found.id, display_name, &count]);
        let group = Group {
            id: id.clone(),
            display_name: display_name.to_owned(),
            description: description.map(str::to_owned),
            mail_nickname: display_name
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect(),
            security_enabled: true,
            group_types: Vec::new(),
            created: now,
            members: BTreeSet::new(),
        };
        found.groups.insert(id.clone(), group);
        self.changed(tenant, ObjectKind::Group, &id, ChangeKind::Created);
        Ok(id)
    }

    /// Changes a group's own properties (not its members).
    ///
    /// # Errors
    /// `NotFound`.
    pub fn update_group(
        &mut self,
        tenant: &str,
        id: &str,
        change: impl FnOnce(&mut Group),
    ) -> Result<(), DirectoryError> {
        let found = self.tenant_mut(tenant)?;
        let group = found.groups.get_mut(id).ok_or(DirectoryError::NotFound)?;
        let before = group.clone();
        change(group);
        group.members.clone_from(&before.members);
        let mut names = Vec::new();
        if group.display_name != before.display_name {
            names.push("displayName");
        }
        if group.description != before.description {
            names.push("description");
        }
        if group.mail_nickname != before.mail_nickname {
            names.push("mailNickname");
        }
        if group.group_types != before.group_types {
            names.push("groupTypes");
        }
        if !names.is_empty() {
            self.changed(tenant, ObjectKind::Group, id, ChangeKind::Updated(names));
        }
        Ok(())
    }

    /// Adds a direct member; adding one that is there changes nothing.
    ///
    /// # Errors
    /// `NotFound` when the tenant, the group or the member is unknown.
    pub fn add_member(
        &mut self,
        tenant: &str,
        group: &str,
        kind: ObjectKind,
        member: &str,
    ) -> Result<(), DirectoryError> {
        let found = self.tenant_mut(tenant)?;
        let exists = match kind {
            ObjectKind::User => found.users.contains_key(member),
            ObjectKind::Group => found.groups.contains_key(member) && member != group,
        };
        if !exists {
            return Err(DirectoryError::NotFound);
        }
        let entry = found
            .groups
            .get_mut(group)
            .ok_or(DirectoryError::NotFound)?;
        if entry.members.insert((kind, member.to_owned())) {
            let change = ChangeKind::MemberAdded(kind, member.to_owned());
            self.changed(tenant, ObjectKind::Group, group, change);
        }
        Ok(())
    }

    /// Removes a direct member.
    ///
    /// # Errors
    /// `NotFound` when the tenant or the group is unknown or the object is no direct member.
    pub fn remove_member(
        &mut self,
        tenant: &str,
        group: &str,
        kind: ObjectKind,
        member: &str,
    ) -> Result<(), DirectoryError> {
        let groups = &mut self.tenant_mut(tenant)?.groups;
        let entry = groups.get_mut(group).ok_or(DirectoryError::NotFound)?;
        if !entry.members.remove(&(kind, member.to_owned())) {
            return Err(DirectoryError::NotFound);
        }
        let change = ChangeKind::MemberRemoved(kind, member.to_owned());
        self.changed(tenant, ObjectKind::Group, group, change);
        Ok(())
    }

    /// Deletes a group for good and takes it out of the groups it was in.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn delete_group(&mut self, tenant: &str, id: &str) -> Result<(), DirectoryError> {
        let found = self.tenant_mut(tenant)?;
        found.groups.remove(id).ok_or(DirectoryError::NotFound)?;
        let parents: Vec<String> = found
            .groups
            .values()
            .filter(|g| g.members.contains(&(ObjectKind::Group, id.to_owned())))
            .map(|g| g.id.clone())
            .collect();
        for parent in parents {
            self.remove_member(tenant, &parent, ObjectKind::Group, id)?;
        }
        self.changed(tenant, ObjectKind::Group, id, ChangeKind::HardDeleted);
        Ok(())
    }
}
