//! Files of usage records: from a folder that the network puts them in, and by command.

mod folder;
mod report;

pub use folder::Folder;

use domain::{
    access::{self, Scope},
    usage::{self, Begin, ImportOrigin, UsageImport, ports::Source},
};
use platform::{Error, Ids, Result, db::Db};
use std::{fs::File, io::Read, path::Path};
use url::Url;

/// What is needed to read a file.
#[derive(Clone)]
pub struct Reading {
    pub db: Db,
    pub ids: Ids,
    /// Where mails lead.
    pub portal: Url,
}

/// Bytes that are read at once.
const PIECE: u64 = 256 * 1024;

struct Opened(File);

#[async_trait::async_trait]
impl Source for Opened {
    async fn read(&mut self, into: &mut Vec<u8>) -> Result<bool> {
        // A quarter of a megabyte, most likely from the system's memory: not worth another thread.
        match (&self.0).take(PIECE).read_to_end(into) {
            Ok(0) => Ok(false),
            Ok(_) => Ok(true),
            Err(error) => Err(Error::unavailable(format!(
                "the file cannot be read: {error}"
            ))),
        }
    }
}

impl Reading {
    /// The operator's scope: its file holds everybody's numbers.
    async fn scope(&self) -> Result<Scope> {
        let system = access::for_system();
        let mut conn = self.db.read().await?;
        let operator = access::operator(&mut conn, system).await?;
        access::for_work(&mut conn, system, operator).await
    }

    /// Reads an open file to its end. `key` names it: cut short and begun once more it goes on; if it is another file by then, it
    /// is read as a new one.
    async fn file(
        &self,
        scope: &Scope,
        origin: ImportOrigin,
        name: &str,
        key: &str,
        file: &File,
    ) -> Result<UsageImport> {
        let wanted = Begin {
            origin,
            name: Some(name),
            key: Some(key),
            once: false,
            by: None,
        };
        match self.once(scope, &wanted, file).await {
            Err(error) if error.code == "importChanged" => self.once(scope, &wanted, file).await,
            outcome => outcome,
        }
    }

    async fn once(&self, scope: &Scope, wanted: &Begin<'_>, file: &File) -> Result<UsageImport> {
        use std::io::{Seek, SeekFrom};
        let unreadable =
            |error: std::io::Error| Error::unavailable(format!("the file cannot be read: {error}"));
        let mut own = file.try_clone().map_err(unreadable)?;
        own.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let mut tx = self.db.begin().await?;
        let importing = usage::begin(&mut tx, &self.ids, scope, wanted).await?;
        tx.commit().await?;
        usage::run(
            &self.db,
            &self.ids,
            scope,
            &self.portal,
            importing,
            Box::new(Opened(own)),
        )
        .await
    }

    /// Reads a file by command; what came of it in words.
    ///
    /// # Errors
    /// One line that says why it was not read.
    pub async fn command(&self, path: &Path) -> std::result::Result<String, String> {
        let told = |error: Error| format!("{}: {error}", path.display());
        let whole = path
            .canonicalize()
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let file = File::open(&whole).map_err(|error| format!("{}: {error}", path.display()))?;
        let scope = self.scope().await.map_err(told)?;
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let key = format!("command {}", whole.display());
        let import = self
            .file(&scope, ImportOrigin::Command, &name, &key, &file)
            .await
            .map_err(told)?;
        let errors = report::errors(&self.db, &scope, import.id, report::SHOWN)
            .await
            .map_err(told)?;
        Ok(report::words(&import, &errors))
    }
}
