use crate::{Shared, caller::Caller, help_view::SupportRequest, operations, texts::TEXTS};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    fulfilment::{self, BookedService, HeldOrder},
    help,
};
use platform::{
    Instant, Result,
    db::Conn,
    http::{Json, Page, Paging, Path, Query},
    i18n::Language,
};
use uuid::Uuid;

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum WorkKind {
    /// An order that stands still until a person has looked.
    HeldOrder,
    SupportRequest,
    /// A service that was ordered and is to be agreed.
    BookedService,
}

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListWorkQuery {
    #[param(inline)]
    kind: Option<WorkKind>,
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Something that waits for a person of the operator.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkItem {
    /// The order's or the request's own id; of a booked service that of the order's item.
    #[schema(value_type = String)]
    id: Uuid,
    kind: WorkKind,
    organisation: WorkOrganisation,
    /// `O-000123` or `S-000012`.
    number: String,
    /// What it is about, in the caller's language.
    title: String,
    since: Instant,
    /// What can be done with it: `retry` and `giveUp` for an order, `done` and `decline` for a request and a booked service.
    resolutions: Vec<Resolution>,
    #[schema(required)]
    request: Option<SupportRequest>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct WorkOrganisation {
    id: OrganisationId,
    name: String,
}

/// How an item of the queue is resolved.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum Resolution {
    /// Look again now: what was in the way is gone.
    Retry,
    /// Take back what was done and let the order end.
    GiveUp,
    /// It was carried out; an address is registered, a service is agreed.
    Done,
    Decline,
}

impl WorkItem {
    pub(super) fn of_order(order: HeldOrder, language: Language) -> Self {
        WorkItem {
            id: order.id.0,
            kind: WorkKind::HeldOrder,
            organisation: WorkOrganisation {
                id: order.organisation,
                name: order.organisation_name,
            },
            number: order.number,
            title: TEXTS.text(language, "work.heldOrder", &[("why", &order.why)]),
            since: order.requested_at,
            resolutions: vec![Resolution::Retry, Resolution::GiveUp],
            request: None,
        }
    }

    pub(super) fn of_booking(booking: BookedService, language: Language) -> Self {
        let service = booking.service.in_language(language);
        let values = [
            ("service", service),
            ("who", booking.requested_by_name.as_str()),
            ("wish", booking.wish.as_str()),
        ];
        WorkItem {
            id: booking.item.0,
            kind: WorkKind::BookedService,
            organisation: WorkOrganisation {
                id: booking.organisation,
                name: booking.organisation_name.clone(),
            },
            number: booking.number.clone(),
            title: TEXTS.text(language, "work.bookedService", &values),
            since: booking.requested_at,
            resolutions: vec![Resolution::Done, Resolution::Decline],
            request: None,
        }
    }

    pub(super) fn of_request(request: help::SupportRequest) -> Self {
        WorkItem {
            id: request.id.0,
            kind: WorkKind::SupportRequest,
            organisation: WorkOrganisation {
                id: request.organisation,
                name: request.organisation_name.clone(),
            },
            number: help::request_number(request.number),
            title: request.subject.clone(),
            since: request.created_at,
            resolutions: vec![Resolution::Done, Resolution::Decline],
            request: Some(request.into()),
        }
    }

    pub(super) fn since(&self) -> Instant {
        self.since
    }
}

/// What waits for a person, of this organisation and everything below it: orders that stand held, services to be agreed and open support requests.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/work", operation_id = "list_work", tag = "support",
    params(("organisation" = OrganisationId, Path), ListWorkQuery),
    responses((status = 200, description = "The queue, the oldest first.", body = Page<WorkItem>))
)]
pub async fn list_work(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListWorkQuery>,
) -> Result<Json<Page<WorkItem>>> {
    let scope = caller
        .enter(&app, &operations::LIST_WORK, organisation)
        .await?;
    let paging = Paging::check(query.limit, query.cursor.as_deref(), None, &["since"])?;
    let mut conn = app.db.read().await?;
    let mut items = work(&mut conn, &scope, caller.language()).await?;
    items.retain(|item| query.kind.is_none_or(|kind| item.kind == kind));
    Page::of_whole(items, &paging, |item| item.id.to_string()).map(Json)
}

async fn work(
    conn: &mut Conn,
    scope: &domain::access::Scope,
    language: Language,
) -> Result<Vec<WorkItem>> {
    let mut items: Vec<WorkItem> = fulfilment::held_below(conn, scope)
        .await?
        .into_iter()
        .map(|order| WorkItem::of_order(order, language))
        .collect();
    items.extend(
        fulfilment::booked_below(conn, scope)
            .await?
            .into_iter()
            .map(|booking| WorkItem::of_booking(booking, language)),
    );
    items.extend(
        help::open_below(conn, scope)
            .await?
            .into_iter()
            .map(WorkItem::of_request),
    );
    items.sort_by_key(WorkItem::since);
    Ok(items)
}
