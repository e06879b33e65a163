//! The layers above the defaults, laid over one another key by key.

use std::{collections::BTreeMap, fmt, fs, path::PathBuf};

use toml::{Table, Value};

use super::{
    load::ConfigError,
    shape::{Kind, Shape},
};

const PREFIX: &str = "CARILLON__";

/// Where the configuration comes from. Each layer wins over those before it.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// A TOML file. Named, it must be there.
    pub file: Option<PathBuf>,
    /// The environment: [`environment`], or what a test makes up. `CARILLON__SECTION__KEY` sets `section.key`; other names are not ours.
    pub env: Vec<(String, String)>,
    /// Names that other software taught people, with the key that each stands for. The key's own variable wins; an empty one says nothing.
    pub aliases: &'static [(&'static str, &'static str)],
    /// From the command line: `("section.key", value)`.
    pub overrides: Vec<(String, String)>,
}

/// The environment of this process. What is not UTF-8 is not ours.
#[allow(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn environment() -> Vec<(String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect()
}

/// Who set a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Default,
    File(PathBuf),
    Environment(String),
    Override(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the defaults"),
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::Environment(name) => write!(f, "the environment variable {name}"),
            Self::Override(key) => write!(f, "the command line ({key})"),
        }
    }
}

/// All layers in one, and who set what.
pub(super) struct Layered<'s> {
    shape: &'s Shape,
    pub(super) table: Table,
    pub(super) origins: BTreeMap<String, Origin>,
    /// Secrets named by `x_file`: the path of the file, by key.
    pub(super) files: BTreeMap<String, (PathBuf, Origin)>,
}

impl<'s> Layered<'s> {
    pub(super) fn new(shape: &'s Shape, defaults: Table) -> Self {
        Self { shape, table: defaults, origins: BTreeMap::new(), files: BTreeMap::new() }
    }

    pub(super) fn lay(&mut self, sources: &Sources) -> Result<(), ConfigError> {
        if let Some(path) = &sources.file {
            let text = fs::read_to_string(path).map_err(|source| ConfigError::File { path: path.clone(), source })?;
            let table: Table = toml::from_str(&text).map_err(|why| ConfigError::Syntax {
                path: path.clone(),
                line: text[..why.span().map_or(0, |span| span.start.min(text.len()))].lines().count().max(1),
                why: why.message().into(),
            })?;
            self.table(&[], table, &Origin::File(path.clone()))?;
        }
        for (name, key) in sources.aliases {
            if let Some((_, value)) = sources.env.iter().find(|(its, value)| its == name && !value.is_empty()) {
                self.text(key, value, Origin::Environment((*name).into()))?;
            }
        }
        for (name, value) in &sources.env {
            if let Some(key) = name.strip_prefix(PREFIX) {
                self.text(&key.to_lowercase().replace("__", "."), value, Origin::Environment(name.clone()))?;
            }
        }
        for (key, value) in &sources.overrides {
            self.text(key, value, Origin::Override(key.clone()))?;
        }
        Ok(())
    }

    fn table(&mut self, above: &[&str], table: Table, origin: &Origin) -> Result<(), ConfigError> {
        for (key, value) in table {
            let path = [above, &[&key]].concat();
            match (self.find(&path), value) {
                (Place::Section, Value::Table(inner)) => self.table(&path, inner, origin)?,
                (place, value) => self.set(place, &path, value, origin.clone())?,
            }
        }
        Ok(())
    }

    fn text(&mut self, key: &str, text: &str, origin: Origin) -> Result<(), ConfigError> {
        let path: Vec<_> = key.split('.').collect();
        let place = self.find(&path);
        let value = match &place {
            Place::Key(kind) => parse(kind, text).map_err(|why| ConfigError::Value { key: key.into(), origin: origin.clone(), why })?,
            _ => Value::String(text.into()),
        };
        self.set(place, &path, value, origin)
    }

    fn set(&mut self, place: Place, path: &[&str], value: Value, origin: Origin) -> Result<(), ConfigError> {
        let key = path.join(".");
        let wrong = |why: &str| Err(ConfigError::Value { key: key.clone(), origin: origin.clone(), why: why.into() });
        match (place, value) {
            (Place::Unknown, _) => Err(ConfigError::Unknown { nearest: self.shape.nearest(&key), key, origin }),
            (Place::Section, _) => wrong("this is a section: set the keys in it"),
            (Place::SecretFile, Value::String(file)) => {
                self.files.insert(key.trim_end_matches("_file").into(), (file.into(), origin));
                Ok(())
            }
            (Place::SecretFile, _) => wrong("the path of a file is a text in quotes"),
            (Place::Key(_), value) => {
                let Some((last, above)) = path.split_last() else { return Ok(()) };
                let mut table = &mut self.table;
                for section in above {
                    let inner = table.entry(*section).or_insert_with(|| Value::Table(Table::new()));
                    let Value::Table(inner) = inner else { return wrong("the key above it holds a value already") };
                    table = inner;
                }
                table.insert((*last).into(), value);
                self.origins.insert(key, origin);
                Ok(())
            }
        }
    }

    fn find(&self, path: &[&str]) -> Place {
        let mut at = self.shape;
        for (n, key) in path.iter().enumerate() {
            at = match (at.field(key), key.strip_suffix("_file").and_then(|base| at.field(base))) {
                (Some(field), _) => field,
                (None, Some(Shape { kind: Kind::Secret, .. })) if n + 1 == path.len() => return Place::SecretFile,
                (None, _) => return Place::Unknown,
            };
            if matches!(at.kind, Kind::Open) {
                return Place::Key(Kind::Open);
            }
        }
        if matches!(at.kind, Kind::Section(_)) { Place::Section } else { Place::Key(at.kind.clone()) }
    }
}

/// What a path leads to.
enum Place {
    Unknown,
    Section,
    Key(Kind),
    SecretFile,
}

/// A value from where there are only texts.
fn parse(kind: &Kind, text: &str) -> Result<Value, String> {
    let text = text.trim();
    match kind {
        Kind::Text(_) | Kind::Secret => Ok(Value::String(text.into())),
        Kind::Integer => text.parse().map(Value::Integer).map_err(|_| format!("`{text}` is not a whole number")),
        Kind::Number => text.parse().map(Value::Float).map_err(|_| format!("`{text}` is not a number")),
        Kind::Boolean => text.parse().map(Value::Boolean).map_err(|_| format!("`{text}` is neither true nor false")),
        Kind::List(_) if text.starts_with('[') => text.parse().map_err(|why: toml::de::Error| why.message().into()),
        Kind::List(item) => {
            text.split(',').filter(|item| !item.trim().is_empty()).map(|text| parse(item, text)).collect::<Result<_, _>>().map(Value::Array)
        }
        Kind::Open | Kind::Section(_) => Ok(text.parse().unwrap_or_else(|_| Value::String(text.into()))),
    }
}
