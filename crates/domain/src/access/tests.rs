//! Roles against a model that is nothing but a set: whatever is tried by whomever, the tables say what the model says, and nobody
//! who may not give roles ever comes by a right.

use super::{rules::*, *};
use platform::{Error, Ids, Instant, i18n::Language, testing::Fixture, time::ManualClock};
use proptest::prelude::*;
use std::{collections::BTreeSet, sync::Arc};
use uuid::Uuid;

/// The tree: an operator, a partner below it, a customer below each.
const PARENTS: [Option<usize>; 4] = [None, Some(0), Some(1), Some(0)];
const KINDS: [OrganisationKind; 4] = [
    OrganisationKind::Operator,
    OrganisationKind::Partner,
    OrganisationKind::Customer,
    OrganisationKind::Customer,
];
const ACTORS: usize = 5;

/// One (actor, organisation, role) for each role that somebody has.
type Held = BTreeSet<(usize, usize, Role)>;

fn and_above(organisation: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(organisation), |org| PARENTS[*org])
}

fn reach(held: &Held, actor: usize, organisation: usize) -> PermissionSet {
    let roles: Vec<Role> = held
        .iter()
        .filter(|(who, on, _)| *who == actor && and_above(organisation).any(|org| org == *on))
        .map(|(_, _, role)| *role)
        .collect();
    permissions(&roles)
}

/// One thing that somebody tries.
#[derive(Clone, Copy, Debug)]
struct Try {
    actor: usize,
    organisation: usize,
    /// Whom it is done to.
    to: usize,
    role: Role,
    gives: bool,
}

fn tries(count: usize) -> impl Strategy<Value = Vec<Try>> {
    let one = (
        0..ACTORS,
        0..KINDS.len(),
        0..ACTORS,
        prop::sample::select(Role::ALL),
        any::<bool>(),
    )
        .prop_map(|(actor, organisation, to, role, gives)| Try {
            actor,
            organisation,
            to,
            role,
            gives,
        });
    prop::collection::vec(one, 1..count)
}

/// What the model says of a try, and does.
fn model(held: &mut Held, one: &Try) -> Result<(), &'static str> {
    let own = reach(held, one.actor, one.organisation);
    let kind = KINDS[one.organisation];
    let assignment = (one.to, one.organisation, one.role);
    if one.gives {
        may_give(own, kind, one.role, one.actor == one.to).map_err(|refusal| match refusal {
            Refusal::NoRight => "forbidden",
            Refusal::WrongKind => "roleNotHere",
            Refusal::ToOneself => "notToYourself",
        })?;
        if !held.insert(assignment) {
            return Err("roleHeld");
        }
        return Ok(());
    }
    if !own.has(Permission::GrantRoles) {
        return Err("forbidden");
    }
    if !held.contains(&assignment) {
        return Err("notFound");
    }
    let others = held
        .iter()
        .filter(|(who, on, role)| (*on, *role) == (one.organisation, one.role) && *who != one.to);
    if !may_go(kind, one.role, true, others.count() as i64) {
        return Err("lastRoleAdministrator");
    }
    held.remove(&assignment);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// An actor who may give roles nowhere ends with no more than they had, whatever they alone try; and nobody raises themselves.
    #[test]
    fn nobody_without_the_right_raises_themselves(
        start in prop::collection::btree_set((0..ACTORS, 0..KINDS.len(), prop::sample::select(Role::ALL)), 0..8),
        alone in 0..ACTORS,
        tries in tries(24),
    ) {
        let mut held: Held = start;
        let before: Vec<_> = (0..KINDS.len()).map(|org| reach(&held, alone, org)).collect();
        for one in &tries {
            let one = Try { actor: alone, ..*one };
            let _ = model(&mut held, &one);
            for (org, before) in before.iter().enumerate() {
                prop_assert!(before.covers(reach(&held, alone, org)), "{one:?}");
            }
        }
    }

    /// Where a keeper was, one stays.
    #[test]
    fn the_last_keeper_stays(tries in tries(40)) {
        let mut held: Held = KINDS.iter().enumerate().map(|(org, kind)| (org, org, keeper(*kind))).collect();
        for one in &tries {
            let _ = model(&mut held, one);
            for (org, kind) in KINDS.iter().enumerate() {
                prop_assert!(held.iter().any(|(_, on, role)| (*on, *role) == (org, keeper(*kind))));
            }
        }
    }
}

#[test]
fn every_role_belongs_to_one_kind_of_organisation_and_one_of_each_keeps() {
    let mut seen = BTreeSet::new();
    for kind in OrganisationKind::ALL {
        for role in roles_of(*kind) {
            assert!(seen.insert(*role), "{role} belongs to two kinds");
        }
        assert!(roles_of(*kind).contains(&keeper(*kind)));
        assert!(permissions(&[keeper(*kind)]).has(Permission::GrantRoles));
    }
    assert_eq!(seen.len(), Role::ALL.len());
}

struct World {
    fixture: Fixture,
    ids: Ids,
    organisations: Vec<OrganisationId>,
    callers: Vec<Caller>,
}

fn tenant() -> TenantId {
    TenantId(Uuid::from_u128(1))
}

impl World {
    async fn new(held: &Held) -> World {
        let ids = Ids::new(Arc::new(ManualClock::at(Instant(1_795_000_000_000_000))));
        let fixture = Fixture::new(crate::migrations()).await;
        let mut tx = fixture.db.begin().await.unwrap();
        let mut organisations: Vec<OrganisationId> = Vec::new();
        for (index, kind) in KINDS.iter().enumerate() {
            let new = NewOrganisation {
                kind: *kind,
                name: format!("Organisation {index}"),
                customer_number: index.to_string(),
                parent: PARENTS[index].map(|parent| organisations[parent]),
                tenant: None,
                language: Language::Da,
                number_type: NumberType::OperatorConnect,
            };
            organisations.push(
                create_organisation(&mut tx, &ids, for_system(), &new)
                    .await
                    .unwrap(),
            );
        }
        let mut callers = Vec::new();
        for actor in 0..ACTORS {
            let object = ObjectId(Uuid::from_u128(100 + actor as u128));
            let principal = store::upsert_principal(&mut tx, &ids, tenant(), object, "N", "n@x")
                .await
                .unwrap();
            callers.push(Caller {
                tenant: tenant(),
                object,
                name: "N".into(),
                username: "n@x".into(),
                principal: Some(principal),
                authenticated_at: None,
            });
        }
        for (actor, org, role) in held {
            grant_at_onboarding(
                &mut tx,
                &ids,
                for_system(),
                organisations[*org],
                (tenant(), callers[*actor].object),
                ("N", "n@x"),
                *role,
            )
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
        World {
            fixture,
            ids,
            organisations,
            callers,
        }
    }

    /// Tries it through the verbs, as the area does. `stale` is a scope from before: what it says is not believed.
    async fn attempt(&self, one: &Try, stale: Option<&Scope>) -> Result<(), Error> {
        let mut tx = self.fixture.db.begin().await?;
        let fresh = match stale {
            Some(_) => None,
            None => Some(
                authorise(
                    &mut tx,
                    &self.callers[one.actor],
                    self.organisations[one.organisation],
                    Permission::GrantRoles,
                )
                .await?,
            ),
        };
        let scope = stale.or(fresh.as_ref()).expect("one of both");
        let to = &self.callers[one.to];
        if one.gives {
            let grantee = Grantee {
                tenant: to.tenant,
                object: to.object,
                name: to.name.clone(),
                username: to.username.clone(),
            };
            assign_role(&mut tx, &self.ids, scope, &grantee, one.role).await?;
        } else {
            let filter = AssignmentFilter {
                role: Some(one.role),
                identity: Some((to.tenant, to.object)),
                principal: None,
            };
            let held = role_assignments(&mut tx, scope, &filter).await?;
            let own = held
                .iter()
                .find(|held| held.organisation == scope.organisation());
            let id = own.map_or(RoleAssignmentId(Uuid::nil()), |held| held.id);
            revoke_role(&mut tx, &self.ids, scope, id).await?;
        }
        tx.commit().await
    }

    async fn held(&self) -> Held {
        let mut conn = self.fixture.db.read().await.unwrap();
        let mut all = Held::new();
        for (org, id) in self.organisations.iter().enumerate() {
            let scope = for_work(&mut conn, for_system(), *id).await.unwrap();
            for held in role_assignments(&mut conn, &scope, &AssignmentFilter::default())
                .await
                .unwrap()
            {
                if held.organisation == *id {
                    let actor = self
                        .callers
                        .iter()
                        .position(|caller| caller.object == held.object);
                    all.insert((actor.unwrap(), org, held.role));
                }
            }
        }
        all
    }
}

#[tokio::test]
async fn the_tables_say_what_the_model_says() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut held: Held = KINDS
        .iter()
        .enumerate()
        .map(|(org, kind)| (org, org, keeper(*kind)))
        .collect();
    let world = World::new(&held).await;
    let mut stale: Vec<(usize, usize, Scope)> = Vec::new();
    {
        let mut conn = world.fixture.db.read().await.unwrap();
        for actor in 0..ACTORS {
            for org in 0..KINDS.len() {
                let organisation = world.organisations[org];
                if let Ok(scope) = enter(&mut conn, &world.callers[actor], organisation).await {
                    stale.push((actor, org, scope));
                }
            }
        }
    }
    let mut runner = TestRunner::deterministic();
    let strategy = prop::collection::vec(tries(2), 160);
    let tries: Vec<Try> = strategy.new_tree(&mut runner).unwrap().current().concat();
    let (mut went, mut refused) = (0, 0);
    for (index, one) in tries.iter().enumerate() {
        let mut one = *one;
        // Every third one comes with what was true at the beginning.
        let scope = (index % 3 == 0).then(|| &stale[index % stale.len()]);
        if let Some((actor, org, _)) = scope {
            (one.actor, one.organisation) = (*actor, *org);
        }
        let expected = model(&mut held, &one);
        let came = world.attempt(&one, scope.map(|(_, _, scope)| scope)).await;
        match (expected, came) {
            (Ok(()), Ok(())) => went += 1,
            // Whoever has no role there may not even know of it.
            (Err("forbidden"), Err(error)) if scope.is_none() => {
                assert!(
                    matches!(&*error.code, "forbidden" | "notFound"),
                    "{one:?} {error}"
                );
                refused += 1;
            }
            (Err(code), Err(error)) => {
                assert_eq!(error.code, code, "{one:?}");
                refused += 1;
            }
            (expected, came) => panic!("{one:?}: {expected:?} against {came:?}"),
        }
    }
    assert!(went > 10 && refused > 10, "{went} went, {refused} did not");
    assert_eq!(world.held().await, held);
}

#[tokio::test]
async fn a_keeper_whose_account_is_gone_keeps_nothing() {
    let held = Held::from([
        (0, 3, Role::RoleAdministrator),
        (1, 3, Role::RoleAdministrator),
    ]);
    let world = World::new(&held).await;
    let mut tx = world.fixture.db.begin().await.unwrap();
    let object = world.callers[1].object;
    let now = world.ids.now();
    set_accounts_enabled(&mut tx, for_system(), tenant(), &[object], false, now)
        .await
        .unwrap();
    let organisation = world.organisations[3];
    let scope = for_work(&mut tx, for_system(), organisation).await.unwrap();
    let kind = OrganisationKind::Customer;
    assert!(has_keeper(&mut tx, &scope, kind).await.unwrap());
    tx.commit().await.unwrap();
    let take = |to| Try {
        actor: 0,
        organisation: 3,
        to,
        role: Role::RoleAdministrator,
        gives: false,
    };
    let refused = world.attempt(&take(0), None).await.unwrap_err();
    assert_eq!(refused.code, "lastRoleAdministrator");
    // Whoever cannot sign in may go; they kept nothing.
    world.attempt(&take(1), None).await.unwrap();
}
