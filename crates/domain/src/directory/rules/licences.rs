//! Which licences voice-enable a person. A number of the operator's, by Operator Connect or Direct Routing, needs a plan for
//! Teams and one for Teams Phone; a calling plan of Microsoft's is not needed.
//!
//! Ids of plans and products: Microsoft, "Product names and service plan identifiers for licensing".

use super::super::{Person, ports::PersonRecord};
use platform::words;
use uuid::{Uuid, uuid};

words! {
    /// The service plans that matter for telephony, by Microsoft's names; of a person only these are kept.
    pub enum VoicePlan {
        Teams = "TEAMS1",
        TeamsExploratory = "MCO_TEAMS_IW",
        Phone = "MCOEV",
        PhoneSmallBusiness = "MCOEVSMB",
        PhoneGovernment = "MCOEV_GOV",
        /// Of an auto attendant or call queue, not a person.
        VirtualUser = "MCOEV_VIRTUALUSER",
        PhoneMobile = "MCOFMC1",
    }
}

/// The plan behind an id, if it matters here.
pub fn voice_plan(plan: Uuid) -> Option<VoicePlan> {
    // Compared as numbers: a page of a thousand people has some eighty thousand plans.
    const PLANS: [(u128, VoicePlan); 7] = [
        (
            uuid!("57ff2da0-773e-42df-b2af-ffb7a2317929").as_u128(),
            VoicePlan::Teams,
        ),
        (
            uuid!("42a3ec34-28ba-46b6-992f-db53a675ac5b").as_u128(),
            VoicePlan::TeamsExploratory,
        ),
        (
            uuid!("4828c8ec-dc2e-4779-b502-87ac9ce28ab7").as_u128(),
            VoicePlan::Phone,
        ),
        (
            uuid!("ed777b71-af04-42ca-9798-84344c66f7c6").as_u128(),
            VoicePlan::PhoneSmallBusiness,
        ),
        (
            uuid!("db23fce2-a974-42ef-9002-d78dd42a0f22").as_u128(),
            VoicePlan::PhoneGovernment,
        ),
        (
            uuid!("f47330e9-c134-43b3-9993-e7f004506889").as_u128(),
            VoicePlan::VirtualUser,
        ),
        (
            uuid!("cb22fbd7-ed7d-4786-a27a-e4cd617b69c0").as_u128(),
            VoicePlan::PhoneMobile,
        ),
    ];
    let plan = plan.as_u128();
    PLANS
        .iter()
        .find(|(id, _)| *id == plan)
        .map(|(_, known)| *known)
}

/// A product as people know it. `without_teams`: the European suites that come without Teams since 2024.
struct Product {
    id: Uuid,
    name: &'static str,
    without_teams: bool,
}

const fn product(id: Uuid, name: &'static str) -> Product {
    Product {
        id,
        name,
        without_teams: false,
    }
}

const PRODUCTS: &[Product] = &[
    product(
        uuid!("06ebc4ee-1bb5-47dd-8120-11324bc54e06"),
        "Microsoft 365 E5",
    ),
    product(
        uuid!("c7df2760-2c81-4ef7-b578-5b5392b571df"),
        "Office 365 E5",
    ),
    product(
        uuid!("05e9a617-0261-4cee-bb44-138d3ef5d965"),
        "Microsoft 365 E3",
    ),
    product(
        uuid!("6fd2c87f-b296-42f0-b197-1e91e994b900"),
        "Office 365 E3",
    ),
    product(
        uuid!("cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46"),
        "Microsoft 365 Business Premium",
    ),
    product(
        uuid!("f245ecc8-75af-4f8e-b61f-27d8114de5f3"),
        "Microsoft 365 Business Standard",
    ),
    product(
        uuid!("3b555118-da6a-4418-894f-7df1e2096870"),
        "Microsoft 365 Business Basic",
    ),
    product(
        uuid!("66b55226-6b4f-492c-910c-a3b7a3c9d993"),
        "Microsoft 365 F3",
    ),
    Product {
        id: uuid!("90277bc7-a6fe-4181-99d8-712b08b8d32b"),
        name: "Microsoft 365 E5 EEA (no Teams) without Audio Conferencing",
        without_teams: true,
    },
    product(
        uuid!("7e74bd05-2c47-404e-829a-ba95c66fe8e5"),
        "Microsoft Teams EEA",
    ),
    product(
        uuid!("7e31c0d9-9551-471d-836f-32ee72be4a01"),
        "Microsoft Teams Enterprise",
    ),
    product(
        uuid!("e43b5b99-8dfb-405f-9987-dc307f34bcbd"),
        "Microsoft Teams Phone Standard",
    ),
    product(
        uuid!("ae2343d1-0999-43f6-ae18-d816516f6e78"),
        "Microsoft Teams Phone with Calling Plan",
    ),
    product(
        uuid!("295a8eb0-f78d-45c7-8b5b-1eed5ed02dff"),
        "Microsoft Teams Shared Devices",
    ),
    product(
        uuid!("b84d58c9-0a0d-46cf-8a4b-d9f23c1674d5"),
        "Microsoft Teams Phone Mobile",
    ),
    product(
        uuid!("440eaaa8-b3e0-484b-a8be-62870b9ba70a"),
        "Microsoft Teams Phone Resource Account",
    ),
    product(
        uuid!("0dab259f-bf13-4952-b7f8-7db8f131b28d"),
        "Microsoft 365 Domestic Calling Plan",
    ),
    product(
        uuid!("d3b4fe1f-9992-4930-8acb-ca6ec609365e"),
        "Microsoft 365 International Calling Plan",
    ),
];

words! {
    /// What to do about a missing plan; the words are the area's.
    pub enum Advice {
        /// The suite is one without Teams: add Teams Enterprise or Teams EEA.
        AddTeamsToSuite = "addTeamsToSuite",
        /// There is no product with Teams yet.
        AssignTeams = "assignTeams",
        /// The suite has Teams and not the telephone system: add Teams Phone Standard.
        AddPhone = "addPhone",
        /// Neither: a suite that has both, or both by themselves.
        AssignBoth = "assignBoth",
    }
}

/// A plan that the person lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// [`VoicePlan::Teams`] or [`VoicePlan::Phone`]; its usual form, though others would do as well.
    pub plan: VoicePlan,
    pub advice: Advice,
}

impl Missing {
    /// As Microsoft's administrators know it.
    pub fn name(&self) -> &'static str {
        match self.plan {
            VoicePlan::Teams => "Microsoft Teams",
            _ => "Microsoft Teams Phone",
        }
    }
}

/// Whether the person's licences suffice for a number in Teams.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    pub ready: bool,
    /// The products by name; one that we have no name for by its id.
    pub products: Vec<String>,
    pub missing: Vec<Missing>,
}

pub fn readiness(person: &Person) -> Readiness {
    readiness_of(&person.plans, &person.skus)
}

/// What a person lacks, as the directory tells them just now.
pub fn missing_licences(record: &PersonRecord) -> Vec<Missing> {
    let plans: Vec<_> = record
        .plans
        .iter()
        .filter(|plan| plan.effective)
        .filter_map(|plan| voice_plan(plan.plan))
        .collect();
    readiness_of(&plans, &record.skus).missing
}

/// `plans` are those that count (enabled, or in their days of grace).
pub fn readiness_of(plans: &[VoicePlan], skus: &[Uuid]) -> Readiness {
    let teams = plans
        .iter()
        .any(|plan| matches!(plan, VoicePlan::Teams | VoicePlan::TeamsExploratory));
    let phone = plans.iter().any(|plan| {
        matches!(
            plan,
            VoicePlan::Phone | VoicePlan::PhoneSmallBusiness | VoicePlan::PhoneGovernment
        )
    });
    let known = |sku: &Uuid| PRODUCTS.iter().find(|product| product.id == *sku);
    let without_teams = skus
        .iter()
        .filter_map(known)
        .any(|product| product.without_teams);
    let mut missing = Vec::new();
    if !teams {
        missing.push(Missing {
            plan: VoicePlan::Teams,
            advice: match (without_teams, phone) {
                (true, _) => Advice::AddTeamsToSuite,
                (false, true) => Advice::AssignTeams,
                (false, false) => Advice::AssignBoth,
            },
        });
    }
    if !phone {
        missing.push(Missing {
            plan: VoicePlan::Phone,
            advice: if teams || without_teams {
                Advice::AddPhone
            } else {
                Advice::AssignBoth
            },
        });
    }
    Readiness {
        ready: missing.is_empty(),
        products: skus
            .iter()
            .map(|sku| {
                known(sku).map_or_else(|| sku.to_string(), |product| product.name.to_owned())
            })
            .collect(),
        missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const E5: Uuid = uuid!("06ebc4ee-1bb5-47dd-8120-11324bc54e06");
    const E3: Uuid = uuid!("05e9a617-0261-4cee-bb44-138d3ef5d965");
    const E5_WITHOUT_TEAMS: Uuid = uuid!("90277bc7-a6fe-4181-99d8-712b08b8d32b");

    #[test]
    fn teams_and_phone_together_voice_enable_and_what_is_missing_is_named() {
        use Advice::*;
        use VoicePlan::*;
        type Case = (
            &'static str,
            &'static [VoicePlan],
            &'static [Uuid],
            &'static [(VoicePlan, Advice)],
        );
        let cases: &[Case] = &[
            ("E5", &[Teams, Phone], &[E5], &[]),
            ("E3", &[Teams], &[E3], &[(Phone, AddPhone)]),
            ("E3 with the phone add-on", &[Teams, Phone], &[E3], &[]),
            (
                "European E5 without Teams",
                &[Phone],
                &[E5_WITHOUT_TEAMS],
                &[(Teams, AddTeamsToSuite)],
            ),
            ("phone alone", &[Phone], &[], &[(Teams, AssignTeams)]),
            (
                "nothing",
                &[],
                &[],
                &[(Teams, AssignBoth), (Phone, AssignBoth)],
            ),
            (
                "trial of Teams, phone for small businesses",
                &[TeamsExploratory, PhoneSmallBusiness],
                &[],
                &[],
            ),
            ("government", &[Teams, PhoneGovernment], &[], &[]),
            (
                "a resource account's plan is no person's",
                &[Teams, VirtualUser],
                &[],
                &[(Phone, AddPhone)],
            ),
            (
                "mobile alone is no telephone system",
                &[Teams, PhoneMobile],
                &[],
                &[(Phone, AddPhone)],
            ),
        ];
        for (name, plans, skus, missing) in cases {
            let readiness = readiness_of(plans, skus);
            let found: Vec<_> = readiness
                .missing
                .iter()
                .map(|missing| (missing.plan, missing.advice))
                .collect();
            assert_eq!(found, *missing, "{name}");
            assert_eq!(readiness.ready, missing.is_empty(), "{name}");
        }
    }

    #[test]
    fn a_product_without_a_name_is_shown_by_its_id() {
        let unknown = Uuid::from_u128(7);
        assert_eq!(
            readiness_of(&[], &[E5, unknown]).products,
            ["Microsoft 365 E5".to_owned(), unknown.to_string()]
        );
    }

    #[test]
    fn each_plan_is_known_by_its_id() {
        assert_eq!(
            voice_plan(uuid!("4828c8ec-dc2e-4779-b502-87ac9ce28ab7")),
            Some(VoicePlan::Phone)
        );
        assert_eq!(voice_plan(Uuid::from_u128(1)), None);
    }
}
