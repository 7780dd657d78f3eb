//! The tenants and personas of the demo world. They are documented for people in `docs/demo.md`.

use super::tenants;

/// What is fixed about a tenant of the demo world.
#[derive(Clone, Copy, Debug)]
pub struct DemoTenant {
    /// GUID.
    pub id: &'static str,
    /// Default domain.
    pub domain: &'static str,
    /// The organisation's name.
    pub name: &'static str,
    /// Members in the demo world, personas and disabled ones included; guests and resource accounts come on top.
    pub people: usize,
    /// Members in the small world.
    pub few: usize,
    /// Guests.
    pub guests: usize,
    /// Resource accounts.
    pub resource_accounts: usize,
    /// First number of the operator's series and how many of it stand in the inventory.
    pub numbers: (u64, u64),
    /// Whether Switchboard is consented to.
    pub onboarded: bool,
    /// People who can sign in to the portal: name, title and role.
    pub personas: &'static [DemoPersona],
}

/// Given name, family name, title and the role's camelCase name.
pub type DemoPersona = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
);

/// The tenants and personas of the demo world.
pub fn demo() -> &'static [DemoTenant] {
    DEMO
}

/// The personas that live in a demo tenant.
pub fn personas(tenant: &str) -> &'static [DemoPersona] {
    DEMO.iter()
        .find(|t| t.id == tenant)
        .map_or(&[], |t| t.personas)
}

const DEMO: &[DemoTenant] = &[
    DemoTenant {
        id: tenants::NORDTEL,
        domain: "nordtel.example",
        name: "Nordtel A/S",
        people: 12,
        few: 12,
        guests: 1,
        resource_accounts: 1,
        numbers: (4_570_900_000, 10),
        onboarded: true,
        personas: &[
            (
                "Olivia",
                "Operator",
                "Platform Manager",
                Some("operatorAdministrator"),
            ),
            ("Aksel", "Agent", "Service Agent", Some("operatorAgent")),
        ],
    },
    DemoTenant {
        id: tenants::KONTORPARTNER,
        domain: "kontorpartner.example",
        name: "Kontorpartner ApS",
        people: 8,
        few: 8,
        guests: 1,
        resource_accounts: 0,
        numbers: (4_570_800_000, 10),
        onboarded: true,
        personas: &[
            ("Paula", "Partner", "Director", Some("accountAdministrator")),
            (
                "Sigurd",
                "Service",
                "Service Consultant",
                Some("serviceContributor"),
            ),
            ("Vera", "Viewer", "Trainee", Some("serviceViewer")),
            (
                "Sofus",
                "Subscription",
                "Sales Consultant",
                Some("subscriptionContributor"),
            ),
        ],
    },
    DemoTenant {
        id: tenants::NORDVIND,
        domain: "nordvind.example",
        name: "Nordvind A/S",
        people: 10_000,
        few: 30,
        guests: 25,
        resource_accounts: 10,
        numbers: (4_570_100_000, 200),
        onboarded: true,
        personas: &[
            (
                "Mette",
                "Holm",
                "Telephony Manager",
                Some("organisationAdministrator"),
            ),
            (
                "Rasmus",
                "Rolle",
                "Security Manager",
                Some("roleAdministrator"),
            ),
            (
                "Ulla",
                "User",
                "Support Specialist",
                Some("userAdministrator"),
            ),
            (
                "Frederik",
                "Finans",
                "Finance Manager",
                Some("financeAdministrator"),
            ),
            ("Pia", "Purchaser", "Purchaser", Some("purchaser")),
            ("Rita", "Reader", "Auditor", Some("reader")),
            ("Mads", "Medarbejder", "Technician", None),
        ],
    },
    DemoTenant {
        id: tenants::FJORD,
        domain: "fjord.example",
        name: "Fjord & Co ApS",
        people: 50,
        few: 12,
        guests: 3,
        resource_accounts: 1,
        numbers: (4_570_200_000, 50),
        onboarded: true,
        personas: &[
            ("Freja", "Fjord", "Owner", Some("organisationAdministrator")),
            ("Finn", "Fjord", "Carpenter", None),
        ],
    },
    DemoTenant {
        id: tenants::HAVN,
        domain: "havn.example",
        name: "Havn Logistik A/S",
        people: 200,
        few: 8,
        guests: 5,
        resource_accounts: 2,
        numbers: (4_570_300_000, 100),
        onboarded: true,
        personas: &[(
            "Hanne",
            "Havn",
            "IT Manager",
            Some("organisationAdministrator"),
        )],
    },
    DemoTenant {
        id: tenants::FREMMED,
        domain: "fremmed.example",
        name: "Fremmed ApS",
        people: 3,
        few: 3,
        guests: 0,
        resource_accounts: 0,
        numbers: (0, 0),
        onboarded: false,
        personas: &[("Svend", "Fremmed", "Owner", None)],
    },
];
