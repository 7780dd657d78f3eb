//! What keeps us from a directory, told apart as far as the way out differs.

use platform::outside::OutsideError;

/// Microsoft's codes for what a person can mend, and our words for it. Source: "Microsoft Entra authentication and authorization
/// error codes", <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.
const KNOWN: &[(&str, &str)] = &[
    ("AADSTS7000215", "secretRejected"),
    ("AADSTS7000218", "secretRejected"),
    ("AADSTS700027", "secretRejected"),
    ("AADSTS7000222", "secretExpired"),
    ("AADSTS700016", "consentMissing"),
    ("AADSTS65001", "consentMissing"),
    ("AADSTS500011", "consentMissing"),
    ("AADSTS650052", "consentMissing"),
    ("AADSTS7000112", "applicationDisabled"),
    ("AADSTS90002", "tenantUnknown"),
    ("AADSTS50059", "tenantUnknown"),
];

/// The stable code of a failure; the texts for it say what happened and what to do.
pub fn problem_code(error: &OutsideError) -> &'static str {
    match error {
        OutsideError::Unauthorised { code, .. } => KNOWN
            .iter()
            .find(|(theirs, _)| theirs == code)
            .map_or("unauthorised", |(_, ours)| ours),
        OutsideError::Refused { .. } => "refused",
        OutsideError::Busy(_) => "throttled",
        OutsideError::NotFound(_)
        | OutsideError::Unavailable(_)
        | OutsideError::UnknownOutcome(_)
        | OutsideError::StartOver
        | OutsideError::Malformed(_) => "unavailable",
    }
}

/// Every code that [`problem_code`] gives: each has texts.
#[cfg(test)]
pub(crate) fn codes() -> impl Iterator<Item = &'static str> {
    KNOWN.iter().map(|(_, ours)| *ours).chain([
        "unauthorised",
        "refused",
        "throttled",
        "unavailable",
    ])
}
