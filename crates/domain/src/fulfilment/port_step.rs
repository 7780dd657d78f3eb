//! The step that waits for the donor. It calls nobody outside: the case does, by a job of its own; here it is only looked at. What
//! comes after it cannot be turned round, because a number that has moved does not go back.

use crate::{
    access::Scope,
    numbering,
    porting::{self, Case, EventKind, PortState},
};
use platform::{
    Clock, Error, Ids, Result,
    db::{Conn, Db},
    jobs::Lease,
    saga::{Step, StepOutcome, TRIES},
};
use serde_json::json;
use std::time::Duration;

/// Whoever waits is woken when the case moves; looking ourselves as well bears a lost word.
const LOOK: Duration = Duration::from_secs(3600);

/// Why the step failed when the case was called off: no failure of anybody's.
pub const CALLED_OFF: &str = "portCancelled";

/// What a step about a case works with.
pub struct PortStep<'a> {
    pub db: &'a Db,
    pub ids: &'a Ids,
    pub clock: &'a dyn Clock,
    pub lease: &'a Lease,
    pub scope: &'a Scope,
}

/// Where an item stands that waits for its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The donor, or the day, is waited for.
    Waits,
    /// The donor said no: whoever ordered has to put something right. The code of what.
    Rejected(String),
    /// The network has not been reached for long: a person of the operator has to look.
    Unreachable(String),
}

pub fn standing(case: &Case) -> Standing {
    match (&case.rejection, &case.trouble) {
        (Some(rejection), _) => Standing::Rejected(rejection.code.clone()),
        (None, Some(trouble)) if case.tries >= TRIES => Standing::Unreachable(trouble.clone()),
        _ => Standing::Waits,
    }
}

/// Whether it makes sense to ask the donor to leave it: once. One that has said that it is too late is not asked again.
pub async fn may_call_off(conn: &mut Conn, scope: &Scope, case: &Case) -> Result<bool> {
    if porting::rules::cancel_hindrance(case).is_some() {
        return Ok(false);
    }
    let events = porting::events(conn, scope, case.id).await?;
    Ok(!events
        .iter()
        .any(|event| event.kind == EventKind::CancelRefused))
}

impl PortStep<'_> {
    /// Lets the donor be asked, and looks how the case stands. `cancelled`: the order is to be taken back, if the donor lets it.
    pub async fn run(&self, step: &Step, cancelled: bool) -> StepOutcome {
        self.look(step, cancelled).await.unwrap_or_else(again)
    }

    async fn look(&self, step: &Step, cancelled: bool) -> Result<StepOutcome> {
        let case = self.case(step).await?;
        Ok(match case.state {
            PortState::Completed => {
                self.take_in(&case).await?;
                StepOutcome::Done { memo: json!({}) }
            }
            PortState::Cancelled => StepOutcome::Failed {
                why: CALLED_OFF.to_owned(),
            },
            _ => {
                if cancelled {
                    self.call_off(&case).await?;
                } else if case.released_at.is_none() {
                    self.release(&case).await?;
                }
                self.wait()
            }
        })
    }

    /// Only what was never asked, or called off, can be taken back; what has moved needs a person.
    pub async fn take_back(&self, step: &Step) -> StepOutcome {
        let looked = async {
            let case = self.case(step).await?;
            Ok(match case.state {
                PortState::Cancelled => StepOutcome::Done { memo: json!({}) },
                PortState::Completed => StepOutcome::Failed {
                    why: "the number has moved and cannot be given back by itself".to_owned(),
                },
                _ => {
                    self.call_off(&case).await?;
                    self.wait()
                }
            })
        };
        looked.await.unwrap_or_else(again)
    }

    fn wait(&self) -> StepOutcome {
        StepOutcome::Wait {
            until: self.clock.now().plus(LOOK),
            memo: json!({}),
        }
    }

    async fn case(&self, step: &Step) -> Result<Case> {
        let mut conn = self.db.read().await?;
        porting::of_item(&mut conn, self.scope, step.saga)
            .await?
            .ok_or_else(|| Error::internal("the item that waits for a number has no case"))
    }

    async fn release(&self, case: &Case) -> Result<()> {
        let mut tx = self.db.begin().await?;
        self.lease.guard(&mut tx).await?;
        porting::release(&mut tx, self.ids, self.scope, case.id).await?;
        tx.commit().await
    }

    async fn call_off(&self, case: &Case) -> Result<()> {
        let mut tx = self.db.begin().await?;
        self.lease.guard(&mut tx).await?;
        if may_call_off(&mut tx, self.scope, case).await? {
            porting::abandon(&mut tx, self.ids, self.scope, case.item).await?;
        }
        tx.commit().await
    }

    /// The number becomes the organisation's, reserved for the item.
    async fn take_in(&self, case: &Case) -> Result<()> {
        let mut tx = self.db.begin().await?;
        self.lease.guard(&mut tx).await?;
        numbering::take_in(
            &mut tx,
            self.ids,
            self.scope,
            &case.number,
            case.kind,
            case.item,
        )
        .await?;
        tx.commit().await
    }
}

fn again(error: Error) -> StepOutcome {
    StepOutcome::Retry {
        after: None,
        why: error.to_string(),
    }
}
