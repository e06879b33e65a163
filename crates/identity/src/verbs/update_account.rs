//! Change how one is called and spoken to.

use carillon_core::{Action, PersonId, Problem};
use carillon_gate::{Change, Cx, Done, Prep, Verb};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    model::Person,
    store,
    words::{Language, PersonName},
};

/// Change one's own name or language; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateAccount {
    pub name: Option<PersonName>,
    pub language: Option<Language>,
    /// Whoever asks: what is left out stays as another request has just made it.
    #[serde(skip)]
    #[schema(ignore)]
    me: Option<PersonId>,
}

impl Verb for UpdateAccount {
    const ACTION: Action = Action::AccountUpdate;
    type On = ();
    type Answer = Person;

    async fn prepare(&mut self, prep: &Prep<'_>) -> Result<(), Problem> {
        self.me = prep.who.person();
        Ok(())
    }

    fn locks(&self) -> Vec<Uuid> {
        self.me.into_iter().map(PersonId::uuid).collect()
    }

    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }

    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<Person>, Problem> {
        let me = cx.who.person().ok_or_else(|| Problem::missing("person"))?;
        let person = store::person(&mut cx.tx, me).await?.ok_or_else(|| Problem::missing("person"))?.person;
        let name = self.name.as_ref().map_or(person.name.as_str(), PersonName::as_str).to_owned();
        let changed = Person { name, language: self.language.or(person.language), ..person.clone() };
        if changed == person {
            return Ok(Done::repeated(person));
        }
        store::rename(&mut cx.tx, me, &changed.name, changed.language).await?;
        let what = json!({ "name": changed.name != person.name, "language": changed.language });
        Ok(Done::changed(changed, Change::of("person", me, what)))
    }
}
