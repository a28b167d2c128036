//! Seeds, how long to go on, and what is told of a failure.

use super::dice::Dice;
use std::collections::VecDeque;
use std::io::Write;
use std::time::{Duration, Instant};

/// Steps that are kept for the report of a failure.
const REMEMBERED: usize = 24;

/// Plays `round` with the fixed seed, or as the environment says.
pub fn rounds(name: &str, seed: u64, round: impl Fn(&mut Trace, Dice)) {
    let variable = |what: &str| std::env::var(format!("PROSCENIUM_CONFORMANCE_{what}")).ok();
    let number = |what: &str| {
        variable(what).map(|text| {
            text.parse::<u64>()
                .unwrap_or_else(|_| panic!("PROSCENIUM_CONFORMANCE_{what} is not a number: {text}"))
        })
    };
    let long = number("SECONDS").map(Duration::from_secs);
    let mut seed = number("SEED").unwrap_or(seed);
    let begun = Instant::now();
    loop {
        if long.is_some() {
            tell(&format!("{name}: seed {seed}"));
        }
        let mut trace = Trace {
            name: name.to_owned(),
            seed,
            count: 0,
            last: VecDeque::new(),
            is_told: variable("TRACE").is_some(),
        };
        round(&mut trace, Dice::new(seed));
        match long {
            Some(time) if begun.elapsed() < time => seed = Dice::new(seed).next(),
            _ => return,
        }
    }
}

/// The test runner keeps what is printed until a test has failed, which a crash does not wait for.
fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// The steps so far; the last of them are printed when a test fails.
pub struct Trace {
    name: String,
    seed: u64,
    count: u64,
    last: VecDeque<String>,
    is_told: bool,
}

impl Trace {
    pub fn step(&mut self, what: impl Into<String>) {
        let line = format!("step {}: {}", self.count, what.into());
        self.count += 1;
        if self.is_told {
            tell(&format!("{}: {line}", self.name));
        }
        if self.last.len() == REMEMBERED {
            self.last.pop_front();
        }
        self.last.push_back(line);
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Self { name, seed, last, .. } = self;
            eprintln!("{name} failed; PROSCENIUM_CONFORMANCE_SEED={seed} repeats it. The last steps:");
            last.iter().for_each(|line| eprintln!("  {line}"));
        }
    }
}
