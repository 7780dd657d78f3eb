use super::connection::{self, Connection};
use crate::{Shared, caller::Caller, operations};
use axum::{extract::State, http::StatusCode};
use domain::{access::OrganisationId, directory};
use platform::{
    Result,
    http::{Json, Path},
    limits,
};

/// Synchronises the people with the directory now. Asked for while one waits, it is the same one.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/directory/sync", operation_id = "sync_directory",
    tag = "organisation", params(("organisation" = OrganisationId, Path)),
    responses((status = 202, description = "It will begin in a moment; the connection as it stands.", body = Connection))
)]
pub async fn sync_directory(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
) -> Result<(StatusCode, Json<Connection>)> {
    let scope = caller
        .enter(&app, &operations::SYNC_DIRECTORY, organisation)
        .await?;
    let mut tx = app.db.begin().await?;
    let limit = app.settings.limits.directory_syncs();
    limits::take(&mut tx, limit, organisation.0, app.clock.now()).await?;
    directory::request_sync(&mut tx, &app.ids, &scope).await?;
    let connection = connection::of(&mut tx, &scope, app.clock.now(), caller.language()).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(connection)))
}

#[cfg(test)]
mod tests {
    use crate::tests::{World, people::person};
    use domain::access::Role;
    use platform::outside::OutsideError;
    use serde_json::json;
    use std::time::Duration;

    #[tokio::test]
    async fn the_connection_says_how_it_fares_and_what_to_do() {
        let world = World::new().await;
        let path = format!("/api/v1/organisations/{}/directory", world.nordvind);
        let connection = async || {
            world
                .mette()
                .get(&format!("{path}/connection"))
                .await
                .json()
        };
        assert_eq!(connection().await["state"], json!("never"));

        let directory = world.mirror(vec![person(1, "Anna Holm")]).await;
        let ok = connection().await;
        assert_eq!(
            (&ok["state"], &ok["problem"], &ok["notifications"]),
            (&json!("ok"), &json!(null), &json!("on"))
        );
        assert_eq!(ok["lastSync"]["total"], json!(1));
        assert!(ok["nextSyncAt"].is_string());

        *directory.refuses.lock().unwrap() = Some(OutsideError::Unauthorised {
            code: "Authorization_RequestDenied".into(),
            message: "Insufficient privileges".into(),
        });
        world.clock.advance(Duration::from_secs(301));
        world.work(&directory).await;
        let failing = connection().await;
        assert_eq!(
            (&failing["state"], &failing["problem"]["code"]),
            (&json!("failing"), &json!("unauthorised"))
        );
        let detail = failing["problem"]["detail"].as_str().unwrap();
        assert!(
            detail.ends_with("(Authorization_RequestDenied: Insufficient privileges)"),
            "{detail}"
        );
        assert!(
            failing["problem"]["advice"]
                .as_str()
                .unwrap()
                .contains("consent")
        );
    }

    #[tokio::test]
    async fn a_synchronisation_is_asked_for_by_whoever_may_change_people() {
        let world = World::new().await;
        let directory = world.mirror(vec![person(1, "Anna Holm")]).await;
        let path = format!("/api/v1/organisations/{}/directory/sync", world.nordvind);
        assert_eq!(
            world.mette().post(&path).await.status,
            403,
            "a reader only looks"
        );
        world.grant(Role::UserAdministrator).await;
        *directory.asked.lock().unwrap() = 0;
        for _ in 0..3 {
            let answer = world.mette().post(&path).await;
            assert_eq!(
                (answer.status, &answer.json()["state"]),
                (202, &json!("ok"))
            );
        }
        world.work(&directory).await;
        assert_eq!(*directory.asked.lock().unwrap(), 1);
    }
}
