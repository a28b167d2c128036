//! Feeds a parser with inputs, and watches it.

use crate::{memory, mutate};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Inputs that a parser reads in the short mode and in the long one.
const FEW: u64 = 20_000;
const MANY: u64 = 1_000_000;
/// The short mode ends after this long, so that it stays short on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longest that an input may take.
const LIMIT: Duration = Duration::from_secs(1);
/// Longer than this is a hang, not a busy machine.
const HANG: Duration = Duration::from_secs(15);

/// What is to be fed.
pub struct Parser {
    pub name: &'static str,
    /// Valid inputs.
    pub seeds: Vec<Vec<u8>>,
    /// Pieces that mean something to the parser.
    pub words: &'static [&'static [u8]],
    /// The parser; whether it has accepted the input.
    pub read: fn(&[u8]) -> bool,
}

impl Parser {
    /// The input of that number.
    fn input(&self, number: u64) -> Vec<u8> {
        mutate::input(number, &self.seeds, self.words)
    }

    /// Writes an input down. Returns where.
    fn save(&self, number: u64) -> PathBuf {
        let file = std::env::temp_dir().join(format!("proscenium-fuzz-{}-{number}", self.name));
        std::fs::write(&file, self.input(number)).unwrap();
        file
    }
}

/// What a run has shown.
#[derive(Default)]
struct Record {
    inputs: u64,
    accepted: u64,
    peak: usize,
    slowest: Duration,
    slowest_number: u64,
}

/// Keeps panics out of the output that libraries make and their callers catch; there can be thousands. One that gets out
/// is a failure, and feeding that input alone shows it.
fn silence_libraries() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let tell = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let in_library = |place: &std::panic::Location<'_>| place.file().contains("registry");
            if !panic.location().is_some_and(in_library) {
                tell(panic);
            }
        }));
    });
}

/// Feeds a parser as much as the mode says.
pub fn feed(parser: &Parser) {
    let single = std::env::var("PROSCENIUM_FUZZ_INPUT").ok();
    let long = std::env::var_os("PROSCENIUM_LONG").is_some();
    let numbers = match single {
        Some(number) => {
            let number = number.parse().unwrap();
            println!("{}", parser.save(number).display());
            number..number + 1
        }
        None => {
            silence_libraries();
            0..if long { MANY } else { FEW }
        }
    };
    for seed in &parser.seeds {
        assert!((parser.read)(seed), "{}: a seed is refused", parser.name);
    }
    let (progress, done) = (AtomicU64::new(numbers.start), AtomicBool::new(false));
    let began = Instant::now();
    let record = std::thread::scope(|scope| {
        scope.spawn(|| watch(parser, &progress, &done));
        let _end = SetOnDrop(&done);
        let mut record = Record::default();
        for number in numbers {
            if !long && began.elapsed() > PATIENCE {
                println!("{}: out of time after {number} inputs", parser.name);
                break;
            }
            progress.store(number, Ordering::Relaxed);
            one(parser, number, &mut record);
        }
        record
    });
    println!(
        "{}: {} inputs in {:.1} s, {:.1} % accepted, at most {:.2} MB, slowest {:.1} ms (number {})",
        parser.name,
        record.inputs,
        began.elapsed().as_secs_f64(),
        100.0 * record.accepted as f64 / record.inputs as f64,
        record.peak as f64 / 1e6,
        1e3 * record.slowest.as_secs_f64(),
        record.slowest_number
    );
    // Otherwise the mutations are too coarse, or too shy.
    assert!(record.inputs < FEW / 2 || (1..record.inputs).contains(&record.accepted));
}

/// Feeds one input.
fn one(parser: &Parser, number: u64, record: &mut Record) {
    let input = parser.input(number);
    let read = || memory::measured(number, || (parser.read)(&input));
    let timed = || {
        let begun = Instant::now();
        (std::panic::catch_unwind(read), begun.elapsed())
    };
    let (mut result, mut took) = timed();
    if took > LIMIT {
        // Perhaps the machine was busy.
        (result, took) = timed();
    }
    let fail = |what: &str| {
        panic!(
            "{}: input {number} {what}: {}",
            parser.name,
            parser.save(number).display()
        )
    };
    let (accepted, peak) = result.unwrap_or_else(|_| fail("panics"));
    if took > LIMIT {
        fail("takes over a second");
    }
    record.inputs += 1;
    record.accepted += u64::from(accepted);
    record.peak = record.peak.max(peak);
    if took > record.slowest {
        (record.slowest, record.slowest_number) = (took, number);
    }
}

/// Tells the watcher that there is nothing left to watch, even after a failure.
struct SetOnDrop<'a>(&'a AtomicBool);

impl Drop for SetOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Ends the process, with a word about the input, when there is no progress.
fn watch(parser: &Parser, progress: &AtomicU64, done: &AtomicBool) {
    let (mut number, mut since) = (u64::MAX, Instant::now());
    while !done.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(20));
        let now_at = progress.load(Ordering::Relaxed);
        if now_at != number {
            (number, since) = (now_at, Instant::now());
        } else if since.elapsed() > HANG {
            eprintln!(
                "{}: input {number} hangs: {}",
                parser.name,
                parser.save(number).display()
            );
            std::process::abort();
        }
    }
}

/// A parser of one byte in front, planted faults behind certain ones.
fn faulty(input: &[u8]) -> bool {
    match input.first() {
        Some(b'p') => panic!("planted"),
        Some(b's') => std::thread::sleep(LIMIT + LIMIT / 10),
        _ => {}
    }
    true
}

fn feed_one(seed: &[u8]) {
    let parser = Parser {
        name: "planted",
        seeds: vec![seed.to_vec()],
        words: &[b"p"],
        read: faulty,
    };
    // The first inputs are the seeds as they are.
    one(&parser, 0, &mut Record::default());
}

#[test]
#[should_panic(expected = "planted: input 0 panics")]
fn a_panic_is_found() {
    feed_one(b"p");
}

#[test]
#[should_panic(expected = "planted: input 0 takes over a second")]
fn a_slow_input_is_found() {
    feed_one(b"s");
}
