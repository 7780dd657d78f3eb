//! What the moving of numbers needs from outside: the network, which speaks with the donor.

use async_trait::async_trait;
use jiff::civil::Date;
use platform::outside::OutsideError;

/// What the donor is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortIn {
    /// E.164 with `+`.
    pub number: String,
    pub mobile: bool,
    pub donor: String,
    pub owner_name: String,
    pub owner_cvr: Option<String>,
    /// The day, in Denmark, on which the number is to move.
    pub day: Date,
    /// The customer number, for the network's books.
    pub customer: String,
}

/// Where the network says that it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DonorState {
    Asked,
    Accepted,
    Scheduled,
    Completed,
    Rejected,
    CalledOff,
    /// A word that we do not know: ask again later.
    Other,
}

impl DonorState {
    pub fn is_final(self) -> bool {
        matches!(
            self,
            DonorState::Completed | DonorState::Rejected | DonorState::CalledOff
        )
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DonorAnswer {
    /// The network's own id of the request.
    pub id: String,
    pub state: DonorState,
    /// The day that was agreed, once there is one.
    pub day: Option<Date>,
    /// Why it was rejected: the network's code and words.
    pub reason: Option<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallOff {
    Done,
    /// Being looked at: ask how the request stands later.
    UnderWay,
    /// The number is already on its way.
    TooLate,
}

#[async_trait]
pub trait NumberPortability: Send + Sync {
    /// What became of what was asked under this reference; `None` when the network knows of nothing. When it knows of
    /// several, the one that is furthest along.
    async fn find(&self, reference: &str) -> Result<Option<DonorAnswer>, OutsideError>;

    /// Asks. Not recognised when repeated: look for the reference first.
    async fn ask(&self, reference: &str, request: &PortIn) -> Result<DonorAnswer, OutsideError>;

    /// Calls a request off, by the network's own id. Calling off what is called off is harmless.
    async fn call_off(&self, id: &str) -> Result<CallOff, OutsideError>;
}
