//! What is over for long is deleted; what is in use is not; and no act waits for a key.

use std::time::Duration;

use carillon_identity::keep_house;

use crate::house::{House, PASSWORD, named, stories};

stories! {
    what_is_over_for_long_is_deleted,
    the_keys_are_there_before_the_first_act,
}

const DAY: Duration = Duration::from_hours(24);

impl House {
    async fn rows(&self) -> [String; 5] {
        let mut rows = [const { String::new() }; 5];
        for (count, sql) in rows.iter_mut().zip([
            "SELECT CAST(COUNT(*) AS TEXT) FROM sessions WHERE cookie <> $1",
            "SELECT CAST(COUNT(*) AS TEXT) FROM refresh_families WHERE family <> $1",
            "SELECT CAST(COUNT(*) AS TEXT) FROM devices WHERE name <> $1",
            "SELECT CAST(COUNT(*) AS TEXT) FROM invitations WHERE digest <> $1",
            "SELECT CAST(COUNT(*) AS TEXT) FROM admin_links WHERE digest <> $1",
        ]) {
            *count = self.column(sql, "nothing").await;
        }
        rows
    }
}

async fn what_is_over_for_long_is_deleted(house: House) {
    let ada = house.member("ada").await;
    let before = house.rows().await;
    assert_eq!(before, ["2", "2", "2", "1", "1"]);
    // Seven days after its last use a session is over, and thirty days later nobody asks for it any more.
    house.pass(30 * DAY);
    keep_house(&house.gate).await.unwrap();
    assert_eq!(house.rows().await, ["2", "2", "2", "1", "1"], "not yet");
    let again = house.sign_in("ada", PASSWORD).await.unwrap();
    house.pass(7 * DAY + Duration::from_millis(1));
    keep_house(&house.gate).await.unwrap();
    assert_eq!(house.rows().await, ["1", "1", "1", "0", "0"]);
    assert_eq!(named(house.authenticator.by_cookie(&ada.cookie).await), "session-unknown");
    assert_eq!(named(house.refresh(&ada.refresh).await), "token-invalid");
    assert_eq!(named(house.authenticator.by_cookie(&again.cookie).await), "session-expired", "of this one it is still known what became");
    assert_eq!(house.sign_in("ada", PASSWORD).await.unwrap().person, ada.person, "an account stays");
    assert_eq!(house.events("session.purge").await.len(), 2);
}

/// To make one takes a lock and a disk, which a transaction must not wait for.
async fn the_keys_are_there_before_the_first_act(house: House) {
    let keys = house.keyring();
    let admin = house.admin().await;
    house.invite(&admin).await;
    house.refresh(&admin.refresh).await.unwrap();
    assert!(house.keyring() == keys, "they were made at the start");
}
