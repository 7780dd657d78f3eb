//! The verbs of this room.

use super::{
    Actor, Caller, NewOrganisation, ObjectId, OrganisationId, OrganisationKind, Principal, Scope,
    Session, SignIn, SystemScope, TenantId,
    ports::Identity,
    rules::{Permission, Role, permissions},
    store,
};
use platform::{
    Error, Ids, Instant, Result,
    db::{Conn, Db, Tx},
    seal::Secret,
};
use std::time::Duration;

/// A browser session lasts a working day.
pub const SESSION_LIFE: Duration = Duration::from_secs(10 * 3600);
/// From leaving for the identity provider to coming back.
pub const SIGN_IN_LIFE: Duration = Duration::from_secs(15 * 60);
/// A fresh sign-in counts this long.
pub const FRESH: Duration = Duration::from_secs(5 * 60);

/// The proof that the whole system is meant. For schedulers, onboarding and the operator's tools; never for a request.
pub fn for_system() -> SystemScope {
    SystemScope { _sealed: () }
}

/// A worker's scope on the organisation whose order it carries out.
pub async fn for_work(
    conn: &mut Conn,
    _: SystemScope,
    organisation: OrganisationId,
) -> Result<Scope> {
    store::scope_for_work(conn, organisation).await
}

/// May this caller do this to this organisation? Rights are read now, so that what was taken away a moment ago is gone.
///
/// 404 when they may not know of the organisation, 403 when they may know of it and not do this.
pub async fn authorise(
    conn: &mut Conn,
    caller: &Caller,
    organisation: OrganisationId,
    permission: Permission,
) -> Result<Scope> {
    let scope = enter(conn, caller, organisation).await?;
    if scope.permissions.has(permission) {
        Ok(scope)
    } else {
        Err(Error::forbidden(
            "Your roles on this organisation do not allow this. A role administrator can give you one that does.",
        ))
    }
}

/// The scope of somebody who may know of the organisation, whatever they may do there.
pub async fn enter(
    conn: &mut Conn,
    caller: &Caller,
    organisation: OrganisationId,
) -> Result<Scope> {
    let principal = caller.principal.as_ref().map(|principal| principal.id);
    let reach = store::reach(conn, organisation, principal)
        .await?
        .ok_or_else(Error::not_found)?;
    let colleague = reach.tenant == Some(caller.tenant);
    let Some(principal) = principal.filter(|_| colleague || !reach.roles.is_empty()) else {
        return Err(Error::not_found());
    };
    Ok(Scope {
        organisation,
        tenant: reach.tenant,
        number_type: reach.number_type,
        default_group: reach.default_group,
        actor: Actor::Principal(principal),
        permissions: permissions(&reach.roles),
    })
}

/// The caller behind a checked token or session. Somebody whose tenant serves no organisation stays without a row.
pub async fn caller(
    conn: &mut Conn,
    tenant: TenantId,
    object: ObjectId,
    name: &str,
    username: &str,
    authenticated_at: Option<Instant>,
) -> Result<Caller> {
    Ok(Caller {
        tenant,
        object,
        name: name.to_owned(),
        username: username.to_owned(),
        principal: store::principal(conn, tenant, object).await?,
        authenticated_at,
    })
}

/// Remembers somebody of a known tenant, so that orders and audit entries can name them. Strangers leave no trace.
pub async fn remember(tx: &mut Tx, ids: &Ids, caller: &Caller) -> Result<Option<Principal>> {
    if !is_known(tx, caller.tenant, caller.object).await? {
        return Ok(None);
    }
    store::upsert_principal(
        tx,
        ids,
        caller.tenant,
        caller.object,
        &caller.name,
        &caller.username,
    )
    .await
    .map(Some)
}

/// Whether this is somebody of a tenant that serves an organisation here, or somebody whom we have given something.
pub async fn is_known(conn: &mut Conn, tenant: TenantId, object: ObjectId) -> Result<bool> {
    Ok(store::tenant_is_known(conn, tenant).await?
        || store::principal(conn, tenant, object).await?.is_some())
}

/// Onboards an organisation under its parent.
pub async fn create_organisation(
    tx: &mut Tx,
    ids: &Ids,
    _: SystemScope,
    new: &NewOrganisation,
) -> Result<OrganisationId> {
    let parent = match new.parent {
        Some(parent) => Some(
            store::parent_kind(tx, parent)
                .await?
                .ok_or_else(Error::not_found)?,
        ),
        None => None,
    };
    let fits = matches!(
        (new.kind, parent),
        (OrganisationKind::Operator, None)
            | (
                OrganisationKind::Partner | OrganisationKind::Customer,
                Some(OrganisationKind::Operator | OrganisationKind::Partner),
            )
    );
    if !fits {
        return Err(Error::rule(
            "wrongParent",
            "An operator stands alone; a partner or customer belongs under an operator or a partner.",
        ));
    }
    store::insert_organisation(tx, ids, new).await
}

/// Gives a role to an identity, which need not have signed in yet. For onboarding; people grant through the area.
pub async fn grant_at_onboarding(
    tx: &mut Tx,
    ids: &Ids,
    _: SystemScope,
    organisation: OrganisationId,
    identity: (TenantId, ObjectId),
    names: (&str, &str),
    role: Role,
) -> Result<()> {
    let principal =
        store::upsert_principal(tx, ids, identity.0, identity.1, names.0, names.1).await?;
    store::insert_role(tx, ids, organisation, principal.id, role, None).await
}

/// Begins a browser session; the secret goes into the cookie and nowhere else.
pub async fn open_session(tx: &mut Tx, ids: &Ids, identity: &Identity) -> Result<Secret> {
    let now = ids.now();
    let token = Secret::random();
    let session = Session {
        tenant: identity.tenant,
        object: identity.object,
        guest: identity.kind == super::ports::IdentityKind::Guest,
        name: identity.name.clone(),
        username: identity.username.clone(),
        login_hint: identity.login_hint.clone(),
        provider_session: identity.provider_session.clone(),
        authenticated_at: identity.authenticated_at.unwrap_or(now),
        expires_at: now.plus(SESSION_LIFE),
    };
    store::insert_session(tx, &token.hash(), &session, now).await?;
    store::purge(tx, now).await?;
    Ok(token)
}

pub async fn session(conn: &mut Conn, token: &Secret, now: Instant) -> Result<Option<Session>> {
    store::session(conn, &token.hash(), now).await
}

pub async fn close_session(tx: &mut Tx, token: &Secret) -> Result<()> {
    store::delete_session(tx, &token.hash()).await
}

/// Ends the browser sessions that came from one at the identity provider, which has ended there. Says how many there were.
pub async fn close_sessions_from(
    db: &Db,
    provider_session: &str,
    tenant: Option<TenantId>,
) -> Result<usize> {
    let mut conn = db.read().await?;
    let sessions = store::sessions_from(&mut conn, provider_session, tenant).await?;
    drop(conn);
    // Anybody may ask: only what there is costs a write.
    if !sessions.is_empty() {
        let mut tx = db.begin().await?;
        for token_hash in &sessions {
            store::delete_session(&mut tx, token_hash).await?;
        }
        tx.commit().await?;
    }
    Ok(sessions.len())
}

/// Remembers a sign-in under way by its state, which also sits in the browser's cookie. Anybody may begin one; those that
/// nobody came back from go when the next begins.
pub async fn begin_sign_in(tx: &mut Tx, state: &Secret, sign_in: &SignIn) -> Result<()> {
    store::purge(tx, sign_in.expires_at.minus(SIGN_IN_LIFE)).await?;
    store::insert_sign_in(tx, &state.hash(), sign_in).await
}

/// The sign-in that this state belongs to; good once.
pub async fn take_sign_in(tx: &mut Tx, state: &Secret, now: Instant) -> Result<Option<SignIn>> {
    store::take_sign_in(tx, &state.hash(), now).await
}

/// Makes a one-time code that proves a fresh sign-in; it lives as long as the sign-in counts as fresh.
pub async fn record_step_up(
    tx: &mut Tx,
    tenant: TenantId,
    object: ObjectId,
    authenticated_at: Instant,
) -> Result<Secret> {
    let code = Secret::random();
    store::insert_step_up(
        tx,
        &code.hash(),
        tenant,
        object,
        authenticated_at,
        authenticated_at.plus(FRESH),
    )
    .await?;
    Ok(code)
}

/// Uses up the code that the caller sent as `Step-Up`.
pub async fn use_step_up(tx: &mut Tx, caller: &Caller, code: &Secret, now: Instant) -> Result<()> {
    match store::use_step_up(tx, &code.hash(), caller.tenant, caller.object, now).await? {
        Some(at) if now.since(at) <= FRESH => Ok(()),
        _ => Err(Error::new(
            platform::Kind::Forbidden,
            "freshSignInNeeded",
            "Confirm that it is you: sign in once more, then try again.",
        )),
    }
}
