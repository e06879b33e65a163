//! How values of the house stand in texts and columns.

use std::fmt::Write;

/// An enum in a column: `stored!(RoomKind { Group = "group", Direct = "direct" })` gives it `word`, and `read` to come back from one.
#[macro_export]
macro_rules! stored {
    ($type:ty { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $type {
            pub(crate) const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
            pub(crate) fn read(word: &str) -> Result<Self, $crate::Problem> {
                match word {
                    $($word => Ok(Self::$variant),)*
                    other => Err($crate::Problem::broken(format!("a column holds `{other}`"))),
                }
            }
        }
    };
}

/// Two small digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // a text has room
        text
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn bytes_are_written_as_their_digits() {
        assert_eq!(super::hex(&[0, 0x0f, 0xa0, 0xff]), "000fa0ff");
    }
}
