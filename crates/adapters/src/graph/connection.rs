//! What we may do in a tenant: each capability tried by its cheapest question.
//!
//! Microsoft asks not to read the token's own list of roles; what works is the better answer anyway, for a wider permission
//! that an administrator has granted serves as well.

use super::{Graph, call::Question};
use async_trait::async_trait;
use domain::{
    access::TenantId,
    directory::{Capability, Finding, Granted, ports::ConnectionCheck},
};
use platform::outside::OutsideError;

/// A capability, the permission that it needs, and the question that shows whether it is there.
struct Probe {
    capability: Capability,
    permission: &'static str,
    path: &'static str,
    query: &'static [(&'static str, &'static str)],
}

const PROBES: &[Probe] = &[
    Probe {
        capability: Capability::ReadTenant,
        permission: "Organization.Read.All",
        path: "/organization",
        query: &[("$select", "id")],
    },
    Probe {
        capability: Capability::ReadPeople,
        permission: "User.Read.All",
        path: "/users",
        query: &[("$top", "1"), ("$select", "id")],
    },
    Probe {
        capability: Capability::ReadGroups,
        permission: "GroupMember.Read.All",
        path: "/groups",
        query: &[("$top", "1"), ("$select", "id")],
    },
    Probe {
        capability: Capability::ReadLicences,
        permission: "LicenseAssignment.Read.All",
        path: "/subscribedSkus",
        query: &[("$select", "skuId")],
    },
    Probe {
        capability: Capability::AssignNumbers,
        permission: "TeamsTelephoneNumber.ReadWrite.All",
        path: "/admin/teams/telephoneNumberManagement/numberAssignments",
        query: &[("$top", "1")],
    },
    Probe {
        capability: Capability::ReadVoice,
        permission: "TeamsUserConfiguration.Read.All",
        path: "/admin/teams/userConfigurations",
        query: &[("$top", "1")],
    },
];

#[async_trait]
impl ConnectionCheck for Graph {
    fn capabilities(&self) -> Vec<(Capability, &'static str)> {
        PROBES
            .iter()
            .map(|probe| (probe.capability, probe.permission))
            .collect()
    }

    async fn check(&self, tenant: TenantId) -> Result<Vec<Finding>, OutsideError> {
        // Without a token there is nothing to try: that refusal speaks of the whole.
        self.entra.app_token(tenant).await?;
        let mut found = Vec::with_capacity(PROBES.len());
        for probe in PROBES {
            let url = self.address(probe.path, probe.query)?;
            let question = Question::read("graph.probe", tenant, url);
            let state = match self.ask(&question).await {
                Ok(_) => Granted::Granted,
                Err(OutsideError::Unauthorised { .. }) => Granted::Missing,
                Err(OutsideError::Unavailable(why) | OutsideError::UnknownOutcome(why)) => {
                    return Err(OutsideError::Unavailable(why));
                }
                Err(OutsideError::Busy(wait)) => return Err(OutsideError::Busy(wait)),
                Err(_) => Granted::Unknown,
            };
            found.push(Finding {
                capability: probe.capability,
                name: probe.permission.to_owned(),
                state,
            });
        }
        Ok(found)
    }

    fn forget(&self, tenant: TenantId) {
        self.entra.forget_tenant(tenant);
    }
}
