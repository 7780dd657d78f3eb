//! How support requests and postal addresses look, for every area that shows one.

use domain::{
    access::{OrganisationId, PrincipalId, Scope},
    directory::{self, PersonState},
    help::{self, SupportKind, SupportRequestId, SupportState, request_number},
    notices::{self, AnswerNews},
};
use platform::{Instant, Result, db::Tx};

/// A postal address.
#[derive(Clone, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(remote = "Self", rename_all = "camelCase", deny_unknown_fields)]
pub struct DeliveryAddress {
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    #[serde(default)]
    #[schema(required, max_length = 100)]
    pub attention: Option<String>,
    #[schema(min_length = 1, max_length = 100)]
    pub street: String,
    #[schema(min_length = 1, max_length = 20)]
    pub postal_code: String,
    #[schema(min_length = 1, max_length = 100)]
    pub city: String,
    /// ISO 3166-1 alpha-2.
    #[schema(pattern = "^[A-Z]{2}$")]
    pub country: String,
}

platform::told_apart!(DeliveryAddress);

impl From<help::DeliveryAddress> for DeliveryAddress {
    fn from(address: help::DeliveryAddress) -> Self {
        DeliveryAddress {
            name: address.name,
            attention: address.attention,
            street: address.street,
            postal_code: address.postal_code,
            city: address.city,
            country: address.country,
        }
    }
}

impl From<DeliveryAddress> for help::DeliveryAddress {
    fn from(address: DeliveryAddress) -> Self {
        help::DeliveryAddress {
            name: address.name,
            attention: address.attention,
            street: address.street,
            postal_code: address.postal_code,
            city: address.city,
            country: address.country,
        }
    }
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SupportRequest {
    pub id: SupportRequestId,
    /// As people say it: `S-000012`.
    number: String,
    kind: SupportKind,
    state: SupportState,
    subject: String,
    /// The new address of a `deliveryAddress`.
    #[schema(required)]
    address: Option<DeliveryAddress>,
    requested_by: SupportAuthor,
    created_at: Instant,
    changed_at: Instant,
    /// The oldest first; the first is the request itself.
    messages: Vec<SupportMessage>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct SupportAuthor {
    id: PrincipalId,
    name: String,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SupportMessage {
    author: SupportAuthor,
    /// Written by somebody who works for the operator.
    from_operator: bool,
    text: String,
    at: Instant,
}

impl From<help::SupportRequest> for SupportRequest {
    fn from(request: help::SupportRequest) -> Self {
        SupportRequest {
            id: request.id,
            number: request_number(request.number),
            kind: request.kind,
            state: request.state,
            subject: request.subject,
            address: request.address.map(DeliveryAddress::from),
            requested_by: SupportAuthor {
                id: request.requested_by,
                name: request.requested_by_name,
            },
            created_at: request.created_at,
            changed_at: request.changed_at,
            messages: request
                .messages
                .into_iter()
                .map(|message| SupportMessage {
                    author: SupportAuthor {
                        id: message.author,
                        name: message.author_name,
                    },
                    from_operator: message.from_operator,
                    text: message.text,
                    at: message.at,
                })
                .collect(),
        }
    }
}

/// Tells whoever asked that the operator has answered. Somebody of another tenant than the organisation's reads it in the portal.
pub async fn tell_of_answer(
    app: &crate::App,
    tx: &mut Tx,
    scope: &Scope,
    request: &help::SupportRequest,
) -> Result<()> {
    let organisation = domain::access::organisation(tx, scope).await?;
    let Some(asker) = domain::access::colleague(tx, scope, request.requested_by).await? else {
        return Ok(());
    };
    let person = directory::person_by_object(tx, scope, asker.object).await?;
    let Some(to) = person
        .filter(|person| person.state == PersonState::Active)
        .and_then(|person| person.email)
    else {
        return Ok(());
    };
    let mut link = app.settings.public_url.clone();
    link.set_path(&format!(
        "o/{}/support",
        OrganisationId::from(organisation.id.0)
    ));
    let news = AnswerNews {
        to,
        language: asker.language.unwrap_or(organisation.language),
        number: &request_number(request.number),
        link,
        lane: organisation.id.0,
    };
    match notices::request_answered(tx, &app.ids, &news).await {
        // An address in the directory that no mail can go to must not keep an answer from being written.
        Err(error) if error.code == "mailAddress" => Ok(()),
        told => told,
    }
}
