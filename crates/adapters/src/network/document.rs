//! What we write: a service order with one item, and the registration of a listener.

use domain::fulfilment::ports::{NetworkRequest, NumberType};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServiceOrderCreate<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    external_id: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_party: Vec<RelatedParty<'a>>,
    service_order_item: [Item<'a>; 1],
}

#[derive(Serialize)]
struct RelatedParty<'a> {
    id: &'a str,
    role: &'static str,
    #[serde(rename = "@referredType")]
    referred_type: &'static str,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'static str,
    action: &'static str,
    service: Service<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Service<'a> {
    service_specification: Specification,
    service_characteristic: Vec<Characteristic<'a>>,
}

#[derive(Serialize)]
struct Specification {
    id: &'static str,
    name: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Characteristic<'a> {
    name: &'static str,
    value_type: &'static str,
    value: std::borrow::Cow<'a, str>,
}

impl<'a> Characteristic<'a> {
    pub fn text(name: &'static str, value: impl Into<std::borrow::Cow<'a, str>>) -> Self {
        Characteristic {
            name,
            value_type: "string",
            value: value.into(),
        }
    }
}

impl<'a> ServiceOrderCreate<'a> {
    pub fn of(external_id: &'a str, request: &'a NetworkRequest) -> Self {
        let mut characteristics = Vec::new();
        let mut with =
            |name: &'static str, value: &'a str| characteristics.push((name, value.into()));
        let mut customer = None;
        let (action, specification) = match request {
            NetworkRequest::ActivateTelephony {
                number,
                customer: who,
            } => {
                customer = Some(who);
                with("number", number);
                ("add", "teamsTelephony")
            }
            NetworkRequest::DeactivateTelephony { number } => {
                with("number", number);
                ("delete", "teamsTelephony")
            }
            NetworkRequest::UploadNumber {
                number,
                tenant,
                number_type,
            } => {
                with("number", number);
                with("numberType", name(*number_type));
                characteristics.push(("tenant", tenant.to_string().into()));
                ("add", "numberUpload")
            }
            NetworkRequest::WithdrawNumber { number, tenant } => {
                with("number", number);
                characteristics.push(("tenant", tenant.to_string().into()));
                ("delete", "numberUpload")
            }
            NetworkRequest::ActivateMobile {
                number,
                iccid,
                package,
                customer: who,
            } => {
                customer = Some(who);
                with("msisdn", number);
                with("iccid", iccid);
                with("package", package);
                ("add", "mobileSubscription")
            }
            NetworkRequest::DeactivateMobile { number, iccid } => {
                with("msisdn", number);
                with("iccid", iccid);
                ("delete", "mobileSubscription")
            }
        };
        let characteristics = characteristics
            .into_iter()
            .map(|(name, value): (&'static str, std::borrow::Cow<'a, str>)| {
                Characteristic::text(name, value)
            })
            .collect();
        Self::one(
            external_id,
            customer.map(String::as_str),
            action,
            specification,
            characteristics,
        )
    }

    /// An order of one item.
    pub fn one(
        external_id: &'a str,
        customer: Option<&'a str>,
        action: &'static str,
        specification: &'static str,
        characteristics: Vec<Characteristic<'a>>,
    ) -> Self {
        ServiceOrderCreate {
            kind: "ServiceOrder",
            external_id,
            related_party: customer
                .map(|id| RelatedParty {
                    id,
                    role: "customer",
                    referred_type: "Customer",
                })
                .into_iter()
                .collect(),
            service_order_item: [Item {
                id: "1",
                action,
                service: Service {
                    service_specification: Specification {
                        id: specification,
                        name: specification,
                    },
                    service_characteristic: characteristics,
                },
            }],
        }
    }
}

fn name(number_type: NumberType) -> &'static str {
    match number_type {
        NumberType::OperatorConnect => "operatorConnect",
        NumberType::DirectRouting => "directRouting",
    }
}

#[derive(Serialize)]
pub(super) struct ListenTo<'a> {
    callback: &'a str,
    query: &'static str,
}

impl<'a> ListenTo<'a> {
    pub fn state_changes(callback: &'a str) -> Self {
        ListenTo {
            callback,
            query: "eventType=ServiceOrderStateChangeEvent",
        }
    }
}
