use super::*;
use crate::{db, jobs::Worker, testing::Fixture, time::ManualClock};
use std::sync::Mutex;

/// Answers as told, and remembers what it was asked to send.
#[derive(Default)]
struct Script {
    answers: Mutex<Vec<MailError>>,
    sent: Mutex<Vec<Mail>>,
}

#[async_trait]
impl MailTransport for Script {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.sent.lock().unwrap().push(mail.clone());
        self.answers.lock().unwrap().pop().map_or(Ok(()), Err)
    }
}

struct World {
    fixture: Fixture,
    clock: Arc<ManualClock>,
    script: Arc<Script>,
    worker: Worker,
}

async fn world(answers: Vec<MailError>) -> World {
    let fixture = Fixture::new(db::migrations()).await;
    let clock = Arc::new(ManualClock::at(
        Instant::parse("2026-11-21T12:00:00Z").unwrap(),
    ));
    let script = Arc::new(Script {
        answers: Mutex::new(answers),
        sent: Mutex::default(),
    });
    let handler = SendMail {
        db: fixture.db.clone(),
        clock: clock.clone(),
        transport: script.clone(),
    };
    let worker = Worker::new(fixture.db.clone(), clock.clone()).with(SEND_MAIL, Arc::new(handler));
    World {
        fixture,
        clock,
        script,
        worker,
    }
}

impl World {
    async fn write(&self, to: &str) -> Result<Uuid> {
        let mut tx = self.fixture.db.begin().await?;
        let mail = NewMail {
            to: to.into(),
            subject: "Hej".into(),
            text: "Tekst".into(),
            lane: Uuid::nil(),
        };
        let id = enqueue(&mut tx, &Ids::new(self.clock.clone()), mail).await?;
        tx.commit().await?;
        Ok(id)
    }

    async fn row(&self, id: Uuid) -> (String, i64, String) {
        let mut conn = self.fixture.db.read().await.unwrap();
        let row = conn
            .one(
                "SELECT state, attempts, body FROM mail_outbox WHERE id = ?1",
                params![id],
            )
            .await
            .unwrap();
        (
            row.get(0).unwrap(),
            row.get(1).unwrap(),
            row.get(2).unwrap(),
        )
    }
}

#[tokio::test]
async fn a_mail_goes_out_once_and_its_text_is_forgotten() {
    let world = world(Vec::new()).await;
    let id = world.write("mette@nordvind.example").await.unwrap();
    world.worker.run_until_idle().await.unwrap();
    world.worker.run_until_idle().await.unwrap();
    let sent = world.script.sent.lock().unwrap().clone();
    assert_eq!(sent.len(), 1);
    assert_eq!(
        (sent[0].text.as_str(), sent[0].message_id.clone()),
        ("Tekst", id.to_string())
    );
    assert_eq!(world.row(id).await, ("sent".into(), 1, String::new()));
}

#[tokio::test]
async fn a_mail_that_cannot_go_now_goes_later_with_the_same_id() {
    let world = world(vec![MailError::NotNow("421".into())]).await;
    let id = world.write("mette@nordvind.example").await.unwrap();
    world.worker.run_until_idle().await.unwrap();
    assert_eq!(world.row(id).await, ("pending".into(), 1, "Tekst".into()));
    world.clock.advance(Duration::from_secs(60));
    world.worker.run_until_idle().await.unwrap();
    assert_eq!(world.row(id).await.0, "sent");
    let sent = world.script.sent.lock().unwrap().clone();
    assert_eq!((sent.len(), &sent[0]), (2, &sent[1]));
}

#[tokio::test]
async fn a_refused_mail_is_not_tried_again_and_is_purged_after_its_time() {
    let world = world(vec![MailError::Refused("550 no such user".into())]).await;
    let id = world.write("nobody@nordvind.example").await.unwrap();
    world.worker.run_until_idle().await.unwrap();
    world.clock.advance(Duration::from_secs(3600));
    world.worker.run_until_idle().await.unwrap();
    assert_eq!(world.script.sent.lock().unwrap().len(), 1);
    assert_eq!(world.row(id).await.0, "refused");
    let purge_at = async |at: Instant| {
        let mut tx = world.fixture.db.begin().await.unwrap();
        let gone = purge(&mut tx, at).await.unwrap();
        tx.commit().await.unwrap();
        gone
    };
    assert_eq!(purge_at(world.clock.now()).await, 0);
    assert_eq!(purge_at(world.clock.now().plus(KEEP)).await, 1);
}

#[tokio::test]
async fn an_address_cannot_smuggle_a_header_in() {
    let world = world(Vec::new()).await;
    for to in [
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example, c@d.example",
        "nobody",
    ] {
        assert_eq!(world.write(to).await.unwrap_err().code, "mailAddress");
    }
    assert_eq!(world.worker.run_until_idle().await.unwrap(), 0);
}
