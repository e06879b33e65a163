//! The table of entries: each line parses, acts or sees, and answers as JSON.

mod house;

use carillon_core::{Action, Kind, Problem};
use carillon_db::testing::Ground;
use carillon_gate::{Cx, Done, Entries, Verb, View, Way};
use house::{change, house, nobody, person, put};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Put {
    id: i64,
}
#[derive(Serialize, ToSchema)]
struct Answer {
    id: i64,
}
impl Verb for Put {
    const ACTION: Action = Action::RoomCreate;
    type On = ();
    type Answer = Answer;
    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn apply(&self, (): (), cx: &mut Cx<'_>) -> Result<Done<Answer>, Problem> {
        put(cx, self.id).await?;
        Ok(Done::changed(Answer { id: self.id }, change(self.id)))
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct List {}
#[derive(Serialize, ToSchema)]
struct Things {
    things: Vec<i64>,
}
impl View for List {
    const ACTION: Action = Action::AccountList;
    type On = ();
    type Sight = Things;
    async fn load(&self, _: &mut Cx<'_>) -> Result<(), Problem> {
        Ok(())
    }
    async fn show(self, (): (), cx: &mut Cx<'_>) -> Result<Things, Problem> {
        let rows = cx.tx.rows("SELECT id FROM things ORDER BY id", &[]).await?;
        Ok(Things { things: rows.iter().map(|row| row.get(0)).collect::<Result<_, _>>()? })
    }
}

#[tokio::test]
async fn a_line_of_the_table_is_all_that_it_takes_to_be_reached() {
    let house = house(Ground::sqlite()).await;
    let table =
        Entries::default().post::<Put>("/things").created().event::<Put>("thing:put").get::<List>("/things").ask::<List>("thing:list");
    let ways: Vec<Way> = table.iter().map(|entry| entry.way).collect();
    assert_eq!(ways, [Way::Post("/things"), Way::Event("thing:put"), Way::Get("/things"), Way::Event("thing:list")]);
    let lines: Vec<_> = table.iter().collect();
    assert!(lines[0].marks.created && !lines[1].marks.created, "a mark is of its own line");
    assert!(lines[0].input.object.properties.contains_key("id"));
    let call = |line: usize, who, input| (lines[line].call)(house.gate.clone(), who, input);
    assert_eq!(call(0, person(1), json!({ "id": 1 })).await.expect("done"), json!({ "id": 1 }));
    assert_eq!(call(1, person(1), json!({ "id": 2 })).await.expect("done"), json!({ "id": 2 }));
    assert_eq!(call(2, person(1), json!({})).await.expect("seen"), json!({ "things": [1, 2] }));
    assert_eq!(call(3, nobody(), json!({})).await.expect_err("nobody").kind, Kind::Unauthenticated);
    for wrong in [json!({}), json!({ "id": "1" }), json!({ "id": 3, "more": 4 }), json!(null), json!([3])] {
        let problem = call(0, person(1), wrong.clone()).await.expect_err("it cannot be understood");
        assert_eq!(problem.kind, Kind::Invalid, "{wrong}");
    }
    assert_eq!(house.recorded().await.iter().filter(|event| event["outcome"] == "done").count(), 2);
}
