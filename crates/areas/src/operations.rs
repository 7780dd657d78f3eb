//! What each operation needs, in one table: the guard of a handler, the contract, the interface's documentation and the test of
//! personas against operations all read it. An operation of the contract that is missing here fails a test.

use domain::access::Permission;

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Anybody, signed in or not.
    Anybody,
    /// Whoever is signed in with a work account.
    SignedIn,
    /// Whoever may know of the organisation, also without a role: colleagues on their own page.
    Colleague,
    /// Whoever has this on the organisation. Where it depends on what is ordered, the room of orders asks for more.
    Needs(Permission),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// As in the contract.
    pub id: &'static str,
    pub right: Right,
    /// Wants an `Idempotency-Key`.
    pub keyed: bool,
    /// Answers with an `ETag`; as a change, wants `If-Match`.
    pub versioned: bool,
    /// Wants a `Step-Up` code.
    pub fresh: bool,
}

macro_rules! operations {
    ($($name:ident = $id:literal: $right:expr $(, $flag:ident)*;)*) => {
        $(
            pub const $name: Operation = Operation {
                $($flag: true,)*
                ..Operation::plain($id, $right)
            };
        )*

        /// Every operation.
        pub const ALL: &[Operation] = &[$($name),*];
    };
}

impl Operation {
    const fn plain(id: &'static str, right: Right) -> Self {
        Operation {
            id,
            right,
            keyed: false,
            versioned: false,
            fresh: false,
        }
    }
}

use Permission::{
    EditData, EditFinance, EditPeople, GrantRoles, Operate, Read, ReadInvoices, RevealCodes,
    WorkQueue,
};
use Right::{Anybody, Colleague, Needs, SignedIn};

operations! {
    GET_CLIENT = "get_client": Anybody;
    SIGN_IN = "sign_in": Anybody;
    FINISH_SIGN_IN = "finish_sign_in": Anybody;
    SIGN_OUT = "sign_out": Anybody;
    FRONT_CHANNEL_SIGN_OUT = "front_channel_sign_out": Anybody;
    STEP_UP = "step_up": Anybody;
    FINISH_STEP_UP = "finish_step_up": Anybody;
    CONSENT = "consent": Anybody;
    FINISH_CONSENT = "finish_consent": Anybody;

    GET_ME = "get_me": SignedIn;
    UPDATE_ME = "update_me": SignedIn;
    LIST_ORGANISATIONS = "list_organisations": SignedIn;
    GET_ORGANISATION = "get_organisation": Needs(Read), versioned;
    UPDATE_ORGANISATION = "update_organisation": Needs(EditFinance), versioned;

    GET_DASHBOARD = "get_dashboard": Needs(Read);
    LIST_PEOPLE = "list_people": Needs(Read);
    GET_PERSON = "get_person": Needs(Read), versioned;
    CREATE_LOCAL_PERSON = "create_local_person": Needs(EditPeople), keyed;
    UPDATE_LOCAL_PERSON = "update_local_person": Needs(EditPeople), versioned;
    DELETE_LOCAL_PERSON = "delete_local_person": Needs(EditPeople);
    LIST_DIRECTORY_GROUPS = "list_directory_groups": Needs(Read);
    LIST_SUBSCRIPTIONS = "list_subscriptions": Needs(Read);
    GET_SUBSCRIPTION = "get_subscription": Needs(Read), versioned;
    UPDATE_SUBSCRIPTION = "update_subscription": Needs(EditFinance), versioned;
    SET_REFERENCES = "set_references": Needs(EditFinance), keyed;
    REVEAL_SIM_CODES = "reveal_sim_codes": Needs(RevealCodes);
    REVEAL_E_SIM = "reveal_e_sim": Colleague, fresh;
    GET_MY_PAGE = "get_my_page": Colleague;
    GET_MY_USAGE = "get_my_usage": Colleague;
    REVEAL_MY_CODES = "reveal_my_codes": Colleague;
    UPLOAD_BULK = "upload_bulk": Needs(Read), keyed;
    GET_BULK = "get_bulk": Needs(Read);
    CREATE_DOWNLOAD = "create_download": Needs(Read);
    LIST_OFFERINGS = "list_offerings": Needs(Read);
    LIST_NUMBERS = "list_numbers": Needs(Read);
    RESERVE_NUMBER = "reserve_number": Needs(EditData);
    RELEASE_NUMBER = "release_number": Needs(EditData);
    LIST_NUMBER_SERIES = "list_number_series": Needs(Read);
    LIST_SIMS = "list_sims": Needs(Read);
    LIST_CALL_GROUPS = "list_call_groups": Needs(Read);
    GET_CALL_GROUP = "get_call_group": Needs(Read);
    QUOTE_ORDER = "quote_order": Needs(Read);
    PLACE_ORDER = "place_order": Needs(Read), keyed;
    LIST_ORDERS = "list_orders": Needs(Read);
    LIST_ORDER_REQUESTERS = "list_order_requesters": Needs(Read);
    GET_ORDER = "get_order": Needs(Read), versioned;
    UPDATE_ORDER = "update_order": Needs(Read), versioned;
    CANCEL_ORDER = "cancel_order": Needs(Read), keyed;
    LIST_PORTS = "list_ports": Needs(Read);
    GET_PORT = "get_port": Needs(Read);
    ADD_PORT_CONSENT = "add_port_consent": Needs(Read);
    GET_PORT_CONSENT = "get_port_consent": Needs(Read);
    RESUBMIT_PORT = "resubmit_port": Needs(Read), keyed;
    CANCEL_PORT = "cancel_port": Needs(Read), keyed;
    UNDO_ORDER = "undo_order": Needs(Read), keyed;
    GET_CONNECTION = "get_connection": Needs(Read);
    SYNC_DIRECTORY = "sync_directory": Needs(EditPeople);
    LIST_ROLES = "list_roles": Needs(Read);
    LIST_ROLE_ASSIGNMENTS = "list_role_assignments": Needs(Read);
    ASSIGN_ROLE = "assign_role": Needs(GrantRoles), keyed, fresh;
    REVOKE_ROLE = "revoke_role": Needs(GrantRoles);
    GET_DELIVERY_ADDRESS = "get_delivery_address": Needs(Read);
    LIST_SUPPORT_REQUESTS = "list_support_requests": Needs(Read);
    CREATE_SUPPORT_REQUEST = "create_support_request": Needs(EditData), keyed;
    REPLY_SUPPORT_REQUEST = "reply_support_request": Needs(EditData), keyed;
    LIST_WORK = "list_work": Needs(WorkQueue);
    RESOLVE_WORK = "resolve_work": Needs(WorkQueue), keyed;
    EXPLAIN_PERMISSION = "explain_permission": Needs(Read);
    LIST_AUDIT_ENTRIES = "list_audit_entries": Needs(Read);
    GET_USAGE = "get_usage": Needs(Read);
    LIST_NOTIFICATION_ADDRESSES = "list_notification_addresses": Needs(Read);
    ADD_NOTIFICATION_ADDRESS = "add_notification_address": Needs(EditData), keyed;
    REMOVE_NOTIFICATION_ADDRESS = "remove_notification_address": Needs(EditData);
    CONFIRM_NOTIFICATION_ADDRESS = "confirm_notification_address": Anybody;
    UNSUBSCRIBE_NOTIFICATION_ADDRESS = "unsubscribe_notification_address": Anybody;
    IMPORT_USAGE = "import_usage": Needs(Operate), keyed;
    LIST_USAGE_IMPORTS = "list_usage_imports": Needs(Operate);
    GET_USAGE_IMPORT = "get_usage_import": Needs(Operate);
    DOWNLOAD_USAGE_IMPORT_ERRORS = "download_usage_import_errors": Needs(Operate);
    LIST_INVOICES = "list_invoices": Needs(ReadInvoices);
    GET_INVOICE = "get_invoice": Needs(ReadInvoices);
    LIST_INVOICE_LINES = "list_invoice_lines": Needs(ReadInvoices);
    EXPLAIN_INVOICE = "explain_invoice": Needs(ReadInvoices);
    GET_SPENDING = "get_spending": Needs(ReadInvoices);
    GET_FORECAST = "get_forecast": Needs(ReadInvoices);
    CREDIT_INVOICE = "credit_invoice": Needs(Operate), keyed;
    PREVIEW_PERIOD = "preview_period": Needs(Operate);
    CLOSE_PERIOD = "close_period": Needs(Operate), keyed;
    GET_BILLING_TERMS = "get_billing_terms": Needs(Operate);
    SET_BILLING_TERMS = "set_billing_terms": Needs(Operate);
    SET_PRICES = "set_prices": Needs(Operate), keyed;
    STREAM_EVENTS = "stream_events": Needs(Read);
}

/// The operation with this id.
pub fn find(id: &str) -> Option<&'static Operation> {
    ALL.iter().find(|operation| operation.id == id)
}
