//! A copy that was made while an order was under way is put in place after that order was carried out.

use crate::support::{App, Org, Wishes, telephony};
use domain::{access, invariants};
use platform::{
    audit,
    db::{Db, DbOptions, EngineName},
    saga,
};
use serde_json::json;

/// The order in the copy is asked about, not repeated: the network and Teams have carried it out once, and the copy learns of it.
/// What the copy has lost of the audit log shows against a head that was kept elsewhere.
#[tokio::test]
async fn what_was_under_way_at_the_copy_is_found_again_and_not_repeated() {
    let wishes = Wishes {
        numbers: 4,
        ..Wishes::default()
    };
    let mut app = App::with(wishes).await;
    // The copy of PostgreSQL is PostgreSQL's own affair.
    if app.db().engine() != EngineName::Sqlite {
        return app.end().await;
    }
    let people = app.people(Org::Nordvind, true).await;
    let (mette, series) = (app.mette(), json!({ "from": "series" }));
    mette
        .order(json!([telephony(&app, people[0], series.clone())]))
        .await;
    app.work().await;
    mette
        .order(json!([telephony(&app, people[1], series)]))
        .await;
    app.run_jobs().await;
    let folder = std::env::temp_dir().join(format!("switchboard_restore_{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let copy = folder.join("copy.db");
    app.db().backup_to(&copy).await.expect("a copy");
    app.work().await;
    let effects = |app: &App| app.sim.network.effects(|_| true).len();
    let before = effects(&app);
    let kept = audit::heads(&mut app.db().read().await.unwrap())
        .await
        .unwrap();

    let url = format!("sqlite:{}", copy.display());
    let restored = Db::connect(&DbOptions::new(url)).await.expect("it opens");
    app.go_on_with(restored).await;
    let findings = invariants::look(app.db(), access::for_system())
        .await
        .unwrap();
    assert!(
        findings.iter().all(|found| found.found == 0),
        "{findings:#?}"
    );
    let mut lost = 0;
    for (organisation, sequence, hash) in kept {
        let mut conn = app.db().read().await.unwrap();
        assert!(
            audit::verify(&mut conn, organisation)
                .await
                .unwrap()
                .is_ok()
        );
        let agrees = audit::agrees(&mut conn, organisation, sequence, &hash);
        lost += usize::from(!agrees.await.unwrap());
    }
    assert_eq!(lost, 1, "the end of Nordvind's chain");
    let open = "SELECT COUNT(*) FROM orders WHERE state = 'completed'";
    assert_eq!(app.count(open).await, 1);
    // What `switchboard restored` does.
    let mut tx = app.db().begin().await.unwrap();
    assert!(saga::doubt(&mut tx).await.unwrap() > 0);
    tx.commit().await.unwrap();
    app.work().await;
    assert_eq!(app.count(open).await, 2);
    assert_eq!(effects(&app), before);
    app.end().await;
    std::fs::remove_dir_all(&folder).expect("the folder can go");
}
