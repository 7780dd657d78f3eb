//! The directory and the numbers.

use super::*;

#[tokio::test]
async fn a_tenant_without_consent_says_so() {
    let sim = Sim::start().await;
    let stranger = tenant(tenants::FREMMED);
    match sim.graph.tenant(stranger).await {
        Err(OutsideError::Unauthorised { code, message }) => {
            assert_eq!(code, "AADSTS700016");
            assert!(
                !message.is_empty() && !message.contains("Trace ID"),
                "{message}"
            );
        }
        other => panic!("{other:?}"),
    }
    // And works as soon as an administrator has consented.
    sim.running
        .microsoft
        .world
        .write()
        .consent(tenants::FREMMED, CLIENT_ID)
        .unwrap();
    assert_eq!(
        sim.graph.tenant(stranger).await.unwrap().verified_domains[0],
        "fremmed.example"
    );
    let outcome = sim
        .graph
        .tenant(tenant("0a0a0a0a-0000-4000-8000-0000000000ff"))
        .await;
    assert!(
        matches!(&outcome, Err(OutsideError::Unauthorised { code, .. }) if code == "AADSTS90002"),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn the_directory_is_mirrored_and_followed() {
    let sim = Sim::start().await;
    let nordvind = tenant(tenants::NORDVIND);
    let (changes, cursor) = sim.round(nordvind, None).await;
    let mirror = people(changes);
    let expected = sim
        .running
        .microsoft
        .world
        .read()
        .tenant(tenants::NORDVIND)
        .unwrap()
        .users
        .len();
    assert_eq!(mirror.len(), expected);
    assert!(
        mirror.values().any(|person| person.guest)
            && mirror.values().any(|person| person.resource_account)
    );
    let mette = sim.object(tenants::NORDVIND, METTE);
    let record = &mirror[&mette];
    assert_eq!(
        (record.display_name.as_str(), record.username.as_str()),
        ("Mette Holm", METTE)
    );
    assert!(record.enabled && !record.guest && !record.resource_account);
    assert_eq!(sim.graph.person(nordvind, mette).await.unwrap(), *record);
    assert!(
        mirror
            .values()
            .any(|person| person.plans.iter().any(|plan| plan.effective))
    );
    let licensed = mirror
        .values()
        .find(|person| !person.skus.is_empty())
        .unwrap();
    let licences = sim.graph.licences(nordvind, licensed.object).await.unwrap();
    let skus: std::collections::BTreeSet<Uuid> =
        licences.iter().map(|licence| licence.sku).collect();
    assert_eq!(skus, licensed.skus.iter().copied().collect());

    let (changes, cursor) = sim.round(nordvind, Some(cursor)).await;
    assert!(changes.is_empty(), "{changes:?}");
    let gone = *mirror.keys().find(|object| **object != mette).unwrap();
    {
        let mut world = sim.running.microsoft.world.write();
        world
            .update_user(tenants::NORDVIND, &mette.to_string(), |user| {
                user.display_name = "Mette Holm-Hansen".into()
            })
            .unwrap();
        world
            .delete_user(tenants::NORDVIND, &gone.to_string())
            .unwrap();
    }
    let (changes, _) = sim.round(nordvind, Some(cursor.clone())).await;
    assert!(changes.contains(&Change::Absent {
        object: gone,
        restorable: true
    }));
    assert_eq!(people(changes)[&mette].display_name, "Mette Holm-Hansen");
    let outcome = sim.graph.person(nordvind, gone).await;
    assert!(
        matches!(outcome, Err(OutsideError::NotFound(_))),
        "{outcome:?}"
    );

    // Seven days later the cursor has expired.
    sim.running
        .clock
        .advance(jiff::SignedDuration::from_hours(8 * 24));
    assert_eq!(
        sim.graph.changes(nordvind, Some(&cursor)).await,
        Err(OutsideError::StartOver)
    );

    let groups = sim.graph.groups(nordvind).await.unwrap();
    let mut members = 0;
    for group in &groups {
        members += sim
            .graph
            .group_members(nordvind, group.object)
            .await
            .unwrap()
            .len();
    }
    assert!(!groups.is_empty() && members > 0);
}

#[tokio::test]
async fn a_number_is_given_and_taken() {
    let sim = Sim::start().await;
    let nordvind = tenant(tenants::NORDVIND);
    let (person, number) = {
        let world = sim.running.microsoft.world.read();
        let tenant = world.tenant(tenants::NORDVIND).unwrap();
        let taken: Vec<&str> = tenant
            .numbers
            .values()
            .filter_map(|number| number.target.as_deref())
            .collect();
        let person = tenant
            .users
            .values()
            .find(|user| user.voice_ready() && !taken.contains(&user.id.as_str()))
            .unwrap();
        let number = tenant
            .numbers
            .values()
            .find(|number| number.target.is_none())
            .unwrap();
        (
            ObjectId::from(person.id.parse::<Uuid>().unwrap()),
            number.number.clone(),
        )
    };
    let free = sim
        .graph
        .find_number(nordvind, &number)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (free.number.as_str(), free.assigned_to),
        (number.as_str(), None)
    );
    assert_eq!(
        sim.graph
            .find_number(nordvind, "+4599999999")
            .await
            .unwrap(),
        None
    );

    let link = sim
        .graph
        .assign_number(
            nordvind,
            &number,
            NumberType::OperatorConnect,
            person,
            &Uuid::from_u128(1).to_string(),
        )
        .await
        .unwrap();
    assert_eq!(
        sim.finished(nordvind, &link).await,
        OperationState::Succeeded
    );
    let given = sim
        .graph
        .find_number(nordvind, &number)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((given.assigned_to, given.activated), (Some(person), true));
    let voice = sim
        .graph
        .voice_configuration(nordvind, person)
        .await
        .unwrap()
        .unwrap();
    assert!(
        voice.voice_enabled && voice.numbers.contains(&number),
        "{voice:?}"
    );

    // To somebody else, while it is taken: refused at once, or after a while.
    let mette = sim.object(tenants::NORDVIND, METTE);
    match sim
        .graph
        .assign_number(nordvind, &number, NumberType::OperatorConnect, mette, "s")
        .await
    {
        Err(OutsideError::Refused { .. }) => (),
        Ok(link) => assert!(matches!(
            sim.finished(nordvind, &link).await,
            OperationState::Failed { .. }
        )),
        other => panic!("{other:?}"),
    }

    let link = sim
        .graph
        .unassign_number(
            nordvind,
            &number,
            NumberType::OperatorConnect,
            &Uuid::from_u128(2).to_string(),
        )
        .await
        .unwrap();
    assert_eq!(
        sim.finished(nordvind, &link).await,
        OperationState::Succeeded
    );
    assert_eq!(
        sim.graph
            .find_number(nordvind, &number)
            .await
            .unwrap()
            .unwrap()
            .assigned_to,
        None
    );
    let nobody = ObjectId::from(Uuid::from_u128(0x1111_2222_4333_8444_5555_5555_5555_5555));
    assert_eq!(
        sim.graph
            .voice_configuration(nordvind, nobody)
            .await
            .unwrap(),
        None
    );
}
