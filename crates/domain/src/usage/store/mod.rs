//! The tables of this room.

mod imports;
mod months;
mod records;

pub(super) use imports::{
    New, delete, fail, finish, forget as forget_imports, hold, insert, insert_errors, progress,
    running, take_over,
};
pub use imports::{errors, import, imports};
pub use months::{months, outgoing};
pub(super) use records::{
    Addition, add_totals, forget_period, insert_records, note_passed, oldest_period, totals,
};
