//! The folder that the network puts files of usage into, and the command that reads one.

use super::usage::HEADING;
use crate::support::{App, Org};
use platform::{Clock, Instant, time::ManualClock};
use serde_json::{Value, json};
use server::usage::{Folder, Reading};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

const SETTLE: Duration = Duration::from_secs(30);

static NEXT: AtomicU64 = AtomicU64::new(0);

/// A folder of one's own, with a clock that only says how long a file has stayed as it is.
struct Place {
    folder: PathBuf,
    clock: Arc<ManualClock>,
}

impl Place {
    fn new() -> Place {
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let folder =
            std::env::temp_dir().join(format!("switchboard_usage_{}_{number}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        Place {
            folder,
            clock: Arc::new(ManualClock::at(Instant(0))),
        }
    }

    fn watcher(&self, app: &App) -> Folder {
        let clock: Arc<dyn Clock> = self.clock.clone();
        Folder::new(self.folder.clone(), SETTLE, reading(app), clock)
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.folder.join(name), text).expect("a file");
    }

    fn names(&self, place: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.join(place))
            .expect("a folder")
            .map(|entry| entry.expect("an entry"))
            .filter(|entry| entry.path().is_file())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    fn report(&self, path: &str) -> Value {
        let text = fs::read_to_string(self.folder.join(path)).expect("a report");
        serde_json::from_str(&text).expect("JSON")
    }

    /// Looks, lets the files settle, and looks again.
    async fn settle(&self, watcher: &mut Folder) -> usize {
        let before = watcher.look().await.expect("a look");
        self.clock.advance(SETTLE);
        before + watcher.look().await.expect("a look")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).ok();
    }
}

fn reading(app: &App) -> Reading {
    Reading {
        db: app.db().clone(),
        ids: app.service.ids.clone(),
        portal: "https://portal.example/".parse().expect("an address"),
    }
}

const RECORDS: &str = "SELECT COUNT(*) FROM usage_records";

#[tokio::test]
async fn a_file_is_read_once_it_is_complete_and_lies_with_its_report() {
    let app = App::start().await;
    let (_, number) = app.mobile_line(Org::Nordvind, 0).await;
    let at = app.just_now();
    let row = |record: usize| format!("core,{record},{number},sms,outgoing,,1,{at}\n");
    let place = Place::new();
    let mut watcher = place.watcher(&app);
    place.put("one.csv", &format!("{HEADING}{}", row(1)));
    place.put("two.csv.part", &format!("{HEADING}{}", row(2)));
    place.put(".three.csv", &format!("{HEADING}{}", row(3)));
    assert_eq!(watcher.look().await.expect("a look"), 0);
    place.clock.advance(SETTLE / 2);
    // Somebody is still writing.
    place.put("one.csv", &format!("{HEADING}{}{}broken", row(1), row(4)));
    assert_eq!(watcher.look().await.expect("a look"), 0);
    place.clock.advance(SETTLE / 2);
    assert_eq!(watcher.look().await.expect("a look"), 0);
    assert_eq!(place.settle(&mut watcher).await, 1);
    assert_eq!(app.count(RECORDS).await, 2);
    assert_eq!(
        place.names("done"),
        ["one.csv", "one.csv.errors.csv", "one.csv.report.json"]
    );
    let report = place.report("done/one.csv.report.json");
    assert_eq!(
        (&report["records"], &report["errors"], &report["state"]),
        (&json!(2), &json!(1), &json!("done"))
    );
    assert_eq!(report["firstErrors"][0]["line"], json!(4));
    assert_eq!(place.names(""), [".three.csv", "two.csv.part"]);

    // The same name once more, and JSON lines, and rubbish.
    let line = json!({
        "source": "core", "record": "5", "number": number, "kind": "sms", "quantity": 1, "startedAt": at,
    });
    place.put("one.csv", &format!("{line}\n"));
    place.put("picture.png", "\u{1}\u{2}\u{3}");
    assert_eq!(place.settle(&mut watcher).await, 2);
    assert_eq!(app.count(RECORDS).await, 3);
    assert!(place.names("done").contains(&"one.csv.2".to_owned()));
    assert_eq!(
        place.names("failed"),
        ["picture.png", "picture.png.report.json"]
    );
    let report = place.report("failed/picture.png.report.json");
    assert_eq!(report["problem"], json!("importHeading"));
    assert_eq!(place.names("working"), [""; 0]);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_do_not_read_one_file_twice() {
    let app = App::start().await;
    let (_, number) = app.mobile_line(Org::Nordvind, 0).await;
    let at = app.just_now();
    let place = Place::new();
    for file in 0..8 {
        let rows: String = (0..200)
            .map(|row| format!("core,{file}-{row},{number},sms,outgoing,,1,{at}\n"))
            .collect();
        place.put(&format!("{file}.csv"), &format!("{HEADING}{rows}"));
    }
    let (mut one, mut two) = (place.watcher(&app), place.watcher(&app));
    let (first, second) = tokio::join!(place.settle(&mut one), place.settle(&mut two));
    let third = one.look().await.expect("a look") + two.look().await.expect("a look");
    assert_eq!(first + second + third, 8);
    assert_eq!(app.count(RECORDS).await, 1_600);
    let twice = "SELECT CAST(COALESCE(SUM(duplicates), 0) AS BIGINT) FROM usage_imports";
    assert_eq!(app.count(twice).await, 0);
    assert_eq!(place.names("done").len(), 16);
    app.end().await;
}

#[tokio::test]
async fn a_file_that_somebody_died_over_is_taken_up_and_ends_the_same() {
    let app = App::start().await;
    let (_, number) = app.mobile_line(Org::Nordvind, 0).await;
    let at = app.just_now();
    let rows: String = (0..5_000)
        .map(|row| format!("core,{row:05},{number},sms,outgoing,,1,{at}\n"))
        .collect();
    let text = format!("{HEADING}{rows}");
    let place = Place::new();
    let mut watcher = place.watcher(&app);
    // What a process leaves that is killed while it reads: a part counted, the file in `working`, nobody's lock.
    fs::create_dir_all(place.folder.join("working")).expect("a folder");
    let path = place.folder.join("working/big.csv");
    fs::write(&path, &text).expect("a file");
    let mut dying = place.watcher(&app);
    {
        let looking = dying.look();
        tokio::pin!(looking);
        app.until("a part is counted", async || {
            tokio::select! {
                biased;
                _ = &mut looking => panic!("it should not have come to its end"),
                () = tokio::task::yield_now() => {}
            }
            (app.count("SELECT CAST(COALESCE(MAX(position), 0) AS BIGINT) FROM usage_imports")
                .await
                > 0)
            .then_some(())
        })
        .await;
    }
    assert!(path.exists());
    // While another holds it, it is left alone.
    let lock = fs::File::open(&path).expect("the file");
    app.until("the dead one's lock is gone", async || lock.try_lock().ok())
        .await;
    assert_eq!(watcher.look().await.expect("a look"), 0);
    drop(lock);
    assert_eq!(watcher.look().await.expect("a look"), 1);
    let report = place.report("done/big.csv.report.json");
    assert_eq!(
        (&report["records"], &report["duplicates"]),
        (&json!(5_000), &json!(0))
    );
    assert_eq!(app.count(RECORDS).await, 5_000);
    app.end().await;
}

#[tokio::test]
async fn a_file_is_read_by_command() {
    let app = App::start().await;
    let (_, number) = app.mobile_line(Org::Nordvind, 0).await;
    let place = Place::new();
    let row = format!("core,1,{number},sms,outgoing,,1,{}\n", app.just_now());
    place.put("a.csv", &format!("{HEADING}{row}{row}core,2,x\n"));
    let path = place.folder.join("a.csv");
    let told = reading(&app).command(&path).await.expect("it is read");
    let begins =
        "4 lines: 1 records counted, 1 told before, 1 lines that cannot be counted.\n  line 4";
    assert!(told.starts_with(begins), "{told}");
    let told = reading(&app).command(Path::new("/nothing/here.csv")).await;
    assert!(
        told.expect_err("there is none")
            .starts_with("/nothing/here.csv: ")
    );
    assert!(path.exists(), "a file read by command stays where it is");
    app.end().await;
}
