//! Sign-in, bearer tokens, proofs of who we are.

use super::*;

#[tokio::test]
async fn a_person_signs_in_with_a_code_that_works_once() {
    let sim = Sim::start().await;
    let (code, state) = sim.code(METTE, "the nonce").await;
    assert_eq!(state, "the state");
    let identity = sim
        .entra
        .redeem_code(&code, VERIFIER, &callback(), "the nonce", None)
        .await
        .unwrap();
    assert_eq!(
        (identity.tenant, identity.kind),
        (tenant(tenants::NORDVIND), IdentityKind::User)
    );
    assert_eq!(identity.object, sim.object(tenants::NORDVIND, METTE));
    assert_eq!(
        (identity.name.as_str(), identity.username.as_str()),
        ("Mette Holm", METTE)
    );
    assert!(identity.authenticated_at.is_some() && identity.login_hint.is_some());
    let again = sim
        .entra
        .redeem_code(&code, VERIFIER, &callback(), "the nonce", None)
        .await;
    assert!(
        matches!(again, Err(IdentityError::Rejected("code"))),
        "{again:?}"
    );

    let (code, _) = sim.code(METTE, "the nonce").await;
    let wrong = sim
        .entra
        .redeem_code(
            &code,
            "another-verifier-of-forty-three-characters-x",
            &callback(),
            "the nonce",
            None,
        )
        .await;
    assert!(
        matches!(wrong, Err(IdentityError::Rejected("code"))),
        "{wrong:?}"
    );
    let (code, _) = sim.code(METTE, "another nonce").await;
    let replayed = sim
        .entra
        .redeem_code(&code, VERIFIER, &callback(), "the nonce", None)
        .await;
    assert!(
        matches!(replayed, Err(IdentityError::Rejected("nonce"))),
        "{replayed:?}"
    );
}

#[tokio::test]
async fn tokens_of_teams_and_of_integrators_are_accepted_and_wrong_ones_are_not() {
    let sim = Sim::start().await;
    let teams = "5e3ce6c0-2b1f-4285-8d4b-75ee78787346";
    let token = sim
        .mint(json!({"kind": "api", "user": METTE, "client": teams}))
        .await;
    let identity = sim.entra.check_bearer(&token).await.unwrap();
    assert_eq!(
        (identity.object, identity.kind),
        (sim.object(tenants::NORDVIND, METTE), IdentityKind::User)
    );

    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", INTEGRATOR_ID),
        ("client_secret", INTEGRATOR_SECRET),
        ("scope", &format!("{APP_ID_URI}/.default")),
    ];
    let url = format!(
        "{}/{}/oauth2/v2.0/token",
        sim.running.microsoft_http,
        tenants::HAVN
    );
    let body: Value = sim
        .browser
        .post(url)
        .form(&form)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let service = sim
        .entra
        .check_bearer(body["access_token"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!(
        (service.tenant, service.kind),
        (tenant(tenants::HAVN), IdentityKind::Service)
    );

    let person = |more: Value| {
        let mut order = json!({"kind": "api", "user": METTE, "client": teams});
        order
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        order
    };
    for order in [
        json!({"kind": "id", "user": METTE}),
        json!({"kind": "graph", "user": METTE}),
        json!({"kind": "graphApp", "tenant": tenants::NORDVIND}),
        person(json!({"key": "consumer"})),
        person(json!({"key": "tenant"})),
        person(json!({"key": "unknown"})),
        person(json!({"alg": "none"})),
        person(json!({"alg": "HS256"})),
        person(json!({"alg": "PS256"})),
        person(json!({"claims": {"tid": tenants::HAVN}})),
        person(json!({"claims": {"aud": APP_ID_URI}})),
        person(json!({"claims": {"ver": "1.0"}})),
        person(json!({"claims": {"exp": 1}})),
        person(json!({"claims": {"scp": null}})),
        person(json!({"claims": {"azp": "11111111-2222-4333-8444-555555555555"}})),
        person(json!({"claims": {"acct": 1}})),
        person(json!({"header": {"jku": "https://evil.example/keys"}})),
    ] {
        let outcome = sim.entra.check_bearer(&sim.mint(order.clone()).await).await;
        assert!(
            matches!(outcome, Err(IdentityError::Rejected(_))),
            "{order}: {outcome:?}"
        );
    }
    // The keys roll over; the old one stays published, then does not.
    sim.running.microsoft.entra.keys.rotate(false);
    sim.entra
        .check_bearer(&sim.mint(person(json!({}))).await)
        .await
        .unwrap();
    sim.entra.check_bearer(&token).await.unwrap();
}

#[tokio::test]
async fn a_certificate_proves_us_over_https_with_an_extra_root() {
    let der = CertificateDer::from_pem_slice(CERTIFICATE.as_bytes())
        .unwrap()
        .to_vec();
    let certificate = ClientCertificate {
        der,
        expires: jiff::Timestamp::MAX,
    };
    let folder = std::env::temp_dir().join(format!("switchboard-adapters-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let ca_file = folder.join("ca.pem");
    let sim = Sim::with(
        |world| {
            world
                .update_application(CLIENT_ID, |app| app.certificates.push(certificate))
                .unwrap()
        },
        |config, running| {
            std::fs::write(&ca_file, &running.ca_pem).unwrap();
            config.authority = Url::parse(&running.microsoft_https).unwrap();
            config.http.extra_ca_file = Some(ca_file.clone());
            config.credential = Credential::Certificate {
                key: OTHER_KEY.into(),
                certificate: CERTIFICATE.into(),
            };
        },
    )
    .await;
    let record = sim.graph.tenant(tenant(tenants::NORDVIND)).await.unwrap();
    assert_eq!(record.display_name, "Nordvind A/S");

    // Without the root there is no trust, and nothing has happened.
    let mut config = Config::new(
        Url::parse(&sim.running.microsoft_https).unwrap(),
        CLIENT_ID,
        Credential::Secret(CLIENT_SECRET.into()),
    );
    config.http.extra_ca_file = None;
    let stranger = Entra::new(config, Arc::new(Time(sim.running.clock.clone()))).unwrap();
    let outcome = stranger.app_token(tenant(tenants::NORDVIND)).await;
    assert!(
        matches!(outcome, Err(OutsideError::Unavailable(_))),
        "{outcome:?}"
    );
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn the_other_addresses_lead_somewhere() {
    let sim = Sim::start().await;
    let back = Url::parse("http://localhost:8080/auth/consent/callback").unwrap();
    let consent = sim
        .entra
        .admin_consent_url(tenant(tenants::FREMMED), &back, "s")
        .await
        .unwrap();
    let answer = sim.browser.get(consent).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    let out = sim
        .entra
        .sign_out_url(
            Some("O.abc"),
            &Url::parse("http://localhost:8080/").unwrap(),
        )
        .await
        .unwrap();
    let answer = sim.browser.get(out).send().await.unwrap();
    assert!(
        answer.status().is_success() || answer.status().is_redirection(),
        "{}",
        answer.status()
    );
}
