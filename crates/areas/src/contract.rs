//! The OpenAPI document: what the handlers say of themselves, completed from the table of operations, so that no handler has to
//! repeat who may call it, which headers it wants and what an error looks like.

use crate::{
    contract_answers,
    fields::LONGEST_SEARCH,
    operations::{self, Operation, Right},
};
use platform::{
    error::FieldError,
    http::{Problem, page::MAX_LIMIT},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Server,
        extensions::ExtensionsBuilder,
        path::{Operation as Described, Parameter, ParameterBuilder, ParameterIn, PathItem},
        schema::{AdditionalProperties, ArrayItems, Components, ObjectBuilder, Schema, Type},
        security::{
            ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
        },
        tag::TagBuilder,
    },
};

/// The areas, in the order of the navigation.
const TAGS: [(&str, &str); 11] = [
    ("session", "Sign-in, sign-out, who am I."),
    ("dashboard", "The landing page's figures."),
    ("users", "People and what they have."),
    (
        "organisation",
        "The organisation itself: numbers, SIM cards, connection to its directory.",
    ),
    ("orders", "Quotes, orders, live events."),
    ("porting", "Numbers on their way here from other operators."),
    (
        "invoices",
        "What a month cost: invoices, their lines, what changed and why.",
    ),
    (
        "operator",
        "The operator's own tools: files that come in, months that are closed, prices and terms.",
    ),
    ("support", "Help from people; the operator's queue."),
    ("myPage", "What somebody sees of themselves, role or not."),
    ("downloads", "Files, by links that are good for a minute."),
];

/// The document before any route is in it.
pub(crate) fn beginning() -> OpenApi {
    let mut components = Components::new();
    components
        .schemas
        .insert(Problem::name().into_owned(), Problem::schema());
    components
        .schemas
        .insert(FieldError::name().into_owned(), FieldError::schema());
    contract_answers::name_problems(&mut components);
    components.add_security_scheme(
        "bearer",
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .bearer_format("JWT")
                .description(Some(
                    "An Entra ID access token for this application, from the configured authority.",
                ))
                .build(),
        ),
    );
    components.add_security_scheme(
        "session",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
            "__Host-switchboard",
            "The session of a browser sign-in. Changes are taken from the portal's own origin only.",
        ))),
    );
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Switchboard")
                .version("1")
                .description(Some(
                    "The self-service portal's interface. Texts come in the language of `Accept-Language` (English, Danish). \
                     Amounts are whole minor units without VAT unless the name says otherwise; instants are RFC 3339 in UTC; \
                     ids are opaque. Errors are problem documents (RFC 9457).",
                ))
                .build(),
        )
        .servers(Some([Server::new("/")]))
        .tags(Some(TAGS.map(|(name, says)| {
            TagBuilder::new().name(name).description(Some(says)).build()
        })))
        .components(Some(components))
        .build()
}

/// Adds to every operation what the table says of it.
pub(crate) fn complete(api: &mut OpenApi) {
    if let Some(components) = &mut api.components {
        components.schemas.values_mut().for_each(close_variants);
        name_items(components);
    }
    for item in api.paths.paths.values_mut() {
        for described in operations_of(item) {
            bound_paging(described);
            if let Some(operation) = described.operation_id.as_deref().and_then(operations::find) {
                describe(described, operation);
            }
        }
    }
}

/// The variants of a tagged type have no other fields than theirs; the derive says that of plain types only.
fn close_variants(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::OneOf(choice)) = schema {
        for variant in &mut choice.items {
            if let RefOr::T(Schema::Object(variant)) = variant
                && !variant.properties.is_empty()
            {
                variant.additional_properties =
                    Some(Box::new(AdditionalProperties::FreeForm(false)));
            }
        }
    }
}

/// A page's items are the thing that has a name; the derive writes them out again in each page.
fn name_items(components: &mut Components) {
    let named: Vec<(String, RefOr<Schema>)> = components
        .schemas
        .keys()
        .filter_map(|page| {
            let item = page.strip_prefix("Page_")?;
            Some((page.clone(), components.schemas.get(item)?.clone()))
        })
        .collect();
    for (page, item) in named {
        let name = page.trim_start_matches("Page_").to_owned();
        if let Some(RefOr::T(Schema::Object(page))) = components.schemas.get_mut(&page)
            && let Some(RefOr::T(Schema::Array(items))) = page.properties.get_mut("items")
            && matches!(&items.items, ArrayItems::RefOrSchema(written) if **written == item)
        {
            items.items = ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(name).into()));
        }
    }
}

/// Says of every list's `limit`, `cursor` and `q` what is taken, so that no list repeats it.
fn bound_paging(described: &mut Described) {
    for parameter in described.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else {
            continue;
        };
        if parameter.parameter_in != ParameterIn::Query {
            continue;
        }
        if let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema {
            match parameter.name.as_str() {
                "limit" => {
                    schema.minimum = Some(1.into());
                    schema.maximum = Some(MAX_LIMIT.into());
                }
                "cursor" => {
                    // The shortest that any list gives.
                    schema.min_length = Some(20);
                    schema.pattern = Some("^[A-Za-z0-9_-]+$".to_owned());
                    schema.description =
                        Some("The `next` of the page before, as it was given.".to_owned());
                }
                "q" => schema.max_length = Some(LONGEST_SEARCH),
                _ => {}
            }
        }
    }
}

/// The operations of a path, with the methods that change something.
fn operations_of(item: &mut PathItem) -> impl Iterator<Item = &mut Described> {
    [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.patch,
        &mut item.delete,
    ]
    .into_iter()
    .filter_map(Option::as_mut)
}

fn describe(described: &mut Described, operation: &Operation) {
    let wants_match = operation.versioned && described.request_body.is_some();
    let mut wants = |name: &str, why: &str, most: Option<usize>| {
        described
            .parameters
            .get_or_insert_default()
            .push(RefOr::T(header(name, why, most)));
    };
    if operation.keyed {
        wants(
            "Idempotency-Key",
            "A fresh random value for each thing that is to be done once; kept for 30 days.",
            Some(255),
        );
    }
    if wants_match {
        wants("If-Match", "The `ETag` of what was read.", None);
    }
    if operation.fresh {
        wants(
            "Step-Up",
            "The one-time code of a fresh sign-in (`/auth/step-up`).",
            Some(255),
        );
    }
    let right = match operation.right {
        Right::Anybody => "anybody",
        Right::SignedIn => "signedIn",
        Right::Colleague => "colleague",
        Right::Needs(permission) => permission.as_str(),
    };
    described
        .extensions
        .get_or_insert_default()
        .merge(ExtensionsBuilder::new().add("x-right", right).build());
    described.security = Some(match operation.right {
        Right::Anybody => Vec::new(),
        _ => vec![
            SecurityRequirement::new::<_, [&str; 0], &str>("bearer", []),
            SecurityRequirement::new::<_, [&str; 0], &str>("session", []),
        ],
    });
    let says = described.description.get_or_insert_default();
    if !says.is_empty() {
        says.push_str("\n\n");
    }
    says.push_str(&needs(operation));
    contract_answers::add_problems(described, operation);
}

/// Who may, and how often it happens, in words.
fn needs(operation: &Operation) -> String {
    let mut says = match operation.right {
        Right::Anybody => "Needs no sign-in.".to_owned(),
        Right::SignedIn => "For whoever is signed in.".to_owned(),
        Right::Colleague => {
            "For whoever is of the organisation, with a role or without.".to_owned()
        }
        Right::Needs(permission) => {
            format!(
                "Needs the permission `{}` on the organisation.",
                permission.as_str()
            )
        }
    };
    if operation.keyed {
        says.push_str(" Sent again with the same `Idempotency-Key` it is answered as before and not done again.");
    }
    says
}

/// A header that is needed; one word of at most `most` characters, or anything that is there.
fn header(name: &str, why: &str, most: Option<usize>) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(utoipa::openapi::Required::True)
        .description(Some(why))
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .min_length(Some(1))
                .max_length(most)
                .pattern(most.map(|_| "^[!-~]+$"))
                .build(),
        ))
        .build()
}
