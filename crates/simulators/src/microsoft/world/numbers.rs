//! A tenant's phone numbers, the operations that assign them, and Teams policies.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::directory::Tenant;
use super::{DirectoryError, Pending, World, ids};

/// A line of the number inventory (`numberAssignment`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberAssignment {
    /// `id`: base64 of `<guid>|<number>`, opaque to clients.
    pub id: String,
    /// `telephoneNumber`, E.164 with `+`.
    pub number: String,
    /// `operatorId`.
    pub operator_id: Option<String>,
    /// `numberType`: directRouting, callingPlan or operatorConnect.
    pub number_type: String,
    /// `activationState`: activated, assignmentPending, assignmentFailed, updatePending or updateFailed.
    pub activation_state: &'static str,
    /// `assignmentStatus`: unassigned, userAssigned, voiceApplicationAssigned …
    pub assignment_status: &'static str,
    /// `assignmentTargetId`.
    pub target: Option<String>,
    /// `assignmentCategory`: primary, private or alternate.
    pub category: Option<String>,
    /// `capabilities`.
    pub capabilities: Vec<String>,
    /// `city`.
    pub city: Option<String>,
    /// `isoCountryCode`.
    pub country: Option<String>,
    /// `civicAddressId`.
    pub civic_address_id: Option<String>,
    /// `locationId`.
    pub location_id: Option<String>,
    /// `networkSiteId`.
    pub network_site_id: Option<String>,
    /// `numberSource`: online or onPremises.
    pub number_source: &'static str,
    /// `portInStatus`.
    pub port_in_status: Option<String>,
    /// `supportedCustomerActions`.
    pub supported_actions: Vec<String>,
    /// `reverseNumberLookupOptions`.
    pub reverse_lookup_options: Vec<String>,
}

impl NumberAssignment {
    /// A number that nobody has.
    pub fn unassigned(tenant: &str, number: &str, number_type: &str) -> NumberAssignment {
        let guid = ids::guid(&["number", tenant, number]);
        let operator = number_type == "operatorConnect";
        NumberAssignment {
            id: STANDARD.encode(format!("{guid}|{number}")),
            number: number.to_owned(),
            operator_id: operator.then(|| ids::guid(&["operator", "Nordtel"])),
            number_type: number_type.to_owned(),
            activation_state: "activated",
            assignment_status: "unassigned",
            target: None,
            category: None,
            capabilities: vec![
                "userAssignment".to_owned(),
                "voiceApplicationAssignment".to_owned(),
            ],
            city: None,
            country: number.starts_with("+45").then(|| "DK".to_owned()),
            civic_address_id: None,
            location_id: None,
            network_site_id: None,
            number_source: "online",
            port_in_status: None,
            supported_actions: if operator {
                vec!["locationUpdate".to_owned()]
            } else {
                Vec::new()
            },
            reverse_lookup_options: Vec::new(),
        }
    }

    /// Makes the number nobody's if `target` has it.
    pub(super) fn free_from(&mut self, target: &str) {
        if self.target.as_deref() == Some(target) {
            self.free();
        }
    }

    fn free(&mut self) {
        self.target = None;
        self.category = None;
        self.assignment_status = "unassigned";
        self.activation_state = "activated";
    }
}

/// The state of an operation or of one number in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationStatus {
    /// Accepted, not begun.
    NotStarted,
    /// Under way.
    Running,
    /// Done.
    Succeeded,
    /// Refused while running; `statusDetail` says why.
    Failed,
    /// Nothing was to be done.
    Skipped,
}

impl OperationStatus {
    /// Graph's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            OperationStatus::NotStarted => "notStarted",
            OperationStatus::Running => "running",
            OperationStatus::Succeeded => "succeeded",
            OperationStatus::Failed => "failed",
            OperationStatus::Skipped => "skipped",
        }
    }
}

/// What an operation is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberAction {
    /// Give the number to a user or a resource account.
    Assign {
        /// Object id.
        target: String,
        /// primary, private or alternate.
        category: String,
        /// Emergency location.
        location_id: Option<String>,
    },
    /// Take the number back.
    Unassign,
    /// Change what belongs to the number itself; none leaves as it is.
    Update {
        /// Emergency location.
        location_id: Option<String>,
        /// `reverseNumberLookupOptions`.
        reverse_lookup_options: Option<Vec<String>>,
    },
}

/// A long-running number operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `id`: base64 of `Assignment|<guid>`.
    pub id: String,
    /// `createdDateTime`.
    pub created: Timestamp,
    /// `status`.
    pub status: OperationStatus,
    /// The number in E.164 with `+`.
    pub number: String,
    /// The number's id in the inventory, which `resourceLocation` ends with.
    pub number_id: String,
    /// `statusDetail`.
    pub detail: Option<String>,
    /// What it does.
    pub action: NumberAction,
}

/// A Teams policy of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// `policyType`, for example `TeamsCallingPolicy`.
    pub policy_type: String,
    /// Name without `Tag:`, for example `AllOn`; `Global` is the default.
    pub name: String,
    /// `policyId`, opaque.
    pub policy_id: String,
}

/// Why a number operation was refused at once (400).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// The tenant is unknown.
    #[error("the tenant does not exist")]
    UnknownTenant,
    /// The text is no phone number.
    #[error("The telephone number '{0}' is not valid.")]
    InvalidNumber(String),
    /// The number is not in the tenant's inventory.
    #[error("The telephone number '{0}' was not found in the tenant.")]
    UnknownNumber(String),
    /// The number is of another kind.
    #[error("The telephone number '{0}' is not of type '{1}'.")]
    WrongType(String, String),
    /// Somebody else has the number.
    #[error("The telephone number '{0}' is already assigned to another user or application.")]
    AlreadyAssigned(String),
    /// Nobody has the number.
    #[error("The telephone number '{0}' is not assigned.")]
    NotAssigned(String),
    /// There is no such user.
    #[error("The assignment target '{0}' was not found in the tenant.")]
    UnknownTarget(String),
    /// The number comes from the tenant's own directory server.
    #[error("The telephone number '{0}' is managed on-premises and cannot be changed online.")]
    OnPremises(String),
}

/// Brings a number into E.164 with `+`, dropping a `tel:` before it. None if it is none.
pub fn normalise(number: &str) -> Option<String> {
    let text = number.trim();
    let text = text.strip_prefix("tel:").unwrap_or(text);
    let digits = text.strip_prefix('+').unwrap_or(text);
    let (digits, extension) = digits
        .split_once(";ext=")
        .map_or((digits, None), |(d, e)| (d, Some(e)));
    let fits = (4..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let extension_fits =
        extension.is_none_or(|e| !e.is_empty() && e.bytes().all(|b| b.is_ascii_digit()));
    (fits && extension_fits).then(|| match extension {
        Some(extension) => format!("+{digits};ext={extension}"),
        None => format!("+{digits}"),
    })
}

impl World {
    /// Puts numbers that nobody has into a tenant's inventory, as an operator's upload does; those that are there
    /// stay as they are. Answers how many are new.
    ///
    /// # Errors
    /// `UnknownTenant`, `InvalidNumber`; nothing is added then.
    pub fn upload_numbers(
        &mut self,
        tenant: &str,
        number_type: &str,
        numbers: &[String],
    ) -> Result<usize, NumberError> {
        let found = self
            .tenant_mut(tenant)
            .map_err(|_| NumberError::UnknownTenant)?;
        let mut valid = Vec::with_capacity(numbers.len());
        for number in numbers {
            valid
                .push(normalise(number).ok_or_else(|| NumberError::InvalidNumber(number.clone()))?);
        }
        let before = found.numbers.len();
        for number in valid {
            let line = NumberAssignment::unassigned(&found.id, &number, number_type);
            found.numbers.entry(number).or_insert(line);
        }
        Ok(found.numbers.len() - before)
    }

    /// Takes an unassigned number out of the inventory, as an operator's release does.
    ///
    /// # Errors
    /// `UnknownTenant`, `InvalidNumber`, `UnknownNumber`, `AlreadyAssigned`.
    pub fn release_number(&mut self, tenant: &str, number: &str) -> Result<(), NumberError> {
        let found = self
            .tenant_mut(tenant)
            .map_err(|_| NumberError::UnknownTenant)?;
        let number =
            normalise(number).ok_or_else(|| NumberError::InvalidNumber(number.to_owned()))?;
        match found.numbers.get(&number) {
            None => Err(NumberError::UnknownNumber(number)),
            Some(line) if line.target.is_some() => Err(NumberError::AlreadyAssigned(number)),
            Some(_) => {
                found.numbers.remove(&number);
                Ok(())
            }
        }
    }

    /// Accepts a number operation. It runs after [`super::Delays::operation`]; what is wrong with the request itself is
    /// refused at once, what is wrong with the person (no licence) makes the operation fail. A Direct Routing number
    /// need not be in the inventory beforehand. Answers the operation's id.
    ///
    /// # Errors
    /// See [`NumberError`].
    pub fn begin_number_operation(
        &mut self,
        tenant: &str,
        number: &str,
        number_type: Option<&str>,
        action: NumberAction,
    ) -> Result<String, NumberError> {
        let now = self.now();
        let found = self
            .tenant_mut(tenant)
            .map_err(|_| NumberError::UnknownTenant)?;
        let number =
            normalise(number).ok_or_else(|| NumberError::InvalidNumber(number.to_owned()))?;
        if number_type == Some("directRouting") && matches!(action, NumberAction::Assign { .. }) {
            let line = NumberAssignment::unassigned(&found.id, &number, "directRouting");
            found.numbers.entry(number.clone()).or_insert(line);
        }
        check(found, &number, number_type, &action)?;
        let Some(line) = found.numbers.get_mut(&number) else {
            return Err(NumberError::UnknownNumber(number));
        };
        line.activation_state = match action {
            NumberAction::Update { .. } => "updatePending",
            _ => "assignmentPending",
        };
        let operation = Operation {
            id: STANDARD.encode(format!("Assignment|{}", ids::random_guid())),
            created: now,
            status: OperationStatus::Running,
            number,
            number_id: line.id.clone(),
            detail: None,
            action,
        };
        let id = operation.id.clone();
        let tenant_id = found.id.clone();
        found.operations.insert(id.clone(), operation);
        let pending = Pending::Operation {
            tenant: tenant_id,
            operation: id.clone(),
        };
        self.later(self.delays.operation, pending);
        Ok(id)
    }

    pub(super) fn run_operation(&mut self, tenant: &str, id: &str) {
        let Ok(found) = self.tenant_mut(tenant) else {
            return;
        };
        let Some(mut operation) = found.operations.get(id).cloned() else {
            return;
        };
        let touched = match apply(found, &operation) {
            Ok(touched) => {
                operation.status = OperationStatus::Succeeded;
                touched
            }
            Err(detail) => {
                operation.status = OperationStatus::Failed;
                operation.detail = Some(detail);
                if let Some(line) = found.numbers.get_mut(&operation.number) {
                    line.activation_state = "assignmentFailed";
                }
                Vec::new()
            }
        };
        found.operations.insert(id.to_owned(), operation);
        for user in touched {
            let pending = Pending::Configuration {
                tenant: tenant.to_owned(),
                user,
            };
            self.later(self.delays.configuration, pending);
        }
    }

    pub(super) fn settle_configuration(&mut self, tenant: &str, id: &str) {
        let now = self.now();
        let Ok(found) = self.tenant_mut(tenant) else {
            return;
        };
        let numbers: Vec<(String, String)> = found
            .numbers
            .values()
            .filter(|line| line.target.as_deref() == Some(id))
            .map(|line| {
                (
                    line.number.clone(),
                    line.category
                        .clone()
                        .unwrap_or_else(|| "primary".to_owned()),
                )
            })
            .collect();
        let Some(user) = found.users.get_mut(id) else {
            return;
        };
        // A removed number leaves the user enabled for voice, as Teams does; only the first assignment switches it on.
        user.teams.enterprise_voice |= !numbers.is_empty();
        user.teams.numbers = numbers;
        user.teams.modified = Some(now);
    }

    /// Assigns a policy to a user; none takes the direct assignment away.
    ///
    /// # Errors
    /// `NotFound` when the tenant or the user is unknown; `Invalid` when the tenant has no such policy.
    pub fn set_policy(
        &mut self,
        tenant: &str,
        user: &str,
        policy_type: &str,
        policy_id: Option<&str>,
    ) -> Result<(), DirectoryError> {
        let now = self.now();
        let found = self.tenant_mut(tenant)?;
        let known = policy_id.is_none_or(|id| {
            found
                .policies
                .iter()
                .any(|p| p.policy_type == policy_type && p.policy_id == id)
        });
        let entry = found.users.get_mut(user).ok_or(DirectoryError::NotFound)?;
        if !known {
            return Err(DirectoryError::Invalid("policyId"));
        }
        match policy_id {
            Some(id) => entry
                .teams
                .policies
                .insert(policy_type.to_owned(), id.to_owned()),
            None => entry.teams.policies.remove(policy_type),
        };
        entry.teams.modified = Some(now);
        Ok(())
    }
}

fn check(
    tenant: &Tenant,
    number: &str,
    number_type: Option<&str>,
    action: &NumberAction,
) -> Result<(), NumberError> {
    let Some(line) = tenant.numbers.get(number) else {
        return Err(NumberError::UnknownNumber(number.to_owned()));
    };
    if let Some(wanted) = number_type.filter(|wanted| *wanted != line.number_type) {
        return Err(NumberError::WrongType(number.to_owned(), wanted.to_owned()));
    }
    if line.number_source == "onPremises" {
        return Err(NumberError::OnPremises(number.to_owned()));
    }
    match action {
        NumberAction::Assign { target, .. } => {
            if !tenant.users.contains_key(target) {
                return Err(NumberError::UnknownTarget(target.clone()));
            }
            if line.target.as_ref().is_some_and(|owner| owner != target) {
                return Err(NumberError::AlreadyAssigned(number.to_owned()));
            }
            Ok(())
        }
        NumberAction::Unassign if line.target.is_none() => {
            Err(NumberError::NotAssigned(number.to_owned()))
        }
        NumberAction::Unassign | NumberAction::Update { .. } => Ok(()),
    }
}

/// Carries out an operation. Answers the users whose Teams configuration changes, or the `statusDetail` of a failure.
fn apply(tenant: &mut Tenant, operation: &Operation) -> Result<Vec<String>, String> {
    let number = operation.number.as_str();
    let gone = || format!("The telephone number '{number}' was not found in the tenant.");
    match &operation.action {
        NumberAction::Assign {
            target,
            category,
            location_id,
        } => {
            let user = tenant.users.get(target);
            let user = user
                .ok_or_else(|| "The assignment target was not found in the tenant.".to_owned())?;
            let ready = if user.is_resource_account {
                user.has_plan("MCOEV_VIRTUALUSER")
            } else {
                user.voice_ready()
            };
            if !ready {
                return Err(
                    "The assignment target does not have a valid license for Teams Phone."
                        .to_owned(),
                );
            }
            let status = if user.is_resource_account {
                "voiceApplicationAssigned"
            } else {
                "userAssigned"
            };
            let taken = tenant
                .numbers
                .get(number)
                .and_then(|line| line.target.as_ref());
            if taken.is_some_and(|owner| owner != target) {
                return Err(format!(
                    "The telephone number '{number}' is already assigned."
                ));
            }
            // A user has one number of a category: the new one takes the old one's place.
            for line in tenant.numbers.values_mut() {
                if line.number != number && line.category.as_ref() == Some(category) {
                    line.free_from(target);
                }
            }
            let line = tenant.numbers.get_mut(number).ok_or_else(gone)?;
            line.target = Some(target.clone());
            line.category = Some(category.clone());
            line.assignment_status = status;
            line.activation_state = "activated";
            if location_id.is_some() {
                line.location_id.clone_from(location_id);
            }
            Ok(vec![target.clone()])
        }
        NumberAction::Unassign => {
            let line = tenant.numbers.get_mut(number).ok_or_else(gone)?;
            let owner = line.target.clone();
            line.free();
            Ok(owner.into_iter().collect())
        }
        NumberAction::Update {
            location_id,
            reverse_lookup_options,
        } => {
            let line = tenant.numbers.get_mut(number).ok_or_else(gone)?;
            if location_id.is_some() {
                line.location_id.clone_from(location_id);
            }
            if let Some(options) = reverse_lookup_options {
                line.reverse_lookup_options.clone_from(options);
            }
            line.activation_state = "activated";
            Ok(Vec::new())
        }
    }
}
