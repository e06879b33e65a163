//! Seeded interleavings of an honest browser with two tabs, and of a thief who has copied its token once. A failure names its seed.

use std::time::Duration;

use carillon_core::Problem;

use crate::house::{Came, House, named, stories};

stories! {
    honest_tabs_are_never_signed_out,
    a_thief_never_keeps_a_session,
}

const SEEDS: u64 = 40;
const ROUNDS: usize = 8;

/// `SplitMix64`: the same numbers for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

/// What the tabs of a browser share.
struct Browser {
    stored: String,
}

impl Browser {
    /// One tab asks; or it loses the answer and asks once more; or both ask at the same time. Always within half a minute.
    async fn round(&mut self, house: &House, dice: &mut Dice) -> Result<(), Problem> {
        let held = self.stored.clone();
        let first = house.refresh(&held).await?;
        match dice.below(3) {
            0 => self.stored = first.1,
            1 => {
                house.pass(Duration::from_secs(dice.below(31)));
                self.stored = house.refresh(&held).await?.1;
            }
            _ => {
                let second = house.refresh(&held).await?;
                assert_eq!(first.1, second.1);
                self.stored = second.1;
            }
        }
        Ok(())
    }
}

fn rest(house: &House, dice: &mut Dice) {
    house.pass(Duration::from_secs([0, 1, 29, 31, 300, 3600][dice.below(6) as usize]));
}

async fn honest_tabs_are_never_signed_out(house: House) {
    for seed in 0..SEEDS {
        let mut dice = Dice(seed);
        let mut browser = Browser { stored: house.admin().await.refresh };
        for _ in 0..ROUNDS {
            browser.round(&house, &mut dice).await.unwrap_or_else(|why| panic!("seed {seed}: {why}"));
            rest(&house, &mut dice);
        }
    }
}

async fn a_thief_never_keeps_a_session(house: House) {
    for seed in 0..SEEDS {
        let mut dice = Dice(seed);
        let Came { refresh, cookie, .. } = house.admin().await;
        let other = house.admin().await;
        let mut browser = Browser { stored: refresh };
        let theft = dice.below(ROUNDS as u64) as usize;
        let (mut stolen, mut over) = (String::new(), false);
        for round in 0..ROUNDS {
            if round == theft {
                stolen.clone_from(&browser.stored);
            }
            if round > theft && dice.below(3) == 0 {
                match house.refresh(&stolen).await {
                    Ok(next) => stolen = next.1,
                    Err(_) => over = true,
                }
                rest(&house, &mut dice);
            }
            over |= browser.round(&house, &mut dice).await.is_err();
            rest(&house, &mut dice);
        }
        // Both go on at their own pace: at the latest when the second of them asks, it is over for both.
        let mut kept = Vec::new();
        for turn in 0..4 {
            house.pass(Duration::from_secs(31));
            let token = if turn % 2 == 0 { &mut stolen } else { &mut browser.stored };
            if let Ok(next) = house.refresh(token).await {
                *token = next.1;
                kept.push(turn);
            }
        }
        let most: &[usize] = if over { &[] } else { &[0] };
        assert!(kept.iter().all(|turn| most.contains(turn)), "seed {seed}: turns {kept:?} went well");
        assert_eq!(named(house.refresh(&stolen).await), "token-reused", "seed {seed}");
        assert_eq!(named(house.refresh(&browser.stored).await), "token-reused", "seed {seed}");
        house.pass(Duration::from_mins(1));
        assert_eq!(named(house.authenticator.by_cookie(&cookie).await), "token-reused", "seed {seed}");
        house.authenticator.by_cookie(&other.cookie).await.unwrap_or_else(|why| panic!("seed {seed}: {why}"));
    }
}
