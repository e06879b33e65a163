//! What a request says, as the JSON object that its verb or view expects.

use std::borrow::Cow;

use carillon_core::Problem;
use carillon_gate::InputSchema;
use serde_json::{Map, Value, json};

/// Levels of nesting that a body may have.
const DEPTH: usize = 16;

/// A body is a JSON object, or nothing.
pub(crate) fn body(bytes: &[u8]) -> Result<Map<String, Value>, Problem> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(bytes).map_err(|why| Problem::invalid(format!("the body is not JSON: {why}")))? {
        value @ Value::Object(_) if depth(&value) > DEPTH => Err(Problem::invalid("the body is nested too deeply")),
        Value::Object(mut object) => {
            object.values_mut().for_each(whole);
            Ok(object)
        }
        _ => Err(Problem::invalid("the body is one JSON object")),
    }
}

/// For JSON Schema `3.0` is an integer; serde takes only `3` as one.
fn whole(value: &mut Value) {
    match value {
        Value::Number(number) => {
            // 2^53: what every double below it is exactly.
            let exact = |double: &f64| number.is_f64() && double.fract() == 0.0 && double.abs() < 9_007_199_254_740_992.0;
            if let Some(double) = number.as_f64().filter(exact) {
                *value = json!(double as i64);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(whole),
        Value::Object(object) => object.values_mut().for_each(whole),
        _ => {}
    }
}

pub(crate) fn depth(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
        Value::Object(object) => 1 + object.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Puts a path's or a query's text into the object, as the field's schema wants it.
pub(crate) fn put(input: &mut Map<String, Value>, fields: &InputSchema, name: &str, text: &str) -> Result<(), Problem> {
    let wanted = fields.object.properties.get(name).map(|property| json!(property)).unwrap_or_default();
    let value = if ["integer", "number", "boolean"].iter().any(|kind| is(&wanted, kind)) {
        let read = serde_json::from_str(text).ok().filter(|value: &Value| value.is_number() || value.is_boolean());
        read.ok_or_else(|| Problem::invalid(format!("`{name}` is not a {}", kind(&wanted))))?
    } else {
        Value::String(text.into())
    };
    if input.insert(name.into(), value).is_some() {
        return Err(Problem::invalid(format!("`{name}` is said twice")));
    }
    Ok(())
}

fn is(schema: &Value, kind: &str) -> bool {
    schema["type"] == kind || schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(|one| one == kind))
}

fn kind(schema: &Value) -> Cow<'_, str> {
    schema["type"].as_str().map_or("value of the right kind".into(), Into::into)
}

/// `a=1&b=two` as decoded pairs.
pub(crate) fn query(text: &str) -> Result<Vec<(String, String)>, Problem> {
    let uri = format!("/?{text}").parse().map_err(|_| Problem::invalid("the query cannot be read"))?;
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri);
    pairs.map(|axum::extract::Query(pairs)| pairs).map_err(|_| Problem::invalid("the query cannot be read"))
}
