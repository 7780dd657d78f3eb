//! A number on its way here has come further: the order item that waits for it goes on.

use crate::porting;
use async_trait::async_trait;
use platform::{
    Error, Ids, Result,
    db::Db,
    jobs::{Handler, Lease, Outcome},
};
use uuid::Uuid;

/// Handler of [`porting::CASE_MOVED`].
pub struct CaseMoved {
    pub db: Db,
    pub ids: Ids,
}

#[derive(serde::Deserialize)]
struct Payload {
    item: Uuid,
}

#[async_trait]
impl Handler for CaseMoved {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        let payload: Payload = serde_json::from_value(lease.payload.clone()).map_err(|error| {
            Error::internal(format!(
                "the payload of {} cannot be read: {error}",
                porting::CASE_MOVED
            ))
        })?;
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        super::jobs::wake_item(&mut tx, &self.ids, payload.item).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}
