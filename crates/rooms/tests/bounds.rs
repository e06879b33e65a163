//! What people type, within its bounds.

use carillon_rooms::{RoomName, Text};
use proptest::{prop_assert, prop_assert_eq, proptest};

proptest! {
    #[test]
    fn a_rooms_name_is_trimmed_and_bounded(text in "\\PC{0,90}|[ \t]{0,3}\\PC{0,5}[ \n\u{0}]{0,3}|.{0,100}") {
        let fits = carillon_identity::shown(&text, 80).is_some();
        match RoomName::try_from(text.clone()) {
            Ok(name) => {
                prop_assert!(fits && !text.chars().any(char::is_control) && text.chars().count() <= 80);
                prop_assert_eq!(name.as_str(), text.trim());
                prop_assert!(!name.as_str().is_empty());
            }
            Err(why) => {
                prop_assert!(!fits);
                prop_assert!(why.contains("80"));
            }
        }
    }

    #[test]
    fn a_message_is_kept_as_it_was_typed(text in "\\PC{0,200}|[ \n\t]{0,20}|[a\u{0}]{1,3}|(é){8100,8300}") {
        let fits = (1..=16_384).contains(&text.len()) && !text.contains('\0') && !text.trim().is_empty();
        match Text::try_from(text.clone()) {
            Ok(kept) => {
                prop_assert!(fits);
                prop_assert_eq!(kept.as_str(), text.as_str());
            }
            Err(why) => {
                prop_assert!(!fits);
                prop_assert!(why.contains("16 KiB"));
            }
        }
    }
}

#[test]
fn a_room_is_called_by_what_one_sees() {
    for name in ["\u{200b}", "Standup\u{202e}", "Stand\u{200d}up", "\u{3164}\u{3164}"] {
        RoomName::try_from(name.to_owned()).expect_err("nobody sees that");
    }
    RoomName::try_from("می\u{200c}خواهم".to_owned()).expect("so it is written");
}
