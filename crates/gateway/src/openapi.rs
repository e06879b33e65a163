//! The OpenAPI document, read off the table of entries.

use std::collections::BTreeMap;

use carillon_gate::{Entries, Entry, Way};
use serde_json::{Value, json};
use utoipa::openapi::{
    self, Content, ContentBuilder, HttpMethod, Object, RefOr, Required, ResponseBuilder, Schema, Type,
    path::{OperationBuilder, ParameterBuilder, ParameterIn, PathItem},
    request_body::RequestBodyBuilder,
    schema::SchemaType,
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};

/// The document as pretty JSON: committed as docs/api/openapi.json, and served at /api/openapi.json.
pub fn document(entries: &Entries) -> String {
    let mut paths = openapi::Paths::new();
    let mut schemas: BTreeMap<String, RefOr<Schema>> = BTreeMap::new();
    for entry in entries.iter() {
        let (path, method, http) = match entry.way {
            Way::Get(path) => (path, "get", HttpMethod::Get),
            Way::Post(path) => (path, "post", HttpMethod::Post),
            Way::Delete(path) => (path, "delete", HttpMethod::Delete),
            Way::Event(_) => continue,
        };
        let item = PathItem::new(http, operation(entry, path, method));
        match paths.paths.get_mut(path) {
            Some(known) => known.merge_operations(item),
            None => drop(paths.paths.insert(path.into(), item)),
        }
        schemas.extend(entry.input.named.iter().cloned());
        schemas.extend(entry.answer.named.iter().cloned());
    }
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let cookie = ApiKey::Cookie(ApiKeyValue::new("__Host-carillon"));
    let components = openapi::ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .security_scheme("bearer", SecurityScheme::Http(bearer))
        .security_scheme("cookie", SecurityScheme::ApiKey(cookie))
        .build();
    let info = openapi::InfoBuilder::new()
        .title("Carillon")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Rooms, calls and those who are in them. Times are milliseconds since 1970, ids are UUIDs."))
        .license(Some(openapi::LicenseBuilder::new().name("MIT OR Apache-2.0").build()))
        .build();
    let document = openapi::OpenApiBuilder::new().info(info).paths(paths).components(Some(components)).build();
    let mut document = json!(document);
    document["components"]["schemas"]["Problem"] = problem();
    let mut text = serde_json::to_string_pretty(&document).expect("a document is JSON");
    text.push('\n');
    text
}

fn operation(entry: &Entry, path: &str, method: &str) -> openapi::path::Operation {
    let description = entry.input.object.description.clone().unwrap_or_default();
    let id = format!("{method}_{}", path.trim_start_matches('/').replace(['/', '{', '}', '.', '-'], "_"));
    let mut operation = OperationBuilder::new()
        .operation_id(Some(id.replace("__", "_").trim_end_matches('_').to_owned()))
        .summary(Some(description.lines().next().unwrap_or_default()))
        .description(Some(format!("{description}\n\nAction: `{}`.", entry.action)))
        .tag(entry.action.name().split('.').next().unwrap_or_default());
    let mut body = entry.input.object.clone();
    body.description = None;
    for (name, property) in &entry.input.object.properties {
        let in_path = path.contains(&format!("{{{name}}}"));
        if in_path || method == "get" {
            body.properties.shift_remove(name);
            body.required.retain(|required| required != name);
            let required = if in_path || entry.input.object.required.contains(name) { Required::True } else { Required::False };
            operation = operation.parameter(
                ParameterBuilder::new()
                    .name(name)
                    .parameter_in(if in_path { ParameterIn::Path } else { ParameterIn::Query })
                    .required(required)
                    .schema(Some(said(property.clone()))),
            );
        }
    }
    if method != "get" {
        let content = ContentBuilder::new().schema(Some(Schema::Object(body.clone()))).build();
        let needed = if body.required.is_empty() { Required::False } else { Required::True };
        operation =
            operation.request_body(Some(RequestBodyBuilder::new().content("application/json", content).required(Some(needed)).build()));
    }
    let answer = ContentBuilder::new().schema(Some(entry.answer.schema.clone())).build();
    let status = if entry.marks.created { "201" } else { "200" };
    let answer = ResponseBuilder::new().description("The answer.").content("application/json", answer);
    operation = operation.response(status, answer);
    for (status, what) in statuses(method) {
        operation = operation.response(status, ResponseBuilder::new().description(what).content("application/problem+json", problems()));
    }
    if entry.marks.public.is_none() {
        let none: [&str; 0] = [];
        operation = operation.security(SecurityRequirement::new("bearer", none)).security(SecurityRequirement::new("cookie", none));
    }
    operation.build()
}

/// A parameter is said or left out: none is null.
fn said(mut schema: RefOr<Schema>) -> RefOr<Schema> {
    match &mut schema {
        RefOr::T(Schema::Object(object)) => {
            if let SchemaType::Array(kinds) = &mut object.schema_type {
                kinds.retain(|kind| *kind != Type::Null);
                if kinds.len() == 1 {
                    object.schema_type = SchemaType::Type(kinds.remove(0));
                }
            }
        }
        RefOr::T(Schema::OneOf(either)) => {
            either.items.retain(|item| *item != RefOr::T(Schema::Object(Object::with_type(Type::Null))));
            if let [only] = &either.items[..] {
                return only.clone();
            }
        }
        _ => {}
    }
    schema
}

/// Every status that an entry may answer with, besides 500 for a fault of ours.
fn statuses(method: &str) -> Vec<(&'static str, &'static str)> {
    let mut all = vec![
        ("400", "The request cannot be understood."),
        ("401", "Sign in first."),
        ("403", "It is not allowed."),
        ("404", "There is no such thing, or you may not see it."),
        ("410", "It is over."),
        ("429", "Too many requests: wait as long as `retryAfter` says."),
        ("503", "Busy: send the same request again."),
    ];
    if method != "get" {
        all.extend([
            ("409", "It does not fit the present state."),
            ("413", "The body is too large."),
            ("415", "Send `Content-Type: application/json`."),
        ]);
    }
    all
}

fn problems() -> Content {
    ContentBuilder::new().schema(Some(openapi::Ref::from_schema_name("Problem"))).build()
}

fn problem() -> Value {
    json!({
        "type": "object",
        "description": "What went wrong (RFC 9457).",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": { "type": "string", "description": "`/problems/<name>`: branch on this." },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string", "description": "One sentence: what happened and what to do." },
            "retryAfter": { "type": "integer", "description": "Seconds to wait before asking again." }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_schemas_share_a_name() {
        let mut known: BTreeMap<String, Value> = BTreeMap::new();
        for entry in crate::entries().iter() {
            for (name, schema) in entry.input.named.iter().chain(&entry.answer.named) {
                let schema = json!(schema);
                let before = known.insert(name.clone(), schema.clone()).unwrap_or_else(|| schema.clone());
                assert_eq!(before, schema, "two types are called {name}: give one another name by #[schema(as = ..)]");
            }
        }
    }
}
