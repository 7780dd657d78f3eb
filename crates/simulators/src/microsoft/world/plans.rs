//! Products (SKUs) and the service plans in them: the part of Microsoft's published table that voice depends on.
//!
//! Source of the GUIDs: "Product names and service plan identifiers for licensing" on learn.microsoft.com.

/// A service plan as it appears inside a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServicePlan {
    /// `servicePlanName`, for example `MCOEV`.
    pub name: &'static str,
    /// `servicePlanId`.
    pub id: &'static str,
    /// `service` of the user's `assignedPlans`, for example `MicrosoftCommunicationsOnline`.
    pub service: &'static str,
}

/// A product that a tenant may own.
#[derive(Clone, Copy, Debug)]
pub struct Sku {
    /// `skuPartNumber`, for example `SPE_E5`.
    pub part_number: &'static str,
    /// `skuId`.
    pub id: &'static str,
    /// The product's name as an administrator knows it.
    pub name: &'static str,
    /// Names of the plans inside, in order.
    plan_names: &'static [&'static str],
}

impl Sku {
    /// The plans inside this product.
    pub fn plans(&self) -> impl Iterator<Item = &'static ServicePlan> {
        self.plan_names.iter().filter_map(|name| plan(name))
    }
}

const VOICE: &str = "MicrosoftCommunicationsOnline";
const TEAMS: &str = "TeamspaceAPI";

const fn of(name: &'static str, id: &'static str, service: &'static str) -> ServicePlan {
    ServicePlan { name, id, service }
}

/// Every service plan the simulator knows.
pub const PLANS: &[ServicePlan] = &[
    of("TEAMS1", "57ff2da0-773e-42df-b2af-ffb7a2317929", TEAMS),
    of(
        "MCO_TEAMS_IW",
        "42a3ec34-28ba-46b6-992f-db53a675ac5b",
        TEAMS,
    ),
    of("TEAMS_FREE", "4fa4026d-ce74-4962-a151-8e96d57ea8e4", TEAMS),
    of("MCOEV", "4828c8ec-dc2e-4779-b502-87ac9ce28ab7", VOICE),
    of("MCOEVSMB", "ed777b71-af04-42ca-9798-84344c66f7c6", VOICE),
    of("MCOEV_GOV", "db23fce2-a974-42ef-9002-d78dd42a0f22", VOICE),
    of(
        "MCOEV_VIRTUALUSER",
        "f47330e9-c134-43b3-9993-e7f004506889",
        VOICE,
    ),
    of("MCOFMC1", "cb22fbd7-ed7d-4786-a27a-e4cd617b69c0", VOICE),
    of("MCOPSTN1", "4ed3ff63-69d7-4fb7-b984-5aec7f605ca8", VOICE),
    of("MCOPSTN2", "5a10155d-f5c1-411a-a8ec-e99aae125390", VOICE),
    of("MCOPSTNC", "505e180f-f7e0-4b65-91d4-00d670bbd18c", VOICE),
    of("MCOMEETADV", "3e26ee1f-8a5f-4d52-aee2-b81ce45c8f40", VOICE),
    of("MCOSTANDARD", "0feaeb32-d00e-4d66-bd5a-43b5b83db82c", VOICE),
    of("MCOIMP", "afc06cb0-b4f4-4473-8286-d644f70d8faf", VOICE),
    of(
        "EXCHANGE_S_ENTERPRISE",
        "efb87545-963c-4e0d-99df-69c6916d9eb0",
        "exchange",
    ),
    of(
        "EXCHANGE_S_STANDARD",
        "9aaf7827-d63c-4b61-89c3-182f06f82e5c",
        "exchange",
    ),
    of(
        "SHAREPOINTENTERPRISE",
        "5dbe027f-2339-4123-9542-606e4d348a72",
        "SharePoint",
    ),
    of(
        "SHAREPOINTSTANDARD",
        "c7699d2e-19aa-44de-8edf-1736da088ca1",
        "SharePoint",
    ),
];

const fn sku(
    part_number: &'static str,
    id: &'static str,
    name: &'static str,
    plan_names: &'static [&'static str],
) -> Sku {
    Sku {
        part_number,
        id,
        name,
        plan_names,
    }
}

/// Microsoft 365 E5: Teams and Teams Phone.
pub const E5: &str = "06ebc4ee-1bb5-47dd-8120-11324bc54e06";
/// Microsoft 365 E3: Teams without Teams Phone.
pub const E3: &str = "05e9a617-0261-4cee-bb44-138d3ef5d965";
/// Microsoft 365 Business Premium: Teams without Teams Phone.
pub const BUSINESS_PREMIUM: &str = "cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46";
/// Microsoft 365 F1.
pub const F1: &str = "66b55226-6b4f-492c-910c-a3b7a3c9d993";
/// Microsoft 365 E5 EEA (no Teams): Teams Phone without Teams.
pub const E5_EEA: &str = "90277bc7-a6fe-4181-99d8-712b08b8d32b";
/// Microsoft Teams EEA: what an E5 EEA needs beside it.
pub const TEAMS_EEA: &str = "7e74bd05-2c47-404e-829a-ba95c66fe8e5";
/// Teams Phone Standard, the add-on.
pub const TEAMS_PHONE: &str = "e43b5b99-8dfb-405f-9987-dc307f34bcbd";
/// Teams Phone Resource Account.
pub const RESOURCE_ACCOUNT: &str = "440eaaa8-b3e0-484b-a8be-62870b9ba70a";
/// Teams Phone Mobile.
pub const PHONE_MOBILE: &str = "b84d58c9-0a0d-46cf-8a4b-d9f23c1674d5";

const E3_PLANS: &[&str] = &[
    "TEAMS1",
    "MCOSTANDARD",
    "EXCHANGE_S_ENTERPRISE",
    "SHAREPOINTENTERPRISE",
];
const E5_PLANS: &[&str] = &[
    "TEAMS1",
    "MCOEV",
    "MCOMEETADV",
    "MCOSTANDARD",
    "EXCHANGE_S_ENTERPRISE",
    "SHAREPOINTENTERPRISE",
];
const BUSINESS_PLANS: &[&str] = &[
    "TEAMS1",
    "MCOSTANDARD",
    "EXCHANGE_S_STANDARD",
    "SHAREPOINTSTANDARD",
];

/// Every product the simulator knows.
pub const SKUS: &[Sku] = &[
    sku("SPE_E5", E5, "Microsoft 365 E5", E5_PLANS),
    sku(
        "ENTERPRISEPREMIUM",
        "c7df2760-2c81-4ef7-b578-5b5392b571df",
        "Office 365 E5",
        E5_PLANS,
    ),
    sku("SPE_E3", E3, "Microsoft 365 E3", E3_PLANS),
    sku(
        "ENTERPRISEPACK",
        "6fd2c87f-b296-42f0-b197-1e91e994b900",
        "Office 365 E3",
        E3_PLANS,
    ),
    sku(
        "SPB",
        BUSINESS_PREMIUM,
        "Microsoft 365 Business Premium",
        BUSINESS_PLANS,
    ),
    sku(
        "O365_BUSINESS_PREMIUM",
        "f245ecc8-75af-4f8e-b61f-27d8114de5f3",
        "Microsoft 365 Business Standard",
        BUSINESS_PLANS,
    ),
    sku(
        "O365_BUSINESS_ESSENTIALS",
        "3b555118-da6a-4418-894f-7df1e2096870",
        "Microsoft 365 Business Basic",
        BUSINESS_PLANS,
    ),
    sku("SPE_F1", F1, "Microsoft 365 F3", &["TEAMS1", "MCOIMP"]),
    sku(
        "Microsoft_365_E5_EEA_(no_Teams)_without_Audio_Conferencing",
        E5_EEA,
        "Microsoft 365 E5 EEA (no Teams) without Audio Conferencing",
        &[
            "MCOEV",
            "MCOSTANDARD",
            "EXCHANGE_S_ENTERPRISE",
            "SHAREPOINTENTERPRISE",
        ],
    ),
    sku(
        "Microsoft_Teams_EEA_New",
        TEAMS_EEA,
        "Microsoft Teams EEA",
        &["TEAMS1", "MCOIMP"],
    ),
    sku(
        "Microsoft_Teams_Enterprise_New",
        "7e31c0d9-9551-471d-836f-32ee72be4a01",
        "Microsoft Teams Enterprise",
        &["TEAMS1", "MCOIMP"],
    ),
    sku(
        "MCOEV",
        TEAMS_PHONE,
        "Microsoft Teams Phone Standard",
        &["MCOEV"],
    ),
    sku(
        "MCOTEAMS_ESSENTIALS",
        "ae2343d1-0999-43f6-ae18-d816516f6e78",
        "Microsoft Teams Phone with Calling Plan",
        &["MCOEV", "MCOPSTN1"],
    ),
    sku(
        "MCOCAP",
        "295a8eb0-f78d-45c7-8b5b-1eed5ed02dff",
        "Microsoft Teams Shared Devices",
        &["TEAMS1", "MCOEV", "MCOSTANDARD"],
    ),
    sku(
        "Operator_Connect_Mobile",
        PHONE_MOBILE,
        "Microsoft Teams Phone Mobile",
        &["MCOFMC1"],
    ),
    sku(
        "PHONESYSTEM_VIRTUALUSER",
        RESOURCE_ACCOUNT,
        "Microsoft Teams Phone Resource Account",
        &["MCOEV_VIRTUALUSER"],
    ),
    sku(
        "MCOPSTN1",
        "0dab259f-bf13-4952-b7f8-7db8f131b28d",
        "Microsoft 365 Domestic Calling Plan",
        &["MCOPSTN1"],
    ),
    sku(
        "MCOPSTN2",
        "d3b4fe1f-9992-4930-8acb-ca6ec609365e",
        "Microsoft 365 Domestic and International Calling Plan",
        &["MCOPSTN2"],
    ),
];

/// The product with this `skuId` or `skuPartNumber`.
pub fn find_sku(id_or_part_number: &str) -> Option<&'static Sku> {
    SKUS.iter().find(|sku| {
        sku.id.eq_ignore_ascii_case(id_or_part_number)
            || sku.part_number.eq_ignore_ascii_case(id_or_part_number)
    })
}

/// The plan with this `servicePlanId` or `servicePlanName`.
pub fn plan(id_or_name: &str) -> Option<&'static ServicePlan> {
    PLANS
        .iter()
        .find(|plan| plan.id == id_or_name || plan.name == id_or_name)
}
