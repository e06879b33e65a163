//! How much each principal does at once, and how much they look at: nobody fills a queue alone.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use carillon_core::{Principal, Problem};
use carillon_platform::limits::Key;
use uuid::Uuid;

/// One principal's at once; the next one is refused as flooding.
const AT_ONCE: usize = 128;

#[derive(Clone, Default)]
pub(crate) struct Places(Arc<Mutex<HashMap<Key, usize>>>);

/// Given back when dropped.
pub(crate) struct Place(Option<(Places, Key)>);

impl Place {
    /// For those whose number is bounded elsewhere.
    pub(crate) const UNCOUNTED: Self = Self(None);
}

impl Places {
    /// The server's own parts are bounded by their own loops, and take no place.
    pub(crate) fn take(&self, who: &Principal) -> Result<Place, Problem> {
        let key = match who {
            Principal::Account { id, .. } | Principal::Guest { id, .. } => Key::id(id.uuid()),
            // Whoever is nobody yet shares the places of an address, or of none.
            Principal::Anonymous { address } => address.map_or(Key::id(Uuid::nil()), Key::address),
            Principal::System { .. } => return Ok(Place::UNCOUNTED),
        };
        let mut taken = self.0.lock().expect("no panic while held");
        let count = taken.entry(key).or_default();
        if *count == AT_ONCE {
            return Err(Problem::flooding(1));
        }
        *count += 1;
        Ok(Place(Some((self.clone(), key))))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((places, key)) = self.0.take() else { return };
        let mut taken = places.0.lock().expect("no panic while held");
        if let Some(count) = taken.get_mut(&key) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&key);
            }
        }
    }
}
