//! The ways in: one line each. Routes and events, openapi.json and events.json, and the walk through all of them in a
//! test are read off this table.

use std::sync::Arc;

use carillon_core::{Action, Principal, Problem};
use futures::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{Gate, InputSchema, Verb, View};

/// What a verb or view must be to be reached from outside.
pub trait Wire: DeserializeOwned + ToSchema {}
impl<T: DeserializeOwned + ToSchema> Wire for T {}

/// Parses, acts or sees, and answers as JSON.
pub type Call = Arc<dyn Fn(Gate, Principal, Value) -> BoxFuture<'static, Result<Value, Problem>> + Send + Sync>;

/// By which name it is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Get(&'static str),
    Post(&'static str),
    Delete(&'static str),
    /// A Socket.IO event with one object argument, acknowledged.
    Event(&'static str),
}

/// What a way in says of itself besides its types.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of a line in the table")]
pub struct Marks {
    /// Open to whoever is nobody yet, and why.
    pub public: Option<&'static str>,
    /// 201 instead of 200.
    pub created: bool,
    /// The answer's `cookie` becomes the session cookie.
    pub sets_session: bool,
    /// The session cookie is taken back.
    pub ends_session: bool,
    /// Counted among attempts to guess, unless it goes well: a tighter limit by address.
    pub guessable: bool,
    /// Counted among those who come in by a room's link: a roomier limit by address, for a class or an office enters at once.
    pub entering: bool,
}

/// What an answer looks like.
#[derive(Clone)]
pub struct Answer {
    pub schema: RefOr<Schema>,
    pub named: Vec<(String, RefOr<Schema>)>,
}

/// One line of the table.
#[derive(Clone)]
pub struct Entry {
    pub way: Way,
    pub action: Action,
    pub marks: Marks,
    pub input: InputSchema,
    pub answer: Answer,
    pub call: Call,
}

/// The table. Each subject crate adds its lines.
#[derive(Clone, Default)]
pub struct Entries(Vec<Entry>);

impl Entries {
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter()
    }

    #[must_use]
    pub fn get<W>(self, path: &'static str) -> Self
    where
        W: View + Wire,
        W::Sight: Serialize + ToSchema,
    {
        self.view::<W>(Way::Get(path))
    }
    #[must_use]
    pub fn post<V>(self, path: &'static str) -> Self
    where
        V: Verb + Wire,
        V::Answer: Serialize + ToSchema,
    {
        self.verb::<V>(Way::Post(path))
    }
    #[must_use]
    pub fn delete<V>(self, path: &'static str) -> Self
    where
        V: Verb + Wire,
        V::Answer: Serialize + ToSchema,
    {
        self.verb::<V>(Way::Delete(path))
    }
    /// A verb as an event.
    #[must_use]
    pub fn event<V>(self, name: &'static str) -> Self
    where
        V: Verb + Wire,
        V::Answer: Serialize + ToSchema,
    {
        self.verb::<V>(Way::Event(name))
    }
    /// A view as an event.
    #[must_use]
    pub fn ask<W>(self, name: &'static str) -> Self
    where
        W: View + Wire,
        W::Sight: Serialize + ToSchema,
    {
        self.view::<W>(Way::Event(name))
    }

    /// Of the line above: whoever comes may be nobody yet.
    #[must_use]
    pub fn public(mut self, why: &'static str) -> Self {
        self.last().public = Some(why);
        self
    }
    #[must_use]
    pub fn created(mut self) -> Self {
        self.last().created = true;
        self
    }
    #[must_use]
    pub fn sets_session(mut self) -> Self {
        self.last().sets_session = true;
        self
    }
    #[must_use]
    pub fn ends_session(mut self) -> Self {
        self.last().ends_session = true;
        self
    }
    #[must_use]
    pub fn guessable(mut self) -> Self {
        self.last().guessable = true;
        self
    }
    #[must_use]
    pub fn entering(mut self) -> Self {
        self.last().entering = true;
        self
    }

    fn verb<V>(self, way: Way) -> Self
    where
        V: Verb + Wire,
        V::Answer: Serialize + ToSchema,
    {
        let call: Call = Arc::new(|gate, who, input| Box::pin(async move { answer(gate.act(&who, parse::<V>(input)?).await?) }));
        self.add::<V, V::Answer>(way, V::ACTION, call)
    }

    fn view<W>(self, way: Way) -> Self
    where
        W: View + Wire,
        W::Sight: Serialize + ToSchema,
    {
        let call: Call = Arc::new(|gate, who, input| Box::pin(async move { answer(gate.see(&who, parse::<W>(input)?).await?) }));
        self.add::<W, W::Sight>(way, W::ACTION, call)
    }

    fn add<I: Wire, O: ToSchema>(mut self, way: Way, action: Action, call: Call) -> Self {
        let mut named = Vec::new();
        O::schemas(&mut named);
        named.push((O::name().into_owned(), O::schema()));
        let answer = Answer { schema: RefOr::Ref(utoipa::openapi::Ref::from_schema_name(O::name())), named };
        self.0.push(Entry { way, action, marks: Marks::default(), input: InputSchema::of::<I>(), answer, call });
        self
    }

    fn last(&mut self) -> &mut Marks {
        &mut self.0.last_mut().expect("a mark follows its line").marks
    }
}

/// What came from outside, as what it must be.
pub fn parse<T: DeserializeOwned>(input: Value) -> Result<T, Problem> {
    // serde would take a list for a struct, field by field.
    if !input.is_object() {
        return Err(Problem::invalid("one object is expected"));
    }
    serde_json::from_value(input).map_err(|why| Problem::invalid(why.to_string()))
}

fn answer<T: Serialize>(out: T) -> Result<Value, Problem> {
    serde_json::to_value(out).map_err(Problem::broken)
}
