//! A configuration as a page of TOML: the reference, and what is in force.

use std::{collections::BTreeMap, fmt::Write};

use toml::{Table, Value};

use super::{
    Configuration, Origin,
    load::table,
    shape::{Kind, Shape},
};

/// Every key with its doc comment and its default, as the reference file that is shipped. Read back, it changes nothing.
///
/// ```
/// use carillon_platform::config::{Sources, load, render};
/// use serde::{Deserialize, Serialize};
///
/// /// Where this server is found.
/// #[derive(Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
/// #[serde(default, deny_unknown_fields)]
/// struct Config {
///     /// The port, on all addresses.
///     port: u16,
///     /// A name to show. None: the host's.
///     name: Option<String>,
/// }
/// impl Default for Config {
///     fn default() -> Self {
///         Self { port: 8080, name: None }
///     }
/// }
///
/// let page = render::<Config>();
/// assert_eq!(page, "# The port, on all addresses.\nport = 8080\n\n# A name to show. None: the host's.\n# name = \"\"\n");
/// assert_eq!(toml::from_str::<Config>(&page).unwrap(), Config::default());
/// ```
pub fn render<T: Configuration>() -> String {
    write(&Shape::of::<T>(), &table(&T::default()), &Page::Reference)
}

pub(super) enum Page<'o> {
    Reference,
    InForce(&'o BTreeMap<String, Origin>),
}

pub(super) fn write(shape: &Shape, values: &Table, page: &Page<'_>) -> String {
    let mut out = String::new();
    section(&mut out, shape, Some(values), "", page);
    out
}

fn section(out: &mut String, shape: &Shape, values: Option<&Table>, path: &str, page: &Page<'_>) {
    let Kind::Section(fields) = &shape.kind else { return };
    let (sections, keys): (Vec<_>, Vec<_>) = fields.iter().partition(|(_, field)| matches!(field.kind, Kind::Section(_)));
    for (n, (key, field)) in keys.into_iter().enumerate() {
        let value = values.and_then(|values| values.get(key));
        // A key of a section that is not there stays a comment.
        let set = value.map(|value| format!("{key} = {value}\n"));
        match page {
            Page::Reference => {
                if n > 0 {
                    out.push('\n');
                }
                comment(out, &field.doc);
                if let Kind::Text(values) = &field.kind
                    && !values.is_empty()
                {
                    comment(out, &format!("One of: {}.", values.join(", ")));
                }
                if matches!(field.kind, Kind::Secret) {
                    comment(out, &format!("Or {key}_file: the path of a file that holds it."));
                }
                out.push_str(&set.unwrap_or_else(|| format!("# {key} = {}\n", placeholder(&field.kind))));
            }
            Page::InForce(origins) => {
                let Some(set) = set else { continue };
                let key = dotted(path, key);
                let by = origins.get(&key).map(|by| format!(" # {by}")).unwrap_or_default();
                let _ = writeln!(out, "{}{by}", set.trim_end());
            }
        }
    }
    for (key, field) in sections {
        let (path, values) = (dotted(path, key), values.and_then(|values| values.get(key)).and_then(Value::as_table));
        if values.is_none() && matches!(page, Page::InForce(_)) {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        if matches!(page, Page::Reference) {
            comment(out, &field.doc);
        }
        let _ = writeln!(out, "{}[{path}]", if values.is_some() { "" } else { "# " });
        section(out, field, values, &path, page);
    }
}

fn dotted(path: &str, key: &str) -> String {
    if path.is_empty() { key.into() } else { format!("{path}.{key}") }
}

fn comment(out: &mut String, text: &str) {
    for line in text.lines() {
        let _ = writeln!(out, "{}", format!("# {line}").trim_end());
    }
}

/// What a value of this kind looks like.
fn placeholder(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text(_) | Kind::Secret => "\"\"",
        Kind::Integer => "0",
        Kind::Number => "0.0",
        Kind::Boolean => "false",
        Kind::List(_) => "[]",
        Kind::Open | Kind::Section(_) => "{}",
    }
}
