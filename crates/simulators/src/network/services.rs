//! What is active in the network: each service, and who occupies which number and SIM card.

use super::{
    specifications::{Characteristics, Claim, Specification},
    tmf::Action,
};
use std::collections::{BTreeMap, HashMap};

/// An active service.
#[derive(Clone, Debug)]
pub struct Active {
    /// What kind it is.
    pub specification: Specification,
    /// What it is like.
    pub characteristics: Characteristics,
}

impl Active {
    /// `suspended` or `active`.
    pub fn state(&self) -> &str {
        match self.characteristics.get("status").map(String::as_str) {
            Some("suspended") => "suspended",
            _ => "active",
        }
    }
}

/// A change of what is active.
#[derive(Clone, Debug)]
pub struct Change {
    /// What is to be done.
    pub action: Action,
    /// To what kind of service.
    pub specification: Specification,
    /// The service's id: the new one for `add`, otherwise the one it is named by, if it is.
    pub service: Option<String>,
    /// The characteristics given.
    pub characteristics: Characteristics,
}

/// A change that was made: what takes it back.
#[derive(Clone, Debug)]
pub struct Made {
    /// The service's id.
    pub service: String,
    /// What it was before; `None` when it is new.
    pub before: Option<Active>,
    /// What it is now; `None` when it has ended.
    pub after: Option<Active>,
}

/// Why a change cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// A stable code.
    pub code: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// Everything that is active.
#[derive(Default)]
pub struct Services {
    active: BTreeMap<String, Active>,
    occupied: HashMap<Claim, String>,
}

impl Services {
    /// Every active service with its id.
    pub fn all(&self) -> impl Iterator<Item = (&String, &Active)> {
        self.active.iter()
    }

    /// One active service.
    pub fn get(&self, id: &str) -> Option<&Active> {
        self.active.get(id)
    }

    /// Whether somebody has what is claimed.
    pub fn is_occupied(&self, claim: &Claim) -> bool {
        self.occupied.contains_key(claim)
    }

    /// Makes a change.
    ///
    /// # Errors
    /// The number or card is active already, or the service that should be there is not.
    pub fn make(&mut self, change: &Change) -> Result<Made, Conflict> {
        match change.action {
            Action::Add => {
                let service = change.service.clone().unwrap_or_default();
                let after = Active {
                    specification: change.specification,
                    characteristics: change.characteristics.clone(),
                };
                self.replace(&service, None, Some(after))
            }
            Action::Modify => {
                let (service, before) = self.named(change)?;
                let mut after = before.clone();
                after.characteristics.extend(change.characteristics.clone());
                self.replace(&service, Some(before), Some(after))
            }
            Action::Delete => {
                let (service, before) = self.named(change)?;
                self.replace(&service, Some(before), None)
            }
            Action::NoChange => Ok(Made {
                service: change.service.clone().unwrap_or_default(),
                before: None,
                after: None,
            }),
        }
    }

    /// Takes a change back, so that all is as it was before it.
    pub fn take_back(&mut self, made: Made) {
        // What it gives back was free a moment ago or its own, so this cannot conflict.
        let _ = self.replace(&made.service, made.after, made.before);
    }

    fn named(&self, change: &Change) -> Result<(String, Active), Conflict> {
        let service = match &change.service {
            Some(service) => Some(service.clone()),
            None => change
                .specification
                .claims(&change.characteristics)
                .iter()
                .find_map(|claim| self.occupied.get(claim).cloned()),
        };
        let fits = |active: &Active| {
            // What ends must be what was meant: each characteristic that is given is the one it has.
            let meant = change.action != Action::Delete
                || change.characteristics.iter().all(|(name, value)| {
                    active
                        .characteristics
                        .get(name)
                        .is_none_or(|has| has == value)
                });
            meant && active.specification == change.specification
        };
        service
            .and_then(|service| {
                let active = self
                    .active
                    .get(&service)
                    .filter(|active| fits(active))?
                    .clone();
                Some((service, active))
            })
            .ok_or_else(|| Conflict {
                code: "unknownService".to_owned(),
                reason: format!(
                    "No active {} answers to this description.",
                    change.specification.name()
                ),
            })
    }

    /// A call group rings lines that are there: the first that is none.
    fn missing_member(&self, group: &Active) -> Option<String> {
        if group.specification != Specification::CallGroup {
            return None;
        }
        let members = group.characteristics.get("members")?;
        members
            .split(',')
            .filter(|member| !member.is_empty())
            .find(|member| {
                let line = self.occupied.get(&Claim::Number((*member).to_owned()));
                !line
                    .and_then(|id| self.active.get(id))
                    .is_some_and(|line| line.specification == Specification::MobileSubscription)
            })
            .map(str::to_owned)
    }

    fn replace(
        &mut self,
        service: &str,
        before: Option<Active>,
        after: Option<Active>,
    ) -> Result<Made, Conflict> {
        let claims = |active: &Option<Active>| {
            active
                .as_ref()
                .map(|active| active.specification.claims(&active.characteristics))
                .unwrap_or_default()
        };
        if let Some(missing) = after.as_ref().and_then(|after| self.missing_member(after)) {
            return Err(Conflict {
                code: "unknownMember".to_owned(),
                reason: format!("{missing} is no active line."),
            });
        }
        let wanted = claims(&after);
        for claim in &wanted {
            if self
                .occupied
                .get(claim)
                .is_some_and(|owner| owner != service)
            {
                return Err(Conflict {
                    code: claim.taken_code().to_owned(),
                    reason: format!("{} is active already.", claim.value()),
                });
            }
        }
        for claim in claims(&before) {
            self.occupied.remove(&claim);
        }
        for claim in wanted {
            self.occupied.insert(claim, service.to_owned());
        }
        match &after {
            Some(active) => self.active.insert(service.to_owned(), active.clone()),
            None => self.active.remove(service),
        };
        Ok(Made {
            service: service.to_owned(),
            before,
            after,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mobile(action: Action, service: Option<&str>, characteristics: &[(&str, &str)]) -> Change {
        Change {
            action,
            specification: Specification::MobileSubscription,
            service: service.map(str::to_owned),
            characteristics: characteristics
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn a_number_and_a_card_are_active_once() {
        let mut services = Services::default();
        let line = [
            ("msisdn", "+4520000001"),
            ("iccid", "8945000000000000001"),
            ("package", "s"),
        ];
        services
            .make(&mobile(Action::Add, Some("a"), &line))
            .unwrap();
        let again = services
            .make(&mobile(Action::Add, Some("b"), &line))
            .unwrap_err();
        assert_eq!(again.code, "numberActive");
        let same_card = [("msisdn", "+4520000002"), ("iccid", "8945000000000000001")];
        let taken = services
            .make(&mobile(Action::Add, Some("b"), &same_card))
            .unwrap_err();
        assert_eq!(taken.code, "simActive");
        assert_eq!(services.all().count(), 1);
    }

    #[test]
    fn a_line_is_named_by_its_number_or_else_by_its_card() {
        let mut services = Services::default();
        let line = [("msisdn", "+4520000001"), ("iccid", "8945000000000000001")];
        services
            .make(&mobile(Action::Add, Some("a"), &line))
            .unwrap();
        let another_card = [("msisdn", "+4520000001"), ("iccid", "8945000000000000002")];
        services
            .make(&mobile(Action::Modify, None, &another_card))
            .unwrap();
        let another_number = [("msisdn", "+4520000002"), ("iccid", "8945000000000000002")];
        services
            .make(&mobile(Action::Modify, None, &another_number))
            .unwrap();
        let (_, active) = services.all().next().unwrap();
        assert_eq!(active.characteristics["msisdn"], "+4520000002");
        assert_eq!(active.characteristics["iccid"], "8945000000000000002");
        assert_eq!(
            services
                .make(&mobile(Action::Modify, None, &line))
                .unwrap_err()
                .code,
            "unknownService"
        );
    }

    #[test]
    fn a_call_group_has_a_number_of_its_own_and_rings_lines_that_are_there() {
        let mut services = Services::default();
        let line = [("msisdn", "+4520000001"), ("iccid", "8945000000000000001")];
        services
            .make(&mobile(Action::Add, Some("a"), &line))
            .unwrap();
        let group = |action, characteristics: &[(&str, &str)]| Change {
            specification: Specification::CallGroup,
            ..mobile(
                action,
                Some("g").filter(|_| action == Action::Add),
                characteristics,
            )
        };
        let rings = |number, members| [("group", "G"), ("number", number), ("members", members)];
        let mut refused = |change| services.make(&change).unwrap_err().code;
        assert_eq!(
            refused(group(Action::Add, &rings("+4520000001", "+4520000001"))),
            "numberActive"
        );
        assert_eq!(
            refused(group(Action::Add, &rings("+4570000001", "+4520000009"))),
            "unknownMember"
        );
        let good = group(Action::Add, &rings("+4570000001", "+4520000001"));
        services.make(&good).unwrap();
        services
            .make(&group(Action::Modify, &rings("+4570000002", "")))
            .unwrap();
        let old_number = [("msisdn", "+4570000001"), ("iccid", "8945000000000000002")];
        services
            .make(&mobile(Action::Add, Some("b"), &old_number))
            .unwrap();
        services
            .make(&group(Action::Delete, &[("group", "G")]))
            .unwrap();
        assert_eq!(services.all().count(), 2);
    }

    #[test]
    fn a_changed_number_frees_the_old_one_and_can_be_taken_back() {
        let mut services = Services::default();
        let line = [("msisdn", "+4520000001"), ("iccid", "8945000000000000001")];
        services
            .make(&mobile(Action::Add, Some("a"), &line))
            .unwrap();
        let made = services
            .make(&mobile(
                Action::Modify,
                Some("a"),
                &[("msisdn", "+4520000009")],
            ))
            .unwrap();
        assert_eq!(
            services
                .make(&mobile(Action::Delete, None, &[("msisdn", "+4520000001")]))
                .unwrap_err()
                .code,
            "unknownService"
        );
        services.take_back(made);
        services
            .make(&mobile(Action::Delete, None, &[("msisdn", "+4520000001")]))
            .unwrap();
        assert_eq!(services.all().count(), 0);
        services
            .make(&mobile(Action::Add, Some("b"), &line))
            .unwrap();
    }
}
