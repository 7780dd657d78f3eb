//! The job that asks the donor, through the network, and follows what it says.
//!
//! Claim, call, record, as a saga's step: before the donor is asked it is noted that it is about to be, so that whoever goes on
//! after a crash or a lost answer looks for the request before asking again.

use super::{
    Case, EventKind, PortId, PortState, ops,
    ports::{CallOff, DonorAnswer, DonorState, NumberPortability, PortIn},
    rules, store, tell,
};
use crate::{
    access::{self, OrganisationId, Scope},
    numbering::NumberKind,
};
use async_trait::async_trait;
use platform::{
    Clock, Error, Ids, Instant, Result,
    db::{Db, Tx},
    jobs::{Handler, Lease, Outcome, pause},
    outside::OutsideError,
    saga::TRIES,
};
use std::{sync::Arc, time::Duration};
use url::Url;

/// A call without an answer may still be on its way for this long; longer than any call's own time limit.
const IN_FLIGHT: Duration = Duration::from_secs(30);
/// Between two looks; the network tells by itself too, and this bears a lost event.
const SHORTEST_LOOK: Duration = Duration::from_secs(2);
const LONGEST_LOOK: Duration = Duration::from_secs(15 * 60);

/// Handler of [`super::FOLLOW_CASE`].
pub struct FollowCase {
    pub db: Db,
    pub ids: Ids,
    pub clock: Arc<dyn Clock>,
    pub portability: Arc<dyn NumberPortability>,
    /// Where the portal is reached, for links in mails; with `/` at its end.
    pub portal: Url,
}

#[derive(serde::Deserialize)]
struct Payload {
    port: PortId,
    organisation: OrganisationId,
}

/// What one round came to.
enum Round {
    Seen(DonorAnswer),
    /// The donor was never asked, and need not be any more.
    NeverAsked,
    LookAgain(Instant),
    Trouble(OutsideError),
    Refused {
        code: String,
        message: String,
    },
}

#[async_trait]
impl Handler for FollowCase {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        let payload: Payload = serde_json::from_value(lease.payload.clone()).map_err(|error| {
            Error::internal(format!("the job's payload cannot be read: {error}"))
        })?;
        let mut conn = self.db.read().await?;
        let scope = access::for_work(&mut conn, access::for_system(), payload.organisation).await?;
        let case = store::case(&mut conn, &scope, payload.port).await?;
        drop(conn);
        if !rules::is_outside(case.state) || case.released_at.is_none() {
            return Ok(Outcome::Done);
        }
        match self.round(lease, &scope, &case).await? {
            Round::Seen(answer) => self.seen(lease, &scope, &case, answer).await,
            Round::NeverAsked => {
                let answer = DonorAnswer {
                    id: String::new(),
                    state: DonorState::CalledOff,
                    day: None,
                    reason: None,
                };
                self.record(lease, &scope, &case, &answer).await
            }
            Round::LookAgain(at) => Ok(Outcome::Again(at)),
            Round::Trouble(error) => self.trouble(lease, &scope, &case, &error).await,
            Round::Refused { code, message } => {
                let answer = DonorAnswer {
                    id: String::new(),
                    state: DonorState::Rejected,
                    day: None,
                    reason: Some((code, message)),
                };
                self.record(lease, &scope, &case, &answer).await
            }
        }
    }
}

impl FollowCase {
    async fn round(&self, lease: &Lease, scope: &Scope, case: &Case) -> Result<Round> {
        let reference = case.reference();
        if let Some(asked_at) = case.asked_at {
            match self.portability.find(&reference).await {
                Ok(Some(answer)) => return Ok(Round::Seen(answer)),
                Err(error) => return Ok(Round::Trouble(error)),
                // Perhaps the call that got no answer is still on its way: it proves nothing before it cannot be any longer.
                Ok(None) if self.clock.now() < asked_at.plus(IN_FLIGHT) => {
                    return Ok(Round::LookAgain(asked_at.plus(IN_FLIGHT)));
                }
                Ok(None) => {}
            }
        }
        if case.cancel_requested_at.is_some() {
            return Ok(Round::NeverAsked);
        }
        let Some(request) = self.claim(lease, scope, case.id).await? else {
            return Ok(Round::LookAgain(self.clock.now()));
        };
        Ok(match self.portability.ask(&reference, &request).await {
            Ok(answer) => Round::Seen(answer),
            Err(OutsideError::Refused { code, message }) => Round::Refused { code, message },
            Err(error) => Round::Trouble(error),
        })
    }

    /// Notes that the donor is about to be asked; `None` when the case has moved meanwhile.
    async fn claim(&self, lease: &Lease, scope: &Scope, id: PortId) -> Result<Option<PortIn>> {
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        let case = store::lock(&mut tx, scope, id).await?;
        if case.state != PortState::Submitted || case.cancel_requested_at.is_some() {
            return Ok(None);
        }
        let now = self.clock.now();
        let customer = access::organisation(&mut tx, scope).await?.customer_number;
        store::set_asked(&mut tx, scope, id, now).await?;
        tx.commit().await?;
        Ok(Some(PortIn {
            day: rules::day_to_ask_for(&case, now),
            mobile: case.kind == NumberKind::Mobile,
            number: case.number,
            donor: case.donor,
            owner_name: case.owner.name,
            owner_cvr: case.owner.cvr,
            customer,
        }))
    }

    /// The network answered: first a wish to call it off is passed on, then the answer is recorded.
    async fn seen(
        &self,
        lease: &Lease,
        scope: &Scope,
        case: &Case,
        answer: DonorAnswer,
    ) -> Result<Outcome> {
        if case.cancel_requested_at.is_none() || answer.state.is_final() {
            return self.record(lease, scope, case, &answer).await;
        }
        match self.portability.call_off(&answer.id).await {
            Ok(CallOff::Done) => {
                let off = DonorAnswer {
                    state: DonorState::CalledOff,
                    ..answer
                };
                self.record(lease, scope, case, &off).await
            }
            Ok(CallOff::UnderWay) => Ok(Outcome::Again(self.clock.now().plus(SHORTEST_LOOK))),
            Ok(CallOff::TooLate)
            | Err(OutsideError::Refused { .. } | OutsideError::NotFound(_)) => {
                self.too_late(lease, scope, case).await?;
                let case = Case {
                    cancel_requested_at: None,
                    ..case.clone()
                };
                self.record(lease, scope, &case, &answer).await
            }
            Err(error) => self.trouble(lease, scope, case, &error).await,
        }
    }

    async fn too_late(&self, lease: &Lease, scope: &Scope, case: &Case) -> Result<()> {
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        store::set_cancel_requested(&mut tx, scope, case.id, None).await?;
        ops::happened(&mut tx, &self.ids, scope, case.id, EventKind::CancelRefused).await?;
        ops::moved(&mut tx, &self.ids, scope, case).await?;
        tx.commit().await
    }

    /// Brings the case to where the donor says it stands.
    async fn record(
        &self,
        lease: &Lease,
        scope: &Scope,
        before: &Case,
        answer: &DonorAnswer,
    ) -> Result<Outcome> {
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        let mut case = store::lock(&mut tx, scope, before.id).await?;
        if case.attempt != before.attempt {
            // An answer to what is not asked any more.
            return Ok(Outcome::Again(self.clock.now()));
        }
        let stuck = case.tries >= TRIES;
        store::set_trouble(&mut tx, scope, case.id, 0, None).await?;
        if let Some(day) = answer.day.filter(|day| case.day != Some(*day)) {
            store::set_agreed_day(&mut tx, scope, case.id, day).await?;
            case.day = Some(day);
        }
        let moves = rules::moves(case.state, answer.state);
        for to in moves {
            case.rejection = (*to == PortState::Rejected).then(|| rules::rejection(answer));
            let rejection = case.rejection.as_ref();
            ops::advance(&mut tx, &self.ids, scope, &case, *to, case.day, rejection).await?;
            case.state = *to;
            tell::people(&mut tx, &self.ids, scope, &case, &self.portal).await?;
        }
        if case.cancel_requested_at.is_some() {
            self.end_of_wish(&mut tx, scope, &mut case).await?;
        }
        if !moves.is_empty() || stuck {
            ops::moved(&mut tx, &self.ids, scope, &case).await?;
        }
        tx.commit().await?;
        Ok(if rules::is_outside(case.state) {
            Outcome::Again(self.next_look(&case))
        } else {
            Outcome::Done
        })
    }

    /// What becomes of a wish to call the case off when the donor has decided first.
    async fn end_of_wish(&self, tx: &mut Tx, scope: &Scope, case: &mut Case) -> Result<()> {
        match case.state {
            // What the donor would not give up is called off by us alone.
            PortState::Rejected => {
                let to = PortState::Cancelled;
                ops::advance(tx, &self.ids, scope, case, to, None, None).await?;
                case.state = to;
            }
            PortState::Completed => {
                store::set_cancel_requested(tx, scope, case.id, None).await?;
                ops::happened(tx, &self.ids, scope, case.id, EventKind::CancelRefused).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The longer it takes the rarer.
    fn next_look(&self, case: &Case) -> Instant {
        let now = self.clock.now();
        let age = case.asked_at.map_or(Duration::ZERO, |at| now.since(at));
        now.plus((age / 4).clamp(SHORTEST_LOOK, LONGEST_LOOK))
    }

    /// Counts a failed try. After [`TRIES`] of them the order that waits stands where a person looks; we go on trying.
    async fn trouble(
        &self,
        lease: &Lease,
        scope: &Scope,
        case: &Case,
        error: &OutsideError,
    ) -> Result<Outcome> {
        let tries = case.tries + 1;
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        let why = error.to_string();
        store::set_trouble(&mut tx, scope, case.id, tries, Some(&why)).await?;
        if tries == TRIES {
            ops::moved(&mut tx, &self.ids, scope, case).await?;
        }
        tx.commit().await?;
        let wait = error.wait().unwrap_or_default().max(pause(tries));
        Ok(Outcome::Again(self.clock.now().plus(wait)))
    }
}
