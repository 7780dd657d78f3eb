//! Where the databases of a run are: on SQLite copies of a file that is kept, on PostgreSQL copies of a template.

use crate::{cluster::Cluster, options::Options, sync::told, world};
use platform::db::{Db, DbOptions};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

pub enum Store {
    Sqlite { folder: PathBuf },
    Postgres { cluster: Cluster },
}

impl Store {
    pub fn name(&self) -> &'static str {
        match self {
            Store::Sqlite { .. } => "SQLite",
            Store::Postgres { .. } => "PostgreSQL",
        }
    }

    /// Builds the world if it is not there.
    pub async fn prepare(&self, options: &Options) -> Result<(), String> {
        let world = world_name(options);
        match self {
            Store::Sqlite { folder } => {
                let kept = folder.join(format!("{world}.db"));
                if kept.exists() {
                    return Ok(());
                }
                let making = folder.join("making.db");
                remove(&making);
                println!("building the world on SQLite …");
                let db = open(&format!("sqlite:{}", making.display())).await?;
                world::build(&db, options.size).await.map_err(told)?;
                db.backup_to(&kept).await.map_err(told)?;
                drop(db);
                remove(&making);
                Ok(())
            }
            Store::Postgres { cluster } => {
                if cluster.has(&world).await? {
                    return Ok(());
                }
                println!("building the world on PostgreSQL …");
                cluster.make("bench_making", None).await?;
                let db = open(&cluster.url("bench_making")).await?;
                world::build(&db, options.size).await.map_err(told)?;
                db.close();
                drop(db);
                cluster.settle("bench_making").await?;
                cluster.rename("bench_making", &world).await
            }
        }
    }

    /// A copy of the world, or an empty database; the URL.
    pub async fn make(&self, name: &str, options: Option<&Options>) -> Result<String, String> {
        match self {
            Store::Sqlite { folder } => {
                let path = folder.join(format!("{name}.db"));
                remove(&path);
                if let Some(options) = options {
                    let kept = folder.join(format!("{}.db", world_name(options)));
                    std::fs::copy(&kept, &path)
                        .map_err(|error| format!("{}: {error}", kept.display()))?;
                }
                Ok(format!("sqlite:{}", path.display()))
            }
            Store::Postgres { cluster } => {
                let database = format!("bench_{name}");
                cluster
                    .make(&database, options.map(world_name).as_deref())
                    .await?;
                Ok(cluster.url(&database))
            }
        }
    }

    pub async fn remove(&self, name: &str) -> Result<(), String> {
        match self {
            Store::Sqlite { folder } => {
                remove(&folder.join(format!("{name}.db")));
                Ok(())
            }
            Store::Postgres { cluster } => cluster.drop_database(&format!("bench_{name}")).await,
        }
    }
}

pub async fn open(url: &str) -> Result<Db, String> {
    let db = Db::connect(&DbOptions::new(url)).await.map_err(told)?;
    db.migrate(domain::migrations()).await.map_err(told)?;
    Ok(db)
}

/// Names the world by what it is made of.
fn world_name(options: &Options) -> String {
    let mut hash = Sha256::new();
    for migration in domain::migrations() {
        hash.update(migration.name);
        hash.update(migration.sql);
    }
    let digest: [u8; 32] = hash.finalize().into();
    let schema: String = digest
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("world_{}_{}_{schema}", world::VERSION, options.size.people)
}

/// With what lies beside it.
fn remove(path: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        // What is not there needs no removing.
        std::fs::remove_file(PathBuf::from(name)).ok();
    }
}
