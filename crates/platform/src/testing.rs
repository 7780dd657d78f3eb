//! For tests of every crate: a migrated database of one's own, on the engine that SWITCHBOARD_TEST_DB names (`sqlite`, the
//! default, or `postgres` with SWITCHBOARD_TEST_POSTGRES as the address of a server on which databases may be made).

use crate::db::{Db, DbOptions, Migration};
use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

static NEXT: AtomicU64 = AtomicU64::new(0);

/// A database that goes away with this value.
pub struct Fixture {
    pub db: Db,
    pub options: DbOptions,
    folder: Option<PathBuf>,
}

impl Fixture {
    /// Panics with the reason when no database can be had: a test cannot go on.
    pub async fn new(migrations: &'static [Migration]) -> Fixture {
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let name = format!("switchboard_test_{}_{number}", std::process::id());
        match std::env::var("SWITCHBOARD_TEST_DB").as_deref() {
            Ok("postgres") => Self::postgres(&name, migrations).await,
            _ => Self::sqlite(&name, migrations).await,
        }
    }

    async fn sqlite(name: &str, migrations: &'static [Migration]) -> Fixture {
        let folder = std::env::temp_dir().join(name);
        let path = folder.join("switchboard.db");
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        let template = sqlite_template(migrations).await;
        std::fs::copy(template, &path).expect("the template can be copied");
        let options = DbOptions::new(format!("sqlite:{}", path.display()));
        Fixture {
            db: Db::connect(&options)
                .await
                .expect("the test database opens"),
            options,
            folder: Some(folder),
        }
    }

    async fn postgres(name: &str, migrations: &'static [Migration]) -> Fixture {
        let server = std::env::var("SWITCHBOARD_TEST_POSTGRES")
            .expect("SWITCHBOARD_TEST_POSTGRES holds the address of a PostgreSQL server");
        let template = postgres_template(&server, migrations).await;
        postgres_command(
            &server,
            &format!("CREATE DATABASE {name} TEMPLATE {template}"),
        )
        .await;
        let options = DbOptions {
            max_connections: 6,
            ..DbOptions::new(with_database(&server, name))
        };
        Fixture {
            db: Db::connect(&options)
                .await
                .expect("the test database opens"),
            options,
            folder: None,
        }
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            // What cannot be removed is in the temporary folder.
            std::fs::remove_dir_all(folder).ok();
        }
    }
}

type Templates = tokio::sync::Mutex<HashMap<usize, String>>;

fn templates() -> &'static Templates {
    static TEMPLATES: OnceLock<Templates> = OnceLock::new();
    TEMPLATES.get_or_init(Templates::default)
}

/// Migrating takes longer than copying: one migrated database a process and set of migrations.
async fn sqlite_template(migrations: &'static [Migration]) -> PathBuf {
    let mut known = templates().lock().await;
    let key = migrations.as_ptr() as usize;
    if let Some(path) = known.get(&key) {
        return PathBuf::from(path);
    }
    let path = std::env::temp_dir().join(format!(
        "switchboard_template_{}_{}.db",
        std::process::id(),
        known.len()
    ));
    let folder = std::env::temp_dir().join(format!(
        "switchboard_making_{}_{}",
        std::process::id(),
        known.len()
    ));
    {
        let made = folder.join("template.db");
        let db = Db::connect(&DbOptions::new(format!("sqlite:{}", made.display())))
            .await
            .expect("the template opens");
        db.migrate(migrations).await.expect("the migrations run");
        std::fs::remove_file(&path).ok();
        db.backup_to(&path)
            .await
            .expect("the template can be saved");
    }
    std::fs::remove_dir_all(&folder).ok();
    known.insert(key, path.display().to_string());
    path
}

async fn postgres_template(server: &str, migrations: &'static [Migration]) -> String {
    let mut known = templates().lock().await;
    let key = migrations.as_ptr() as usize;
    if let Some(name) = known.get(&key) {
        return name.clone();
    }
    let name = format!(
        "switchboard_template_{}_{}",
        std::process::id(),
        known.len()
    );
    postgres_command(server, &format!("DROP DATABASE IF EXISTS {name}")).await;
    postgres_command(server, &format!("CREATE DATABASE {name}")).await;
    let db = Db::connect(&DbOptions {
        max_connections: 2,
        ..DbOptions::new(with_database(server, &name))
    })
    .await
    .expect("the template opens");
    db.migrate(migrations).await.expect("the migrations run");
    db.close();
    known.insert(key, name.clone());
    name
}

async fn postgres_command(server: &str, sql: &str) {
    let db = Db::connect(&DbOptions::new(server))
        .await
        .expect("PostgreSQL answers");
    db.command(sql).await.expect("PostgreSQL carries it out");
    db.close();
}

fn with_database(server: &str, name: &str) -> String {
    let mut url = url::Url::parse(server).expect("SWITCHBOARD_TEST_POSTGRES is an address");
    url.set_path(name);
    url.to_string()
}

/// Serialises what must not run beside itself in one process, such as reading the environment.
pub static ALONE: Mutex<()> = Mutex::new(());
