//! The words of this room.

use platform::id;

id!(OrganisationId, "An operator, a partner or a customer: a node of the tree.");
id!(PrincipalId, "Whoever signs in: one (tenant, object id).");
id!(TenantId, "An Entra ID directory, by its tenant id (`tid`).");
id!(ObjectId, "An object of an Entra ID directory (`oid`).");
