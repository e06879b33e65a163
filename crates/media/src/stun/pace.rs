//! How often one address is answered: a fixed table, so that a flood of addresses costs no memory.

use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    time::Duration,
};

/// Slots of 8 bytes. Addresses that fall into one slot share it; which ones do, nobody outside can know.
const SLOTS: usize = 16_384;
/// Seconds of the pace that may come at once.
const BURST: u64 = 2;

/// A bucket for each address (IPv4) or household (an IPv6 /64), as GCRA counts: a slot holds the time at which it is full again.
pub struct Pace {
    slots: Box<[u64]>,
    hasher: RandomState,
    interval: u64,
    burst: u64,
}

impl Pace {
    pub fn new(per_second: u16) -> Self {
        let interval = 1_000_000 / u64::from(per_second.max(1));
        Self { slots: vec![0; SLOTS].into(), hasher: RandomState::new(), interval, burst: BURST * 1_000_000 }
    }

    /// Whether one more may be answered; `now` is counted from any fixed moment.
    pub fn allows(&mut self, from: IpAddr, now: Duration) -> bool {
        let household = match from.to_canonical() {
            IpAddr::V4(v4) => u64::from(v4.to_bits()),
            IpAddr::V6(v6) => (v6.to_bits() >> 64) as u64,
        };
        let now = now.as_micros() as u64;
        let slot = &mut self.slots[self.hasher.hash_one(household) as usize % SLOTS];
        let full = now.max(*slot) + self.interval;
        let allowed = full <= now + self.burst;
        if allowed {
            *slot = full;
        }
        allowed
    }
}
