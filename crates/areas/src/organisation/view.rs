//! How this area shows numbers and SIM cards.

use domain::{
    call_groups::CallGroupId,
    directory::PersonId,
    numbering::{self, NumberId, NumberKind, NumberSeriesId, NumberState, RunState},
    sims::{self, SimId, SimKind, SimState},
};
use platform::Instant;

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Number {
    id: NumberId,
    /// E.164 with `+`.
    number: String,
    kind: NumberKind,
    state: NumberState,
    #[schema(required)]
    series: Option<NumberSeriesId>,
    /// Until when it rests: at this instant it is free again.
    #[schema(required)]
    release_date: Option<Instant>,
    /// What it is kept for; `null` for one that is kept for nothing.
    #[schema(required)]
    reservation: Option<NumberReservation>,
    /// It serves until another operator has let the subscription's own number go.
    temporary: bool,
    /// Who has it.
    #[schema(required)]
    person: Option<NumberPerson>,
    /// The call group that it rings.
    #[schema(required)]
    call_group: Option<NumberCallGroup>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct NumberCallGroup {
    id: CallGroupId,
    name: String,
}

/// What a number is kept for. Whoever takes the first free number gets another one; whoever names this one gets it.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct NumberReservation {
    note: String,
    at: Instant,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct NumberPerson {
    id: PersonId,
    name: String,
}

impl Number {
    pub fn of(
        number: numbering::Number,
        person: Option<(PersonId, String)>,
        call_group: Option<(CallGroupId, String)>,
        temporary: bool,
    ) -> Self {
        Number {
            temporary,
            call_group: call_group.map(|(id, name)| NumberCallGroup { id, name }),
            person: person.map(|(id, name)| NumberPerson { id, name }),
            id: number.id,
            number: number.number,
            kind: number.kind,
            state: match (number.state, &number.reservation) {
                (NumberState::Free, Some(_)) => NumberState::Reserved,
                (state, _) => state,
            },
            series: number.series,
            release_date: number.release_at,
            reservation: number.reservation.map(|kept| NumberReservation {
                note: kept.note,
                at: kept.at,
            }),
        }
    }
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NumberSeries {
    id: NumberSeriesId,
    first: String,
    last: String,
    kind: NumberKind,
    total: i64,
    /// Neither in use nor kept for something.
    free: i64,
    /// From its first number to its last: consecutive numbers that stand alike, put together.
    runs: Vec<NumberRun>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct NumberRun {
    first: String,
    last: String,
    state: RunState,
    count: i64,
}

impl NumberSeries {
    pub fn of(series: numbering::NumberSeries, runs: Vec<numbering::Run>) -> Self {
        NumberSeries {
            id: series.id,
            first: series.first,
            last: series.last,
            kind: series.kind,
            total: series.total,
            free: series.free,
            runs: runs
                .into_iter()
                .map(|run| NumberRun {
                    first: run.first,
                    last: run.last,
                    state: run.state,
                    count: run.count,
                })
                .collect(),
        }
    }
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Sim {
    id: SimId,
    iccid: String,
    kind: SimKind,
    state: SimState,
}

impl From<sims::Sim> for Sim {
    fn from(sim: sims::Sim) -> Self {
        Sim {
            id: sim.id,
            iccid: sim.iccid,
            kind: sim.kind,
            state: sim.state,
        }
    }
}

/// The digits that somebody typed; the rest is spelling.
pub fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).take(20).collect()
}
