//! Shares of a catalogue for the members of a job array.

use std::fmt;
use std::str::FromStr;

/// The `number`-th of `count` shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    number: usize,
    count: usize,
}

impl Default for Shard {
    fn default() -> Self {
        Self { number: 1, count: 1 }
    }
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('/');
        let parsed = parts.and_then(|(number, count)| Some((number.parse().ok()?, count.parse().ok()?)));
        match parsed {
            Some((number, count)) if (1..=count).contains(&number) => Ok(Self { number, count }),
            _ => Err("give K/N with K from 1 to N, such as 1/8"),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

impl Shard {
    /// This share of a list: every `count`-th, from the `number`-th on.
    pub fn share<T>(self, all: Vec<T>) -> impl Iterator<Item = T> {
        all.into_iter().skip(self.number - 1).step_by(self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_disjoint_and_complete() {
        for count in 1..=12 {
            let mut all: Vec<usize> = (1..=count)
                .flat_map(|number| Shard { number, count }.share((0..10).collect()))
                .collect();
            all.sort_unstable();
            assert_eq!(all, (0..10).collect::<Vec<_>>());
        }
    }

    #[test]
    fn texts_are_read_and_nonsense_is_refused() {
        assert_eq!("3/8".parse(), Ok(Shard { number: 3, count: 8 }));
        for text in ["", "3", "0/8", "9/8", "0/0", "-1/8", "a/b", "1/8/2"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
