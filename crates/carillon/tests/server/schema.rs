//! Whatever a story hears and is answered by socket is as docs/api/events.json says.

use std::sync::OnceLock;

use serde_json::Value;

fn published() -> &'static Value {
    static PUBLISHED: OnceLock<Value> = OnceLock::new();
    PUBLISHED.get_or_init(|| serde_json::from_str(include_str!("../../../../docs/api/events.json")).unwrap())
}

pub(crate) fn told(event: &str, payload: &Value) {
    check(&format!("the event {event}"), &published()["serverToClient"][event]["payload"], payload);
}

pub(crate) fn answered(event: &str, result: &Value) {
    if let Some(known) = published()["clientToServer"].get(event) {
        check(&format!("the answer to {event}"), &known["result"], result);
    }
}

fn check(what: &str, schema: &Value, value: &Value) {
    assert!(!schema.is_null(), "{what} is not in docs/api/events.json");
    if let Err(why) = fits(schema, value) {
        panic!("{what} is not as docs/api/events.json says, {why}: {value}");
    }
}

/// As much of JSON Schema as utoipa writes.
fn fits(schema: &Value, value: &Value) -> Result<(), String> {
    if let Some(path) = schema["$ref"].as_str() {
        let pointer = path.strip_prefix('#').unwrap();
        let named = published().pointer(pointer).ok_or_else(|| format!("{path} is nowhere"))?;
        return fits(named, value).map_err(|why| format!("{path}: {why}"));
    }
    if let Some(either) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        let tried: Vec<_> = either.iter().map(|one| fits(one, value)).collect();
        return if tried.iter().any(Result::is_ok) { Ok(()) } else { Err(format!("{tried:?}")) };
    }
    if let Some(all) = schema["allOf"].as_array() {
        return all.iter().try_for_each(|one| fits(one, value));
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let allowed = |one: &Value| one == kind || (one == "number" && kind == "integer");
    match &schema["type"] {
        Value::Null => {}
        Value::Array(kinds) if kinds.iter().any(allowed) => {}
        one if allowed(one) => {}
        other => return Err(format!("{kind} instead of {other}")),
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        return Err(format!("{value} is none of {}", schema["enum"]));
    }
    if let Some(items) = value.as_array() {
        return items.iter().try_for_each(|item| fits(&schema["items"], item));
    }
    let (Some(fields), Some(properties)) = (value.as_object(), schema["properties"].as_object()) else { return Ok(()) };
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !fields.contains_key(name) {
            return Err(format!("`{name}` is missing"));
        }
    }
    fields.iter().try_for_each(|(name, value)| match properties.get(name) {
        Some(property) => fits(property, value).map_err(|why| format!("`{name}`: {why}")),
        None => Err(format!("`{name}` is not announced")),
    })
}
