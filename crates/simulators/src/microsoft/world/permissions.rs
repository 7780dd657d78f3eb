//! Permissions of Microsoft Graph that the simulator knows, with Microsoft's published ids.

/// The application id of Microsoft Graph.
pub const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";

/// A permission: its name and the id of the app role or delegated scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// For example `User.Read.All`.
    pub name: &'static str,
    /// `appRoleId` (application) or scope id (delegated).
    pub id: &'static str,
}

const fn p(name: &'static str, id: &'static str) -> Permission {
    Permission { name, id }
}

/// Application permissions (app roles).
pub const APPLICATION: &[Permission] = &[
    p("User.Read.All", "df021288-bdef-4463-88db-98f22de89214"),
    p("User.ReadWrite.All", "741f803b-c850-494e-b5df-cde7c675a1ca"),
    p(
        "GroupMember.Read.All",
        "98830695-27a2-44f7-8c18-0c3ebc9698f6",
    ),
    p("Group.Read.All", "5b567255-7703-4780-807c-7be8301ae99b"),
    p(
        "Organization.Read.All",
        "498476ce-e0fe-48b0-b801-37ba7e2685c6",
    ),
    p(
        "LicenseAssignment.Read.All",
        "e2f98668-2877-4f38-a2f4-8202e0717aa1",
    ),
    p(
        "LicenseAssignment.ReadWrite.All",
        "5facf0c1-8979-4e95-abcf-ff3d079771c0",
    ),
    p(
        "TeamsTelephoneNumber.Read.All",
        "39b17d18-680c-41f4-b9c2-5f30629e7cb6",
    ),
    p(
        "TeamsTelephoneNumber.ReadWrite.All",
        "0a42382f-155c-4eb1-9bdc-21548ccaa387",
    ),
    p(
        "TeamsUserConfiguration.Read.All",
        "a91eadaf-2c3c-4362-908b-fb172d208fc6",
    ),
    p(
        "TeamsPolicyUserAssign.ReadWrite.All",
        "1801e8f4-cf09-4c4e-a1b5-036dfcca6c90",
    ),
    p("Reports.Read.All", "230c1aed-a721-4c5d-9cb4-a90514e508ef"),
    p(
        "ReportSettings.Read.All",
        "ee353f83-55ef-4b78-82da-555bfa2b4b95",
    ),
    p(
        "CallRecord-PstnCalls.Read.All",
        "a2611786-80b3-417e-adaa-707d4261a5f0",
    ),
    p(
        "CallRecords.Read.All",
        "45bbb07e-7321-4fd7-a8f6-3ff27e6a81c8",
    ),
    p(
        "ProfilePhoto.Read.All",
        "e24d31aa-e1ab-4c80-85fe-23018690335d",
    ),
    p(
        "Application.Read.All",
        "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
    ),
    p("TeamsActivity.Send", "a267235f-af13-44dc-8385-c1dc93023186"),
    p("User.Invite.All", "09850681-111b-4a89-9bed-3f2cae46d706"),
];

/// Delegated permissions (scopes). Where the id is not in the contract it is derived from the name.
pub const DELEGATED: &[&str] = &[
    "User.Read",
    "User.ReadBasic.All",
    "User.Read.All",
    "User.ReadWrite.All",
    "Group.Read.All",
    "GroupMember.Read.All",
    "Organization.Read.All",
    "TeamsTelephoneNumber.Read.All",
    "TeamsTelephoneNumber.ReadWrite.All",
    "TeamsUserConfiguration.Read.All",
    "Reports.Read.All",
    "TeamsActivity.Send",
];

/// What the directory is read with.
pub const BASE: &[&str] = &[
    "User.Read.All",
    "GroupMember.Read.All",
    "Organization.Read.All",
    "LicenseAssignment.Read.All",
];
/// What telephony is set up with.
pub const VOICE: &[&str] = &[
    "TeamsTelephoneNumber.ReadWrite.All",
    "TeamsUserConfiguration.Read.All",
    "TeamsPolicyUserAssign.ReadWrite.All",
];
/// What usage is read with.
pub const ADOPTION: &[&str] = &[
    "Reports.Read.All",
    "ReportSettings.Read.All",
    "CallRecord-PstnCalls.Read.All",
];
/// What people are created with.
pub const PROVISIONING: &[&str] = &[
    "User.ReadWrite.All",
    "LicenseAssignment.ReadWrite.All",
    "User.Invite.All",
];

/// The id of an application permission.
pub fn app_role_id(name: &str) -> Option<&'static str> {
    APPLICATION.iter().find(|p| p.name == name).map(|p| p.id)
}
