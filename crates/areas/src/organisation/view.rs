//! How this area shows numbers and SIM cards.

use domain::{
    directory::PersonId,
    numbering::{self, NumberId, NumberKind, NumberSeriesId, NumberState},
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
    /// It serves until another operator has let the subscription's own number go.
    temporary: bool,
    /// Who has it.
    #[schema(required)]
    person: Option<NumberPerson>,
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
        temporary: bool,
    ) -> Self {
        Number {
            temporary,
            person: person.map(|(id, name)| NumberPerson { id, name }),
            id: number.id,
            number: number.number,
            kind: number.kind,
            state: number.state,
            series: number.series,
            release_date: number.release_at,
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
    free: i64,
}

impl From<numbering::NumberSeries> for NumberSeries {
    fn from(series: numbering::NumberSeries) -> Self {
        NumberSeries {
            id: series.id,
            first: series.first,
            last: series.last,
            kind: series.kind,
            total: series.total,
            free: series.free,
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
