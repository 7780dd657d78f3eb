//! What fulfilment needs from the two outside worlds. Every effectful call carries the id of the step that asks, so that
//! after an unknown outcome the worker can ask what happened before it repeats.

use crate::{
    access::{ObjectId, TenantId},
    orders::{Address, GroupService, PackService, Parcel},
};
use async_trait::async_trait;
use platform::outside::OutsideError;

/// The two ways in which a number gets into Teams. Microsoft's own calling plans are not sold here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberType {
    OperatorConnect,
    DirectRouting,
}

/// A number in a tenant's inventory, as Microsoft tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryNumber {
    /// E.164 with `+`.
    pub number: String,
    pub assigned_to: Option<ObjectId>,
    /// The assignment is complete (activated), not under way or failed.
    pub activated: bool,
}

/// Where to ask how an asynchronous operation fares: the absolute address that the answer named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationLink(pub String);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperationState {
    Running,
    Succeeded,
    Failed {
        detail: String,
    },
    /// A state that we do not know: read back instead of guessing.
    Unclear,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoiceConfiguration {
    pub voice_enabled: bool,
    pub feature_types: Vec<String>,
    /// E.164 with `+`.
    pub numbers: Vec<String>,
}

#[async_trait]
pub trait TeamsTelephony: Send + Sync {
    /// The number in the tenant's inventory; `None` when it is not there.
    async fn find_number(
        &self,
        tenant: TenantId,
        number: &str,
    ) -> Result<Option<InventoryNumber>, OutsideError>;

    /// `reference` is the step's id; it goes along as the client request id.
    async fn assign_number(
        &self,
        tenant: TenantId,
        number: &str,
        number_type: NumberType,
        to: ObjectId,
        reference: &str,
    ) -> Result<OperationLink, OutsideError>;

    async fn unassign_number(
        &self,
        tenant: TenantId,
        number: &str,
        number_type: NumberType,
        reference: &str,
    ) -> Result<OperationLink, OutsideError>;

    async fn operation(
        &self,
        tenant: TenantId,
        link: &OperationLink,
    ) -> Result<OperationState, OutsideError>;

    /// Teams' own view of the person; `None` when Teams does not know them.
    async fn voice_configuration(
        &self,
        tenant: TenantId,
        object: ObjectId,
    ) -> Result<Option<VoiceConfiguration>, OutsideError>;
}

/// What the network is asked to do: one TMF641 service order item. Numbers are E.164 with `+`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkRequest {
    /// Routes a landline number for Teams telephony (specification `teamsTelephony`).
    ActivateTelephony {
        number: String,
        customer: String,
    },
    DeactivateTelephony {
        number: String,
    },
    /// Uploads a number to a tenant's inventory (specification `numberUpload`).
    UploadNumber {
        number: String,
        tenant: TenantId,
        number_type: NumberType,
    },
    WithdrawNumber {
        number: String,
        tenant: TenantId,
    },
    /// A mobile subscription on a SIM (specification `mobileSubscription`); `package` is the offering's code, `add_ons` are
    /// those of its add-ons.
    ActivateMobile {
        number: String,
        iccid: String,
        package: String,
        add_ons: Vec<String>,
        suspended: bool,
        customer: String,
    },
    DeactivateMobile {
        number: String,
        iccid: String,
    },
    /// Changes of a mobile subscription, named by its number.
    SetPackage {
        number: String,
        package: String,
    },
    SetAddOn {
        number: String,
        add_on: String,
        on: bool,
    },
    SetSuspended {
        number: String,
        suspended: bool,
    },
    SetSim {
        number: String,
        iccid: String,
    },
    /// The one change that is named by the SIM: the number is what changes.
    SetNumber {
        iccid: String,
        number: String,
    },
    /// A card is sent by post (specification `simShipment`), to `address` or else to the registered one; completed when it has
    /// arrived.
    ShipSim {
        iccid: String,
        customer: String,
        address: Option<Address>,
        attention: Option<String>,
    },
    /// The card is of no use any more, wherever it is.
    VoidShipment {
        iccid: String,
    },
    /// An eSIM profile is made ready to be loaded (specification `eSimProfile`); the answer has its activation code.
    PrepareESim {
        iccid: String,
        customer: String,
    },
    WithdrawESim {
        iccid: String,
    },
    /// SIM cards by the pack (specification `simPack`), to `address` or else to the registered one; completed when they are in
    /// the post, and the answer tells which cards they are.
    ShipPack {
        pack: PackService,
        customer: String,
        address: Option<Address>,
        attention: Option<String>,
    },
    /// The cards are of no use any more, wherever they are.
    VoidPack {
        pack: PackService,
    },
    /// Hardware (specification `goodsShipment`), to `address` or else to the registered one; completed when it is in the post.
    ShipGoods {
        parcel: Parcel,
        customer: String,
        address: Option<Address>,
        attention: Option<String>,
    },
    /// It need not go, or comes back.
    CallBackGoods {
        parcel: Parcel,
    },
    /// A number that rings several mobiles (specification `callGroup`), named by our id of it.
    SetUpCallGroup {
        service: GroupService,
        customer: String,
    },
    /// It rings as `service` says from now on, in everything.
    ChangeCallGroup {
        service: GroupService,
    },
    EndCallGroup {
        /// Our id of it.
        group: String,
    },
}

/// `LPA:1$<SM-DP+ host>$<matching id>`: whoever has it takes the line. It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ActivationCode(String);

impl ActivationCode {
    /// `None` when it is none: GSMA SGP.22 §4.1.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("LPA:1$")?;
        let (host, matching) = rest.split_once('$')?;
        let sound = !host.is_empty()
            && !matching.is_empty()
            && text.len() <= 255
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        sound.then(|| ActivationCode(text.to_owned()))
    }

    /// The code itself, to be sealed.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for ActivationCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(activation code)")
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkOrder {
    /// The network's own id.
    pub id: String,
    /// Ours: the step's id.
    pub external_id: String,
    pub state: NetworkOrderState,
    /// Why it failed or was rejected, in the network's words.
    pub message: Option<String>,
    /// Of an eSIM profile that is ready.
    pub activation_code: Option<ActivationCode>,
    /// Of a pack that is in the post.
    pub cards: Vec<SentCard>,
}

/// A SIM card as the network tells it. It cannot be printed: whoever has PIN and PUK can use it.
#[derive(Clone, PartialEq, Eq)]
pub struct SentCard {
    pub iccid: String,
    pub imsi: String,
    pub pin1: String,
    pub puk1: String,
    pub pin2: String,
    pub puk2: String,
}

impl std::fmt::Debug for SentCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(SIM card)")
    }
}

/// TMF641 `ServiceOrderStateType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkOrderState {
    Acknowledged,
    InProgress,
    Pending,
    Held,
    Completed,
    Partial,
    Failed,
    Rejected,
    Cancelled,
    /// A state that the standard has and we have not met, or a new one: ask again later.
    Other,
}

#[async_trait]
pub trait Network: Send + Sync {
    /// The order that was placed with this external id; `None` when the network knows of none. When it knows of several, the
    /// one that is furthest along.
    async fn find_order(&self, external_id: &str) -> Result<Option<NetworkOrder>, OutsideError>;

    async fn place_order(
        &self,
        external_id: &str,
        request: &NetworkRequest,
    ) -> Result<NetworkOrder, OutsideError>;

    /// Asks that an order of the network's be called off, by its own id. What comes of it shows on the order; asking again is
    /// harmless.
    async fn call_off_order(&self, order: &str) -> Result<(), OutsideError>;

    /// Asks for state change events to `callback` (TMF641 hub). Registering the same address again is harmless.
    async fn listen(&self, callback: &str) -> Result<(), OutsideError>;
}
