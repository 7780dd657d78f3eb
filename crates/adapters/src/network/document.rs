//! What we write: a service order with one item, and the registration of a listener.

use domain::{
    fulfilment::ports::{NetworkRequest, NumberType},
    orders::{Address, GroupService},
};
use serde::Serialize;
use std::borrow::Cow;

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
    name: Cow<'static, str>,
    value_type: &'static str,
    value: Cow<'a, str>,
}

impl<'a> Characteristic<'a> {
    pub fn text(name: impl Into<Cow<'static, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        Characteristic {
            name: name.into(),
            value_type: "string",
            value: value.into(),
        }
    }
}

impl<'a> ServiceOrderCreate<'a> {
    pub fn of(external_id: &'a str, request: &'a NetworkRequest) -> Self {
        let characteristics =
            std::cell::RefCell::new(Vec::<(Cow<'static, str>, Cow<'a, str>)>::new());
        let with = |name: &'static str, value: &'a str| {
            characteristics
                .borrow_mut()
                .push((name.into(), value.into()));
        };
        let owned = |name: Cow<'static, str>, value: Cow<'a, str>| {
            characteristics.borrow_mut().push((name, value));
        };
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
                owned("tenant".into(), tenant.to_string().into());
                ("add", "numberUpload")
            }
            NetworkRequest::WithdrawNumber { number, tenant } => {
                with("number", number);
                owned("tenant".into(), tenant.to_string().into());
                ("delete", "numberUpload")
            }
            NetworkRequest::ActivateMobile {
                number,
                iccid,
                package,
                add_ons,
                suspended,
                customer: who,
            } => {
                customer = Some(who);
                with("msisdn", number);
                with("iccid", iccid);
                with("package", package);
                if *suspended {
                    with("status", "suspended");
                }
                for add_on in add_ons {
                    owned(add_on_name(add_on), "on".into());
                }
                ("add", "mobileSubscription")
            }
            NetworkRequest::DeactivateMobile { number, iccid } => {
                with("msisdn", number);
                with("iccid", iccid);
                ("delete", "mobileSubscription")
            }
            NetworkRequest::SetPackage { number, package } => {
                with("msisdn", number);
                with("package", package);
                ("modify", "mobileSubscription")
            }
            NetworkRequest::SetAddOn { number, add_on, on } => {
                with("msisdn", number);
                owned(add_on_name(add_on), if *on { "on" } else { "off" }.into());
                ("modify", "mobileSubscription")
            }
            NetworkRequest::SetSuspended { number, suspended } => {
                with("msisdn", number);
                with("status", if *suspended { "suspended" } else { "active" });
                ("modify", "mobileSubscription")
            }
            // The line is the one with this number and gets another card; or the one with this card and gets another number.
            NetworkRequest::SetSim { number, iccid }
            | NetworkRequest::SetNumber { iccid, number } => {
                with("msisdn", number);
                with("iccid", iccid);
                ("modify", "mobileSubscription")
            }
            NetworkRequest::ShipSim {
                iccid,
                customer: who,
                address,
                attention,
            } => {
                customer = Some(who);
                with("iccid", iccid);
                sent_to(address.as_ref(), attention.as_deref(), &with);
                ("add", "simShipment")
            }
            NetworkRequest::VoidShipment { iccid } => {
                with("iccid", iccid);
                ("delete", "simShipment")
            }
            NetworkRequest::PrepareESim {
                iccid,
                customer: who,
            } => {
                customer = Some(who);
                with("iccid", iccid);
                ("add", "eSimProfile")
            }
            NetworkRequest::WithdrawESim { iccid } => {
                with("iccid", iccid);
                ("delete", "eSimProfile")
            }
            NetworkRequest::ShipPack {
                pack,
                customer: who,
                address,
                attention,
            } => {
                customer = Some(who);
                with("pack", &pack.pack);
                owned("quantity".into(), pack.cards.to_string().into());
                sent_to(address.as_ref(), attention.as_deref(), &with);
                ("add", "simPack")
            }
            NetworkRequest::VoidPack { pack } => {
                with("pack", &pack.pack);
                ("delete", "simPack")
            }
            NetworkRequest::ShipGoods {
                parcel,
                customer: who,
                address,
                attention,
            } => {
                customer = Some(who);
                with("parcel", &parcel.parcel);
                for (code, quantity) in &parcel.goods {
                    owned(format!("goods.{code}").into(), quantity.to_string().into());
                }
                sent_to(address.as_ref(), attention.as_deref(), &with);
                ("add", "goodsShipment")
            }
            NetworkRequest::CallBackGoods { parcel } => {
                with("parcel", &parcel.parcel);
                ("delete", "goodsShipment")
            }
            NetworkRequest::SetUpCallGroup {
                service,
                customer: who,
            } => {
                customer = Some(who);
                group(service, &with, &owned);
                ("add", "callGroup")
            }
            // Everything is said, what has not changed too: whatever was there before, this is how it is afterwards.
            NetworkRequest::ChangeCallGroup { service } => {
                group(service, &with, &owned);
                ("modify", "callGroup")
            }
            NetworkRequest::EndCallGroup { group } => {
                with("group", group);
                ("delete", "callGroup")
            }
        };
        let characteristics = characteristics
            .into_inner()
            .into_iter()
            .map(|(name, value)| Characteristic::text(name, value))
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

fn sent_to<'a>(
    address: Option<&'a Address>,
    attention: Option<&'a str>,
    with: &dyn Fn(&'static str, &'a str),
) {
    if let Some(address) = address {
        with("name", &address.name);
        with("street", &address.street);
        with("postalCode", &address.postal_code);
        with("city", &address.city);
        with("country", &address.country);
    }
    let attention = address
        .and_then(|address| address.attention.as_deref())
        .or(attention);
    if let Some(attention) = attention {
        with("attention", attention);
    }
}

/// A call group's characteristics. Lists are written as one text each: members by commas, hours as
/// `monday 08:00-16:00, tuesday 08:00-16:00`; an empty text is none.
fn group<'a>(
    service: &'a GroupService,
    with: &dyn Fn(&'static str, &'a str),
    owned: &dyn Fn(Cow<'static, str>, Cow<'a, str>),
) {
    with("group", &service.group);
    with("number", &service.number);
    with("name", &service.name);
    with("strategy", service.strategy.as_str());
    owned(
        "ringSeconds".into(),
        service.ring_seconds.to_string().into(),
    );
    let hours: Vec<String> = service
        .opening_hours
        .iter()
        .flatten()
        .flat_map(|line| {
            let days = line.days.iter();
            days.map(move |day| format!("{day} {}-{}", line.from, line.to))
        })
        .collect();
    owned("openingHours".into(), hours.join(", ").into());
    with("overflow", service.overflow.as_deref().unwrap_or_default());
    owned("members".into(), service.members.join(",").into());
}

/// An add-on is a characteristic of the subscription, `on` or `off`.
fn add_on_name(code: &str) -> Cow<'static, str> {
    format!("addOn.{code}").into()
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
