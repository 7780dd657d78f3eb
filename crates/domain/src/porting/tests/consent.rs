//! The owner's consent.

use super::bench::{Bench, PDF};
use crate::porting::{self, EventKind, MediaType, PortState, rules::MAX_DOCUMENT};
use platform::seal::Sealer;

#[tokio::test]
async fn a_consent_lies_sealed_and_is_read_back_by_whoever_may() {
    let bench = Bench::new().await;
    let id = bench.open().await;
    let case = bench.consent(id).await.unwrap();
    let kept = case.consent.unwrap();
    assert_eq!(
        (kept.media_type, kept.size),
        (MediaType::Pdf, PDF.len() as i64)
    );

    let mut tx = bench.fixture.db.begin().await.unwrap();
    let (_, sealed) = porting::consent_of(&mut tx, &bench.scope, id)
        .await
        .unwrap();
    assert!(
        !sealed.windows(7).any(|window| window == b"consent"),
        "it lies there open"
    );
    let (media_type, document) =
        porting::read_consent(&mut tx, &bench.ids, &bench.scope, &bench.sealer, id)
            .await
            .unwrap();
    assert_eq!((media_type, document.as_slice()), (MediaType::Pdf, PDF));
    tx.commit().await.unwrap();

    let reader = bench.reader().await;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let refused = porting::read_consent(&mut tx, &bench.ids, &reader, &bench.sealer, id).await;
    assert_eq!(refused.unwrap_err().code, "forbidden");
    let foreign = porting::read_consent(&mut tx, &bench.ids, &bench.other, &bench.sealer, id).await;
    assert_eq!(foreign.unwrap_err().code, "notFound");
    let other_key = Sealer::parse(&Sealer::make_key_line("2")).unwrap();
    let lost = porting::read_consent(&mut tx, &bench.ids, &bench.scope, &other_key, id).await;
    assert_eq!(lost.unwrap_err().code, "internal");
    drop(tx);
    let actions = bench
        .texts("SELECT action FROM audit_entries WHERE subject_kind = 'port' ORDER BY sequence")
        .await;
    assert_eq!(
        actions,
        [
            "open_port",
            "add_port_consent",
            "submit_port",
            "read_port_consent"
        ]
    );
}

#[tokio::test]
async fn what_is_no_document_is_refused_and_changes_nothing() {
    let bench = Bench::new().await;
    let id = bench.open().await;
    let mut large = PDF.to_vec();
    large.resize(MAX_DOCUMENT + 1, b' ');
    for (document, code) in [
        (&b""[..], "unsupportedDocument"),
        (b"<script>%PDF-", "unsupportedDocument"),
        (large.as_slice(), "tooLarge"),
    ] {
        let mut tx = bench.fixture.db.begin().await.unwrap();
        let refused = porting::add_consent(
            &mut tx,
            &bench.ids,
            &bench.scope,
            &bench.sealer,
            id,
            document,
        )
        .await;
        assert_eq!(refused.unwrap_err().code, code);
    }
    let reader = bench.reader().await;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let refused = porting::add_consent(&mut tx, &bench.ids, &reader, &bench.sealer, id, PDF).await;
    assert_eq!(refused.unwrap_err().code, "forbidden");
    drop(tx);
    let case = bench.case(id).await;
    assert_eq!((case.state, case.consent), (PortState::Draft, None));
    assert_eq!(bench.events(id).await.len(), 1);
}

#[tokio::test]
async fn a_better_one_takes_the_place_of_one_that_was_rejected_and_none_comes_later() {
    let bench = Bench::new().await;
    let id = bench.asked().await;
    assert_eq!(bench.consent(id).await.unwrap_err().code, "portUnderWay");
    bench
        .donor
        .says(crate::porting::ports::DonorState::Rejected);
    bench.work(std::time::Duration::from_secs(3600)).await;
    let case = bench.consent(id).await.unwrap();
    assert_eq!(
        case.state,
        PortState::Rejected,
        "whoever puts more right submits it himself"
    );
    let added = |event: &&porting::Event| event.kind == EventKind::ConsentAdded;
    assert_eq!(bench.events(id).await.iter().filter(added).count(), 2);
    assert_eq!(
        bench.texts("SELECT media_type FROM port_consents").await,
        ["application/pdf"]
    );
}
