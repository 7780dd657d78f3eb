//! Every way in which a token may be bad, one step away from good. Each must be refused for its own reason, so that no rule
//! hides behind another.

use super::*;

#[test]
fn bad_bearer_tokens_are_refused_each_for_its_own_reason() {
    let user = Draft::user;
    let app = Draft::app;
    let vectors: Vec<(&str, &str, Draft)> = vec![
        // Signature and header.
        (
            "alg none, no signature",
            "not three parts",
            user().head("alg", "none").signed(Signature::Text("")),
        ),
        (
            "alg none, some signature",
            "algorithm",
            user().head("alg", "none").signed(Signature::Text("AAAA")),
        ),
        (
            "alg None in capitals",
            "algorithm",
            user().head("alg", "NoNe").signed(Signature::Text("AAAA")),
        ),
        (
            "HS256 with the public key",
            "algorithm",
            user().head("alg", "HS256").signed(Signature::Hmac),
        ),
        (
            "RS256 said, HMAC done",
            "signature",
            user().signed(Signature::Hmac),
        ),
        (
            "PS256",
            "algorithm",
            user()
                .head("alg", "PS256")
                .signed(Signature::Rsa(SIGNING_KEY, Algorithm::PS256)),
        ),
        (
            "RS256 said, PS256 done",
            "signature",
            user().signed(Signature::Rsa(SIGNING_KEY, Algorithm::PS256)),
        ),
        (
            "RS384",
            "algorithm",
            user()
                .head("alg", "RS384")
                .signed(Signature::Rsa(SIGNING_KEY, Algorithm::RS384)),
        ),
        (
            "RS512 done under RS256",
            "signature",
            user().signed(Signature::Rsa(SIGNING_KEY, Algorithm::RS512)),
        ),
        (
            "somebody else's key",
            "signature",
            user().signed(Signature::Rsa(OTHER_KEY, Algorithm::RS256)),
        ),
        (
            "signature of another token",
            "signature",
            user().signed(Signature::Text(OLD_SIGNATURE)),
        ),
        (
            "signature not base64url",
            "signature",
            user().signed(Signature::Text("+/==")),
        ),
        ("no algorithm", "header", user().head("alg", Value::Null)),
        ("no key id", "header", user().head("kid", Value::Null)),
        ("empty key id", "key id", user().head("kid", "")),
        (
            "key id as a path",
            "unknown key",
            user().head("kid", "../../../../dev/null"),
        ),
        (
            "key id as SQL",
            "unknown key",
            user().head("kid", "any' UNION SELECT 'AA"),
        ),
        ("huge key id", "key id", user().head("kid", "k".repeat(300))),
        (
            "key id as a list",
            "header",
            user().head("kid", json!(["any"])),
        ),
        (
            "jku",
            "header says how to check it",
            user().head("jku", "https://evil.example/keys"),
        ),
        (
            "x5u",
            "header says how to check it",
            user().head("x5u", "https://evil.example/cert"),
        ),
        (
            "jwk",
            "header says how to check it",
            user().head("jwk", json!({"kty":"RSA","n":"AA","e":"AQAB"})),
        ),
        (
            "x5c",
            "header says how to check it",
            user().head("x5c", json!(["MIID"])),
        ),
        (
            "crit",
            "header says how to check it",
            user().head("crit", json!(["exp"])),
        ),
        (
            "zip",
            "header says how to check it",
            user().head("zip", "DEF"),
        ),
        (
            "a token in a token",
            "header says how to check it",
            user().head("cty", "JWT"),
        ),
        ("another type", "type", user().head("typ", "logout+jwt")),
        // Keys.
        (
            "an unpublished key",
            "unknown key",
            user().head("kid", "nobody"),
        ),
        (
            "a key for private accounts",
            "the key may not sign for this issuer",
            user().head("kid", "consumers"),
        ),
        (
            "another tenant's key",
            "the key may not sign for this issuer",
            user().head("kid", "other-tenant"),
        ),
        (
            "another world's key",
            "the key may not sign for this issuer",
            user().head("kid", "other-world"),
        ),
        (
            "an encryption key",
            "unknown key",
            user().head("kid", "encryption"),
        ),
        (
            "an elliptic key",
            "unknown key",
            user().head("kid", "curve"),
        ),
        (
            "a key without an issuer",
            "unknown key",
            user().head("kid", "no-issuer"),
        ),
        ("a tiny key", "unknown key", user().head("kid", "small")),
        // Whose, from whom, for whom.
        (
            "another audience",
            "audience",
            user().set("aud", "6b1c0a5e-7e1e-4c0a-9b0a-000000005b01"),
        ),
        (
            "the App ID URI",
            "audience",
            user().set("aud", format!("api://localhost:8080/{CLIENT}")),
        ),
        (
            "Graph's token",
            "audience",
            user().set("aud", "https://graph.microsoft.com"),
        ),
        (
            "Graph's token by id",
            "audience",
            user().set("aud", "00000003-0000-0000-c000-000000000000"),
        ),
        (
            "a list of audiences",
            "claims",
            user().set("aud", json!([CLIENT])),
        ),
        ("no audience", "claims", user().without("aud")),
        (
            "another issuer",
            "issuer",
            user().set("iss", format!("https://evil.example/{TENANT}/v2.0")),
        ),
        (
            "another tenant's issuer",
            "issuer",
            user().set("iss", issuer_of(OTHER_TENANT)),
        ),
        ("the issuer's template", "issuer", user().set("iss", ISSUER)),
        (
            "the v1 issuer",
            "issuer",
            user().set("iss", format!("https://sts.windows.net/{TENANT}/")),
        ),
        (
            "an issuer with a slash more",
            "issuer",
            user().set("iss", format!("{}/", issuer_of(TENANT))),
        ),
        (
            "another tenant than the issuer's",
            "issuer",
            user().set("tid", OTHER_TENANT),
        ),
        (
            "private accounts",
            "private account",
            user().tenant(CONSUMERS).head("kid", "consumers"),
        ),
        (
            "private accounts, key for all",
            "private account",
            user().tenant(CONSUMERS),
        ),
        ("no tenant", "claims", user().without("tid")),
        ("a tenant by name", "tenant", user().tenant("contoso.com")),
        (
            "a tenant in braces",
            "tenant",
            user().tenant(&format!("{{{TENANT}}}")),
        ),
        (
            "a tenant without hyphens",
            "tenant",
            user().tenant(&TENANT.replace('-', "")),
        ),
        (
            "the nil tenant",
            "tenant",
            user().tenant("00000000-0000-0000-0000-000000000000"),
        ),
        ("no object", "claims", user().without("oid")),
        ("an empty object", "object", user().set("oid", "")),
        (
            "the nil object",
            "object",
            user().set("oid", "00000000-0000-0000-0000-000000000000"),
        ),
        // When.
        ("expired", "expired", user().set("exp", NOW - 61)),
        (
            "long expired",
            "expired",
            user().set("iat", 1).set("nbf", 1).set("exp", 3600),
        ),
        (
            "not yet valid",
            "not yet valid",
            user().set("nbf", NOW + 61),
        ),
        (
            "issued in the future",
            "issued in the future",
            user().set("iat", NOW + 3000).set("exp", NOW + 6000),
        ),
        (
            "valid for a week",
            "lifetime",
            user().set("exp", NOW + 7 * 86_400),
        ),
        ("valid for ever", "lifetime", user().set("exp", i64::MAX)),
        (
            "ends before it begins",
            "lifetime",
            user()
                .set("iat", NOW)
                .set("nbf", NOW + 30)
                .set("exp", NOW + 20),
        ),
        ("no expiry", "claims", user().without("exp")),
        (
            "expiry as text",
            "claims",
            user().set("exp", (NOW + 3600).to_string()),
        ),
        (
            "expiry as a fraction",
            "claims",
            user().set("exp", NOW as f64 + 0.5),
        ),
        ("expiry beyond numbers", "claims", user().set("exp", 1e300)),
        ("no beginning", "claims", user().without("nbf")),
        ("no issue time", "claims", user().without("iat")),
        // What kind.
        ("version 1", "version", user().set("ver", "1.0")),
        ("no version", "claims", user().without("ver")),
        ("an ID token", "an ID token", Draft::id_token()),
        (
            "an ID token without its nonce",
            "client",
            Draft::id_token().without("nonce"),
        ),
        (
            "an ID token of a client",
            "no scope",
            Draft::id_token().without("nonce").set("azp", TEAMS),
        ),
        ("no scope", "no scope", user().without("scp")),
        ("another scope", "scope", user().set("scp", "User.Read")),
        (
            "a longer scope",
            "scope",
            user().set("scp", "access_as_user_not"),
        ),
        ("an empty scope", "scope", user().set("scp", "")),
        (
            "a list of scopes",
            "claims",
            user().set("scp", json!(["access_as_user"])),
        ),
        ("no client", "client", user().without("azp")),
        (
            "an unknown client",
            "client",
            user().set("azp", "11111111-2222-4333-8444-555555555555"),
        ),
        (
            "app-only that does not say so",
            "no scope",
            app().without("idtyp").set("azp", TEAMS),
        ),
        (
            "app-only without a role",
            "no application role",
            app().without("roles"),
        ),
        (
            "app-only with no roles",
            "no application role",
            app().set("roles", json!([])),
        ),
        ("app-only of no client", "client", app().set("azp", "evil")),
        (
            "app and user at once",
            "neither a user's nor an application's token",
            app().set("scp", "access_as_user"),
        ),
        (
            "an unknown kind",
            "neither a user's nor an application's token",
            user().set("idtyp", "device"),
        ),
        // Guests.
        ("a guest by account", "guest", user().set("acct", 1)),
        (
            "a guest by account as text",
            "guest",
            user().set("acct", "1"),
        ),
        (
            "a guest by home",
            "guest",
            user().set("idp", format!("https://sts.windows.net/{OTHER_TENANT}/")),
        ),
        (
            "a guest with a private account",
            "guest",
            user().set("idp", "live.com"),
        ),
        (
            "a guest by name",
            "guest",
            user().set(
                "preferred_username",
                "foo_home.com#EXT#@res.onmicrosoft.com",
            ),
        ),
    ];
    assert!(vectors.len() >= 40);
    for (name, reason, draft) in &vectors {
        assert_eq!(bearer(&draft.token()).err(), Some(*reason), "{name}");
    }
}

/// A good signature, of another token.
const OLD_SIGNATURE: &str = "CfR3d0Yt5a8lMY1gkFbNyzWlXk1tUdzJ0dqQyZ0Qe3p5c8n0m1sBvA";

#[test]
fn bad_texts_are_refused() {
    let good = Draft::user().token();
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    let claims = Draft::user().claims.to_string();
    let rsa = Signature::Rsa(SIGNING_KEY, Algorithm::RS256);
    let plain_header = r#"{"alg":"RS256","kid":"any"}"#;
    let twice = |member: &str, claims: &str| claims.replacen('{', &format!("{{{member},"), 1);
    let vectors = [
        ("nothing", String::new()),
        ("a word", "token".into()),
        ("two parts", signed.to_owned()),
        ("four parts", format!("{good}.AAAA")),
        (
            "five parts, as an encrypted one has",
            format!("{header}.{payload}.{signature}.AA.AA"),
        ),
        ("an empty payload", sign(plain_header, "", &rsa)),
        ("a payload that is a list", sign(plain_header, "[]", &rsa)),
        ("a payload that is null", sign(plain_header, "null", &rsa)),
        (
            "a payload with something behind",
            sign(plain_header, &format!("{claims}{{}}"), &rsa),
        ),
        ("padding", format!("{signed}.{signature}=")),
        ("a space in front", format!(" {good}")),
        ("a line end behind", format!("{good}\n")),
        ("the scheme's name", format!("Bearer {good}")),
        ("the token twice", format!("{good},{good}")),
        (
            "the audience twice",
            sign(plain_header, &twice(r#""aud":"x""#, &claims), &rsa),
        ),
        (
            "the tenant twice",
            sign(
                plain_header,
                &twice(&format!(r#""tid":"{OTHER_TENANT}""#), &claims),
                &rsa,
            ),
        ),
        (
            "the algorithm twice",
            sign(r#"{"alg":"none","alg":"RS256","kid":"any"}"#, &claims, &rsa),
        ),
        ("a payload changed after signing", {
            let other =
                URL_SAFE_NO_PAD.encode(Draft::user().set("oid", OTHER_TENANT).claims.to_string());
            format!("{header}.{other}.{signature}")
        }),
        ("a header changed after signing", {
            let other = URL_SAFE_NO_PAD.encode(Draft::user().head("typ", "jwt").header.to_string());
            format!("{other}.{payload}.{signature}")
        }),
        (
            "too long",
            Draft::user().set("padding", "p".repeat(16 * 1024)).token(),
        ),
        (
            "nested ten thousand deep",
            sign(plain_header, &"[".repeat(10_000), &rsa),
        ),
    ];
    for (name, token) in &vectors {
        assert!(bearer(token).is_err(), "{name}");
        assert!(sign_in(token).is_err(), "{name}");
    }
}

#[test]
fn bad_id_tokens_are_refused() {
    let id_token = Draft::id_token;
    let vectors = [
        ("nonce", id_token().set("nonce", "another")),
        ("nonce", id_token().without("nonce")),
        ("nonce", id_token().set("nonce", "")),
        ("nonce", Draft::user()),
        ("not an ID token", Draft::user().set("nonce", NONCE)),
        ("not an ID token", id_token().set("idtyp", "app")),
        ("audience", id_token().set("aud", TEAMS)),
        ("issuer", id_token().set("tid", OTHER_TENANT)),
        (
            "private account",
            id_token().tenant(CONSUMERS).head("kid", "consumers"),
        ),
        ("expired", id_token().set("exp", NOW - 61)),
        ("version", id_token().set("ver", "1.0")),
        ("guest", id_token().set("idp", "live.com")),
        (
            "algorithm",
            id_token()
                .head("alg", "none")
                .signed(Signature::Text("AAAA")),
        ),
        (
            "signature",
            id_token().signed(Signature::Rsa(OTHER_KEY, Algorithm::RS256)),
        ),
    ];
    for (index, (reason, draft)) in vectors.iter().enumerate() {
        assert_eq!(
            sign_in(&draft.token()).err(),
            Some(*reason),
            "number {index}"
        );
    }
    // No nonce asked for is no licence to bring none.
    let none = check(
        &id_token().set("nonce", "").token(),
        Purpose::SignIn { nonce: "" },
        false,
    );
    assert_eq!(none.err(), Some("nonce"));
}

#[test]
fn a_guest_who_may_come_is_of_the_tenant_that_they_visit() {
    let token = Draft::id_token()
        .set("acct", 1)
        .set("idp", format!("https://sts.windows.net/{OTHER_TENANT}/"))
        .token();
    let guest = check(&token, Purpose::SignIn { nonce: NONCE }, true).unwrap();
    assert_eq!(guest.kind, IdentityKind::Guest);
    assert_eq!(guest.tenant.to_string(), TENANT);
}

#[test]
fn names_are_shown_only_so_far() {
    let token = Draft::user().set("name", "å".repeat(5_000)).token();
    assert_eq!(bearer(&token).unwrap().name.chars().count(), 256);
}
