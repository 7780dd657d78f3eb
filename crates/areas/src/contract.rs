//! The OpenAPI document: what the handlers say of themselves, completed from the table of operations, so that no handler has to
//! repeat who may call it, which headers it wants and what an error looks like.

use crate::operations::{self, Operation, Right};
use platform::{
    error::FieldError,
    http::{Problem, page::MAX_LIMIT},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Content, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, ResponseBuilder,
        extensions::ExtensionsBuilder,
        path::{Operation as Described, Parameter, ParameterBuilder, ParameterIn, PathItem},
        schema::{AdditionalProperties, Components, ObjectBuilder, Schema, Type},
        security::{
            ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
        },
    },
};

/// The document before any route is in it.
pub(crate) fn beginning() -> OpenApi {
    let mut components = Components::new();
    components
        .schemas
        .insert(Problem::name().into_owned(), Problem::schema());
    components
        .schemas
        .insert(FieldError::name().into_owned(), FieldError::schema());
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
        .components(Some(components))
        .build()
}

/// Adds to every operation what the table says of it.
pub(crate) fn complete(api: &mut OpenApi) {
    if let Some(components) = &mut api.components {
        components.schemas.values_mut().for_each(close_variants);
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

/// Says of every list's `limit` and `cursor` what `platform::http::Paging` takes, so that no list repeats it.
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
                    schema.min_length = Some(1);
                    schema.description =
                        Some("The `next` of the page before, as it was given.".to_owned());
                }
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
    let mut wants = |name: &str, why: &str| {
        described
            .parameters
            .get_or_insert_default()
            .push(RefOr::T(header(name, why)));
    };
    if operation.keyed {
        wants(
            "Idempotency-Key",
            "A fresh random value for each thing that is to be done once; kept for 30 days.",
        );
    }
    if wants_match {
        wants("If-Match", "The `ETag` of what was read.");
    }
    if operation.fresh {
        wants(
            "Step-Up",
            "The one-time code of a fresh sign-in (`/auth/step-up`).",
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
    described
        .responses
        .responses
        .entry("default".to_owned())
        .or_insert_with(|| {
            let problem = Content::new(Some(Ref::from_schema_name(Problem::name())));
            RefOr::T(
                ResponseBuilder::new()
                    .description("What went wrong.")
                    .content("application/problem+json", problem)
                    .build(),
            )
        });
}

fn header(name: &str, why: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(utoipa::openapi::Required::True)
        .description(Some(why))
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .min_length(Some(1))
                .max_length(Some(255))
                .pattern(Some("^[!-~]+$"))
                .build(),
        ))
        .build()
}
