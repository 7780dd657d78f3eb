//! How the steps of an order are carried out and taken back: each by whom it concerns.

use super::{
    booking,
    jobs::CarryOut,
    network_steps,
    port_step::PortStep,
    ports::{ActivationCode, SentCard},
    teams_steps::{self, Direction},
};
use crate::{
    access::Scope,
    orders::{self, OrderId, StepKind, StepPayload},
    sims::{self, Codes, NewSim, SimKind},
};
use async_trait::async_trait;
use platform::{
    Error, Result,
    db::Tx,
    jobs::Lease,
    live,
    saga::{Executor, Step, StepOutcome},
};

pub(super) struct Steps<'a> {
    pub carry: &'a CarryOut,
    pub scope: &'a Scope,
    pub lease: &'a Lease,
    pub delivery: Option<orders::Delivery>,
    pub order: OrderId,
    /// The order is to be taken back.
    pub cancelled: bool,
}

fn again(why: String) -> StepOutcome {
    StepOutcome::Retry { after: None, why }
}

impl Steps<'_> {
    /// What the step needs to know. While a number was on its way its subscription may have moved to another SIM, by which the
    /// change is named.
    async fn payload(&self, step: &Step) -> Result<StepPayload> {
        let mut payload = StepPayload::read(&step.payload)?;
        if payload.ported && step.kind == StepKind::NetworkNumber.as_str() {
            let mut conn = self.carry.db.read().await?;
            let item = step.saga.into();
            for holder in orders::holders_of_item(&mut conn, self.scope, item).await? {
                if let Some(sim) = sims::of_holder(&mut conn, self.scope, holder).await? {
                    payload.iccid = Some(sim.iccid);
                }
            }
        }
        Ok(payload)
    }

    async fn act(&self, step: &Step, forward: bool) -> StepOutcome {
        let payload = match self.payload(step).await {
            Ok(payload) => payload,
            Err(error) => return again(error.to_string()),
        };
        let now = self.carry.clock.now();
        let outside = &self.carry.outside;
        let direction = if forward {
            Direction::Forward
        } else {
            Direction::Back
        };
        let Some(kind) = StepKind::parse(&step.kind) else {
            return again(format!("this version does not know the step {}", step.kind));
        };
        if kind == StepKind::PortIn {
            let port = PortStep {
                db: &self.carry.db,
                ids: &self.carry.ids,
                clock: &*self.carry.clock,
                lease: self.lease,
                scope: self.scope,
            };
            return if forward {
                port.run(step, self.cancelled).await
            } else {
                port.take_back(step).await
            };
        }
        if kind == StepKind::OperatorService {
            return if forward {
                booking::run(&self.carry.db, self.scope, step, now).await
            } else {
                booking::take_back()
            };
        }
        let outcome = match (kind, forward) {
            (StepKind::TeamsAssign, true) | (StepKind::TeamsUnassign, false) => {
                teams_steps::assign(outside, step, &payload, direction, now).await
            }
            (StepKind::TeamsAssign, false) | (StepKind::TeamsUnassign, true) => {
                teams_steps::unassign(outside, step, &payload, direction, now).await
            }
            (kind, true) => {
                let network = &*outside.network;
                let delivery = self.delivery.as_ref();
                let (outcome, told) =
                    network_steps::place(network, kind, step, &payload, delivery, now).await;
                match (kind, outcome) {
                    (StepKind::NetworkESim, StepOutcome::Done { memo }) => {
                        self.kept(memo, self.keep_code(step, told.code).await)
                    }
                    (StepKind::NetworkSimPack, StepOutcome::Done { memo }) => {
                        self.kept(memo, self.keep_cards(step, &payload, told.cards).await)
                    }
                    (_, outcome) => outcome,
                }
            }
            (kind, false) => {
                network_steps::take_back(&*outside.network, kind, step, &payload, now).await
            }
        };
        match outcome {
            // The number has moved and does not go back: what follows is tried until somebody has mended what is in the way.
            StepOutcome::Failed { why } if forward && payload.ported => again(why),
            outcome => outcome,
        }
    }

    fn kept(&self, memo: serde_json::Value, kept: Result<()>) -> StepOutcome {
        match kept {
            Ok(()) => StepOutcome::Done { memo },
            Err(error) => again(error.to_string()),
        }
    }

    /// Seals the codes of the cards of a pack, which are the organisation's when the item ends. They go nowhere else.
    async fn keep_cards(
        &self,
        step: &Step,
        payload: &StepPayload,
        cards: Vec<SentCard>,
    ) -> Result<()> {
        let wanted = payload.pack.as_ref().map_or(0, |pack| pack.cards);
        if u32::try_from(cards.len()).ok() != Some(wanted) {
            return Err(Error::internal(format!(
                "the network has told of {} cards instead of {wanted}",
                cards.len()
            )));
        }
        let cards: Vec<NewSim> = cards
            .into_iter()
            .map(|card| NewSim {
                iccid: card.iccid,
                imsi: card.imsi,
                kind: SimKind::Physical,
                codes: Codes {
                    pin1: card.pin1,
                    puk1: card.puk1,
                    pin2: card.pin2,
                    puk2: card.puk2,
                },
            })
            .collect();
        let mut tx = self.carry.db.begin().await?;
        self.lease.guard(&mut tx).await?;
        let (ids, sealer) = (&self.carry.ids, &self.carry.sealer);
        sims::announce(&mut tx, ids, self.scope, sealer, step.saga, &cards).await?;
        tx.commit().await
    }

    /// Seals an activation code. It goes nowhere else: not into the step, not into a log.
    async fn keep_code(&self, step: &Step, code: Option<ActivationCode>) -> Result<()> {
        let code = code.ok_or_else(|| {
            Error::internal("the network has not told the profile's activation code")
        })?;
        let mut tx = self.carry.db.begin().await?;
        self.lease.guard(&mut tx).await?;
        let holders = orders::holders_of_item(&mut tx, self.scope, step.saga.into()).await?;
        for holder in holders {
            if let Some(sim) = sims::of_holder(&mut tx, self.scope, holder).await? {
                let sealer = &self.carry.sealer;
                sims::keep_activation_code(&mut tx, self.scope, sealer, sim.id, code.expose())
                    .await?;
                return tx.commit().await;
            }
        }
        Err(Error::internal(
            "the SIM of an activation code is not reserved",
        ))
    }
}

#[async_trait]
impl Executor for Steps<'_> {
    async fn run(&self, step: &Step) -> StepOutcome {
        self.act(step, true).await
    }

    async fn compensate(&self, step: &Step) -> StepOutcome {
        self.act(step, false).await
    }

    async fn recorded(&self, tx: &mut Tx, step: &Step) -> Result<()> {
        metrics::counter!("switchboard_steps_total", "kind" => step.kind.clone(), "state" => step.state.as_str())
            .increment(1);
        live::tell(
            tx,
            &self.carry.ids,
            self.scope.organisation().0,
            "orders",
            Some(self.order.0),
        )
        .await
    }
}
