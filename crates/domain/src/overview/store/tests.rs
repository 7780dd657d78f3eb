//! The list against a model of it, on a database of its own.

mod rating;
mod world;

use super::super::{
    Figures, Has, ListedState, PeopleQuery, PeopleSort, dashboard, list_people, person_details,
};
use platform::Money;
use std::collections::BTreeMap;
use world::{Modelled, World};

fn everybody() -> PeopleQuery {
    PeopleQuery {
        q: String::new(),
        has: None,
        state: None,
        group: None,
        sort: PeopleSort::Name,
        descends: false,
        after: None,
        limit: 7,
    }
}

#[tokio::test]
async fn every_filter_in_every_order_is_walked_as_the_model_says() {
    let world = World::new().await;
    let scope = world.scope(world.ours).await;
    let mut walked = 0;
    let mut differently = BTreeMap::new();
    for sort in PeopleSort::ALL {
        for descends in [false, true] {
            for has in [
                None,
                Some(Has::Telephony),
                Some(Has::Mobile),
                Some(Has::None),
            ] {
                for state in [None]
                    .into_iter()
                    .chain(ListedState::ALL.iter().copied().map(Some))
                {
                    for q in [
                        "",
                        "agård anna",
                        "100%",
                        "l_o",
                        "økonomi",
                        "26 00 00 1",
                        "+45 70",
                        "33",
                        "nobody",
                    ] {
                        let query = PeopleQuery {
                            q: q.to_owned(),
                            has,
                            state,
                            sort: *sort,
                            descends,
                            ..everybody()
                        };
                        let (found, totals) = world.walk(&scope, &query).await;
                        let expected = world.expected(&query);
                        assert_eq!(found, expected, "{query:?}");
                        assert!(
                            totals.iter().all(|total| *total == expected.len() as i64),
                            "{query:?} {totals:?}"
                        );
                        walked += found.len();
                        *differently.entry(expected.len()).or_insert(0) += 1;
                    }
                }
            }
        }
    }
    // The world is one in which the filters make a difference.
    assert!(
        walked > 3_000 && differently.len() > 10,
        "{walked} {differently:?}"
    );
}

#[tokio::test]
async fn a_group_leaves_its_members_and_a_default_group_also_those_who_have_something() {
    let world = World::new().await;
    let wishes = || {
        PeopleSort::ALL.iter().flat_map(|sort| {
            [None, Some(Has::None)].map(|has| PeopleQuery {
                has,
                sort: *sort,
                ..everybody()
            })
        })
    };
    let scope = world.scope(world.ours).await;
    for query in wishes() {
        let members = PeopleQuery {
            group: Some(world::GROUP),
            ..query
        };
        let (found, totals) = world.walk(&scope, &members).await;
        let expected = world.expected(&members);
        assert!(!expected.is_empty() && totals[0] == expected.len() as i64);
        assert_eq!(found, expected, "{members:?}");
    }
    world.limit(world.ours).await;
    let scope = world.scope(world.ours).await;
    let seen = |person: &Modelled| {
        person.member || person.local || person.telephony.is_some() || person.mobile.is_some()
    };
    for query in wishes() {
        let (found, _) = world.walk(&scope, &query).await;
        let mut expected = world.expected(&query);
        expected.retain(|id| seen(world.people.iter().find(|p| p.id == *id).unwrap()));
        assert_eq!(found, expected, "{query:?}");
    }
    let mut conn = world.fixture.db.read().await.unwrap();
    for person in &world.people {
        let shown = person_details(&mut conn, &scope, person.id).await.unwrap();
        assert_eq!(shown.is_some(), seen(person), "{person:?}");
    }
    let figures = dashboard(&mut conn, &scope).await.unwrap();
    let (listed, _) = world.walk(&scope, &everybody()).await;
    assert_eq!(figures.people, listed.len() as i64);
    // Another organisation of the tenant is not limited by it.
    let sister = world.scope(world.sister).await;
    let (all, _) = world.walk(&sister, &everybody()).await;
    assert!(all.iter().any(|id| !listed.contains(id)));
}

#[tokio::test]
async fn a_row_holds_what_the_person_has_here_and_costs() {
    let world = World::new().await;
    let scope = world.scope(world.ours).await;
    let mut conn = world.fixture.db.read().await.unwrap();
    let page = list_people(
        &mut conn,
        &scope,
        &PeopleQuery {
            limit: 500,
            ..everybody()
        },
    )
    .await
    .unwrap();
    for row in &page.rows {
        let modelled = world
            .people
            .iter()
            .find(|person| person.id == row.person.id)
            .unwrap();
        assert_eq!(row.monthly, Money::dkk(modelled.cost), "{modelled:?}");
        let numbers: Vec<_> = row
            .subscriptions
            .iter()
            .map(|subscription| {
                subscription
                    .number
                    .as_ref()
                    .map(|(number, _)| number.clone())
            })
            .collect();
        let expected: Vec<_> = [&modelled.telephony, &modelled.mobile]
            .into_iter()
            .filter(|number| number.is_some())
            .cloned()
            .collect();
        assert_eq!(numbers, expected);
        assert!(!row.telephony_elsewhere && row.open_orders.is_empty());
    }
}

#[tokio::test]
async fn a_sister_organisation_sees_the_same_people_without_what_others_gave_them() {
    let world = World::new().await;
    let scope = world.scope(world.sister).await;
    let mut conn = world.fixture.db.read().await.unwrap();
    let page = list_people(
        &mut conn,
        &scope,
        &PeopleQuery {
            limit: 500,
            ..everybody()
        },
    )
    .await
    .unwrap();
    let active = world
        .people
        .iter()
        .filter(|person| !person.local && person.state == "active");
    assert_eq!(page.total, active.count() as i64);
    for row in &page.rows {
        let modelled = world
            .people
            .iter()
            .find(|person| person.id == row.person.id)
            .unwrap();
        assert!(row.subscriptions.is_empty() && row.monthly == Money::ZERO);
        assert_eq!(row.telephony_elsewhere, modelled.telephony.is_some());
    }
    let by_number = PeopleQuery {
        q: "+4570100".into(),
        ..everybody()
    };
    assert_eq!(
        list_people(&mut conn, &scope, &by_number)
            .await
            .unwrap()
            .total,
        0
    );
    let figures = dashboard(&mut conn, &scope).await.unwrap();
    assert_eq!(
        (figures.people, figures.with_neither),
        (page.total, page.total)
    );
    let local = world.people.iter().find(|person| person.local).unwrap();
    assert!(
        person_details(&mut conn, &scope, local.id)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_foreign_organisation_sees_nobody() {
    let world = World::new().await;
    let scope = world.scope(world.foreign).await;
    for sort in PeopleSort::ALL {
        let (found, totals) = world
            .walk(
                &scope,
                &PeopleQuery {
                    sort: *sort,
                    ..everybody()
                },
            )
            .await;
        assert!(found.is_empty() && totals == [0]);
    }
    let mut conn = world.fixture.db.read().await.unwrap();
    for person in &world.people {
        assert!(
            person_details(&mut conn, &scope, person.id)
                .await
                .unwrap()
                .is_none()
        );
    }
    assert_eq!(
        dashboard(&mut conn, &scope).await.unwrap(),
        Figures::default()
    );
}

#[tokio::test]
async fn the_figures_are_those_of_the_list() {
    let world = World::new().await;
    let scope = world.scope(world.ours).await;
    let mut conn = world.fixture.db.read().await.unwrap();
    let figures = dashboard(&mut conn, &scope).await.unwrap();
    let count = |has| world.expected(&PeopleQuery { has, ..everybody() }).len() as i64;
    assert_eq!(
        (
            figures.people,
            figures.with_telephony,
            figures.with_mobile,
            figures.with_neither
        ),
        (
            count(None),
            count(Some(Has::Telephony)),
            count(Some(Has::Mobile)),
            count(Some(Has::None))
        )
    );
    let gone = |person: &&Modelled| person.state != "active" && person.cost > 0;
    assert_eq!(
        figures.disabled_still_costing,
        world.people.iter().filter(gone).count() as i64
    );
    let cost: i64 = world.people.iter().map(|person| person.cost).sum();
    let products: Vec<_> = figures
        .products
        .iter()
        .map(|product| product.offering_name.en.as_str())
        .collect();
    assert_eq!(products, ["teams", "mobile"]);
    assert_eq!(
        figures
            .products
            .iter()
            .map(|product| product.monthly)
            .sum::<Money>(),
        Money::dkk(cost)
    );
}
