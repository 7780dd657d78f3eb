use super::cookies;
use crate::{App, Shared};
use axum::{
    extract::State,
    http::header,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::access::{
    self, ObjectId, SIGN_IN_LIFE, SignIn, SignInPurpose, TenantId,
    ports::{AuthorisationRequest, IdentityError},
};
use platform::{
    Error, Kind, Result,
    http::{Query, RequestContext},
    limits,
    seal::Secret,
};
use sha2::{Digest, Sha256};
use url::Url;

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignInQuery {
    /// A path of the portal to go to afterwards.
    return_to: Option<String>,
    /// Whose account to suggest.
    login_hint: Option<String>,
}

/// Sends the browser to the identity provider.
#[utoipa::path(
    get, path = "/auth/sign-in", operation_id = "sign_in", tag = "session", params(SignInQuery),
    responses((status = 303, description = "To the identity provider, or to the page that tells why not."))
)]
pub async fn sign_in(
    State(app): State<Shared>,
    context: RequestContext,
    Query(query): Query<SignInQuery>,
) -> Result<Response> {
    let return_to = own_path(
        &app.settings.public_url,
        query.return_to.as_deref().unwrap_or("/"),
    );
    let leaving = Leaving {
        purpose: SignInPurpose::SignIn,
        return_to,
        login_hint: query.login_hint,
        tenant: None,
        object: None,
        back_to: app.settings.address("auth/callback"),
    };
    leave(&app, &context, leaving).await
}

/// A browser about to leave for the identity provider.
pub(super) struct Leaving {
    pub(super) purpose: SignInPurpose,
    pub(super) return_to: String,
    pub(super) login_hint: Option<String>,
    /// For a fresh sign-in: at whose endpoints, and who must come back, where we know.
    pub(super) tenant: Option<TenantId>,
    pub(super) object: Option<ObjectId>,
    pub(super) back_to: Url,
}

/// Remembers the sign-in and redirects. The state sits in our table and in the browser's cookie, and must come back from both;
/// the code verifier (RFC 7636) and the nonce never leave us.
pub(super) async fn leave(
    app: &App,
    context: &RequestContext,
    leaving: Leaving,
) -> Result<Response> {
    let (state, nonce, verifier) = (
        Secret::random(),
        Secret::random().expose(),
        Secret::random().expose(),
    );
    let request = AuthorisationRequest {
        redirect_uri: leaving.back_to,
        state: state.expose(),
        nonce: nonce.clone(),
        code_challenge: URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier)),
        login_hint: leaving.login_hint.filter(|hint| hint.len() <= 320),
        fresh: leaving.purpose == SignInPurpose::StepUp,
        tenant: leaving.tenant,
    };
    let address = match app.identity.authorisation_url(&request).await {
        Ok(address) => address,
        Err(error) => {
            return Ok(failed(
                context,
                leaving.purpose,
                code_of(&error),
                &error.to_string(),
            ));
        }
    };
    let now = app.clock.now();
    let sign_in = SignIn {
        purpose: leaving.purpose,
        nonce,
        code_verifier: verifier,
        return_to: leaving.return_to,
        tenant: leaving.tenant,
        object: leaving.object,
        expires_at: now.plus(SIGN_IN_LIFE),
    };
    let mut tx = app.db.begin().await?;
    let limit = app.settings.limits.sign_ins();
    limits::take(&mut tx, limit, context.address(), now).await?;
    access::begin_sign_in(&mut tx, &state, &sign_in).await?;
    tx.commit().await?;
    let cookie = AppendHeaders([(header::SET_COOKIE, cookies::set_sign_in(&state))]);
    Ok((cookie, Redirect::to(address.as_str())).into_response())
}

/// Sends the browser to where a failure is explained. The code is public; the reason is for the log.
pub(super) fn failed(
    context: &RequestContext,
    purpose: SignInPurpose,
    code: &str,
    why: &str,
) -> Response {
    tracing::warn!(
        request_id = context.id(),
        purpose = purpose.as_str(),
        code,
        why,
        "a sign-in failed"
    );
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("code", code)
        .append_pair("requestId", context.id());
    let query = query.finish();
    match purpose {
        SignInPurpose::SignIn => Redirect::to(&format!("/sign-in-failed?{query}")).into_response(),
        SignInPurpose::StepUp => Redirect::to(&format!("/step-up?{query}")).into_response(),
    }
}

/// The code that the page for failures knows.
pub(super) fn code_of(error: &IdentityError) -> &'static str {
    match error {
        IdentityError::Rejected("private account") => "personalAccount",
        IdentityError::Rejected("guest") => "guest",
        IdentityError::Rejected("nonce") => "nonceMismatch",
        IdentityError::Rejected("code" | "expired") => "expired",
        IdentityError::Rejected(_) => "rejected",
        IdentityError::Outside(_) => "unavailable",
    }
}

/// A path of ours, whatever was asked for: nobody is sent elsewhere by a link to our sign-in.
fn own_path(ours: &Url, wanted: &str) -> String {
    let at_home = || "/".to_owned();
    if wanted.len() > 2_000 || !wanted.starts_with('/') {
        return at_home();
    }
    match ours.join(wanted) {
        // The parser has the last word on what is a path: it knows `//host`, `/\host` and tabs within.
        Ok(url) if url.origin() == ours.origin() && !url.path().starts_with("//") => {
            url[url::Position::BeforePath..].to_owned()
        }
        _ => at_home(),
    }
}

/// What the identity provider's redirect said had gone wrong.
pub(super) fn code_of_redirect(error: &str, description: &str) -> &'static str {
    let said = |code: &str| description.contains(code);
    match error {
        // AADSTS65001, 90094: nobody has consented yet. Microsoft: "Microsoft Entra authentication error codes".
        "consent_required" | "interaction_required" => "consentRequired",
        _ if said("AADSTS65001") || said("AADSTS90094") => "consentRequired",
        _ if said("AADSTS50020") || said("AADSTS500200") || said("AADSTS500202") => {
            "personalAccount"
        }
        _ if said("AADSTS50057") || said("AADSTS50105") || said("AADSTS53003") => "blocked",
        "access_denied" => "cancelled",
        "unauthorized_client" => "blocked",
        "temporarily_unavailable" | "server_error" => "unavailable",
        _ => "rejected",
    }
}

/// An error of ours on the way (the database, say), told as a failed sign-in: a browser has no use for JSON.
pub(super) fn told(context: &RequestContext, purpose: SignInPurpose, error: &Error) -> Response {
    let code = match error.kind {
        Kind::TooOften => "tooOften",
        _ => "unavailable",
    };
    failed(context, purpose, code, &error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere_after_signing_in() {
        let ours: Url = "https://portal.example/".parse().unwrap();
        for (wanted, path) in [
            ("/o/1/users?q=a#x", "/o/1/users?q=a#x"),
            ("/", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("/\t/evil.example", "/"),
            ("/a/..//evil.example", "/"),
            ("https://evil.example/", "/"),
            ("javascript:alert(1)", "/"),
            ("", "/"),
        ] {
            assert_eq!(own_path(&ours, wanted), path, "{wanted:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_asked_for_the_way_back_leads_to_us(wanted in "(/|//|\\\\|https?:|[a-z.@:#?%\t\n\\\\/]){0,12}") {
            let ours: Url = "https://portal.example/".parse().unwrap();
            let path = own_path(&ours, &wanted);
            proptest::prop_assert!(path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/\\"));
            proptest::prop_assert_eq!(ours.join(&path).unwrap().origin(), ours.origin());
        }
    }
}
