//! What both engines can store.

use bytes::BytesMut;
use carillon_core::{Id, Problem, Timestamp};
use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type};
use uuid::Uuid;

/// A value in a column or a parameter. UUIDs are native on PostgreSQL and 16 bytes on SQLite.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
    Uuid(Uuid),
}

/// A value on its way in.
pub trait Arg: Sync {
    fn value(&self) -> Value;
}

/// A value on its way out.
pub trait Column: Sized {
    fn read(value: Value) -> Result<Self, Problem>;
}

impl<K> Arg for Id<K> {
    fn value(&self) -> Value {
        Value::Uuid(self.uuid())
    }
}
impl<K> Column for Id<K> {
    fn read(value: Value) -> Result<Self, Problem> {
        uuid(value).map(Id::new)
    }
}

macro_rules! plain { ($($rust:ty => $variant:ident: $to:expr, $from:pat => $back:expr;)*) => { $(
    impl Arg for $rust { fn value(&self) -> Value { let it = self; Value::$variant($to(it)) } }
    impl Column for $rust { fn read(value: Value) -> Result<Self, Problem> { match value { $from => Ok($back), other => Err(unfit(&other)) } } }
)* } }
plain! {
    i64 => Int: |it: &i64| *it, Value::Int(n) => n;
    f64 => Real: |it: &f64| *it, Value::Real(n) => n;
    String => Text: String::clone, Value::Text(text) => text;
    Vec<u8> => Bytes: Vec::clone, Value::Bytes(bytes) => bytes;
    Timestamp => Int: |it: &Timestamp| it.0, Value::Int(n) => Timestamp(n);
}
impl Arg for bool {
    fn value(&self) -> Value {
        Value::Bool(*self)
    }
}
impl Column for bool {
    fn read(value: Value) -> Result<Self, Problem> {
        match value {
            Value::Bool(b) => Ok(b),
            Value::Int(n) => Ok(n != 0),
            other => Err(unfit(&other)),
        }
    }
}
impl Arg for &str {
    fn value(&self) -> Value {
        Value::Text((*self).into())
    }
}
impl Arg for Uuid {
    fn value(&self) -> Value {
        Value::Uuid(*self)
    }
}
impl Column for Uuid {
    fn read(value: Value) -> Result<Self, Problem> {
        uuid(value)
    }
}
impl Arg for &[u8] {
    fn value(&self) -> Value {
        Value::Bytes(self.to_vec())
    }
}
impl<T: Arg> Arg for Option<T> {
    fn value(&self) -> Value {
        self.as_ref().map_or(Value::Null, Arg::value)
    }
}
impl<T: Column> Column for Option<T> {
    fn read(value: Value) -> Result<Self, Problem> {
        if value == Value::Null { Ok(None) } else { T::read(value).map(Some) }
    }
}

fn uuid(value: Value) -> Result<Uuid, Problem> {
    match value {
        Value::Uuid(uuid) => Ok(uuid),
        Value::Bytes(bytes) => Uuid::from_slice(&bytes).map_err(Problem::broken),
        other => Err(unfit(&other)),
    }
}
fn unfit(value: &Value) -> Problem {
    let kind = match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a truth value",
        Value::Int(_) => "an integer",
        Value::Real(_) => "a number",
        Value::Text(_) => "a text",
        Value::Bytes(_) => "bytes",
        Value::Uuid(_) => "a UUID",
    };
    Problem::broken(format!("a column holds {kind}, which its reader does not expect"))
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Bool(b) => ValueRef::Integer(i64::from(*b)),
            Value::Int(n) => ValueRef::Integer(*n),
            Value::Real(n) => ValueRef::Real(*n),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
            Value::Uuid(uuid) => ValueRef::Blob(uuid.as_bytes()),
        }))
    }
}

impl rusqlite::types::FromSql for Value {
    fn column_result(value: ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        Ok(match value {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(n) => Value::Int(n),
            ValueRef::Real(n) => Value::Real(n),
            ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
            ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        })
    }
}

type Any = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Any> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Bool(b) => b.to_sql_checked(ty, out),
            Value::Int(n) => n.to_sql_checked(ty, out),
            Value::Real(n) => n.to_sql_checked(ty, out),
            Value::Text(text) => text.to_sql_checked(ty, out),
            Value::Bytes(bytes) => bytes.to_sql_checked(ty, out),
            Value::Uuid(uuid) => uuid.to_sql_checked(ty, out),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    tokio_postgres::types::to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Any> {
        Ok(match *ty {
            Type::BOOL => Value::Bool(bool::from_sql(ty, raw)?),
            Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Value::Int(i32::from_sql(ty, raw)?.into()), // what a `1` in a SELECT is
            Type::FLOAT8 => Value::Real(f64::from_sql(ty, raw)?),
            Type::TEXT => Value::Text(String::from_sql(ty, raw)?),
            Type::BYTEA => Value::Bytes(Vec::from_sql(ty, raw)?),
            Type::UUID => Value::Uuid(Uuid::from_sql(ty, raw)?),
            ref other => return Err(format!("no reader for {other}").into()),
        })
    }
    fn from_sql_null(_: &Type) -> Result<Self, Any> {
        Ok(Value::Null)
    }
    fn accepts(ty: &Type) -> bool {
        [Type::BOOL, Type::INT8, Type::INT4, Type::FLOAT8, Type::TEXT, Type::BYTEA, Type::UUID].contains(ty)
    }
}
