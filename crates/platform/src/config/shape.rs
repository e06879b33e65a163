//! What a configuration may hold, read from its schema.

use std::collections::BTreeMap;

use utoipa::{
    ToSchema,
    openapi::{
        KnownFormat, RefOr, Schema, SchemaFormat,
        schema::{ArrayItems, SchemaType, Type},
    },
};

#[derive(Clone)]
pub(super) struct Shape {
    /// Its doc comment.
    pub doc: String,
    pub kind: Kind,
}

#[derive(Clone)]
pub(super) enum Kind {
    /// A table with known keys, in the order of the struct.
    Section(Vec<(String, Shape)>),
    /// With the values it may take, if they are counted.
    Text(Vec<String>),
    Secret,
    Integer,
    Number,
    Boolean,
    List(Box<Kind>),
    /// A map, or something of several forms: only its type knows what is right.
    Open,
}

type Named = BTreeMap<String, RefOr<Schema>>;

impl Shape {
    pub(super) fn of<T: ToSchema>() -> Self {
        let mut all = vec![];
        T::schemas(&mut all);
        let mut named = Named::new();
        for (name, schema) in all {
            let other = named.insert(name.clone(), schema.clone()).is_some_and(|earlier| earlier != schema);
            assert!(!other, "two configuration types are called {name}: write #[schema(inline)] on their fields");
        }
        Self::read(&T::schema(), &named)
    }

    fn read(schema: &RefOr<Schema>, named: &Named) -> Self {
        match schema {
            RefOr::Ref(to) => {
                let name = to.ref_location.rsplit('/').next().unwrap_or_default();
                let shape = Self::read(named.get(name).expect("a schema lists all that it refers to"), named);
                if to.description.is_empty() { shape } else { Self { doc: to.description.clone(), ..shape } }
            }
            RefOr::T(Schema::Object(object)) => {
                let kind = match single(&object.schema_type) {
                    Some(Type::String) if object.format == Some(SchemaFormat::KnownFormat(KnownFormat::Password)) => Kind::Secret,
                    Some(Type::String) => {
                        Kind::Text(object.enum_values.iter().flatten().filter_map(|value| value.as_str().map(Into::into)).collect())
                    }
                    Some(Type::Integer) => Kind::Integer,
                    Some(Type::Number) => Kind::Number,
                    Some(Type::Boolean) => Kind::Boolean,
                    Some(Type::Object) if !object.properties.is_empty() => {
                        Kind::Section(object.properties.iter().map(|(key, field)| (key.clone(), Self::read(field, named))).collect())
                    }
                    _ => Kind::Open,
                };
                Self { doc: object.description.clone().unwrap_or_default(), kind }
            }
            RefOr::T(Schema::Array(array)) => {
                let kind = match &array.items {
                    ArrayItems::RefOrSchema(item) => Kind::List(Box::new(Self::read(item, named).kind)),
                    ArrayItems::False => Kind::Open,
                };
                Self { doc: array.description.clone().unwrap_or_default(), kind }
            }
            // An inlined type, and after it what the field says of it.
            RefOr::T(Schema::AllOf(parts)) if !parts.items.is_empty() => {
                let shape = Self::read(&parts.items[0], named);
                let said = parts.items[1..].iter().map(|part| Self::read(part, named).doc).find(|doc| !doc.is_empty());
                Self { doc: said.or_else(|| parts.description.clone()).unwrap_or(shape.doc), kind: shape.kind }
            }
            // An option of a type.
            RefOr::T(Schema::OneOf(forms)) => {
                let null =
                    |form: &&RefOr<Schema>| matches!(form, RefOr::T(Schema::Object(it)) if it.schema_type == SchemaType::Type(Type::Null));
                let forms_left: Vec<_> = forms.items.iter().filter(|form| !null(form)).collect();
                let shape = match forms_left[..] {
                    [form] => Self::read(form, named),
                    _ => Self { doc: String::new(), kind: Kind::Open },
                };
                Self { doc: forms.description.clone().unwrap_or(shape.doc), kind: shape.kind }
            }
            RefOr::T(_) => Self { doc: String::new(), kind: Kind::Open },
        }
    }

    pub(super) fn field(&self, key: &str) -> Option<&Self> {
        let Kind::Section(fields) = &self.kind else { return None };
        fields.iter().find_map(|(name, field)| (name == key).then_some(field))
    }

    /// Every key and section, dotted.
    pub(super) fn keys(&self) -> Vec<(String, &Self)> {
        let Kind::Section(fields) = &self.kind else { return vec![] };
        let all = fields.iter().flat_map(|(name, field)| {
            let below = field.keys().into_iter().map(move |(key, field)| (format!("{name}.{key}"), field));
            std::iter::once((name.clone(), field)).chain(below)
        });
        all.collect()
    }

    /// The known key that looks most like this one, if any does.
    pub(super) fn nearest(&self, key: &str) -> Option<String> {
        let far = |known: &str| strsim::damerau_levenshtein(known, key);
        let (known, _) = self.keys().into_iter().min_by_key(|(known, _)| far(known))?;
        (far(&known) <= 2.max(key.len() / 3)).then_some(known)
    }
}

fn single(types: &SchemaType) -> Option<&Type> {
    match types {
        SchemaType::Type(ty) => Some(ty),
        SchemaType::Array(types) => types.iter().find(|ty| **ty != Type::Null),
        SchemaType::AnyValue => None,
    }
}
