//! Damages valid files: bytes, lengths, numbers, words, order, depth.

/// Largest input, bytes; now and then one may be [`HUGE`].
const LARGE: usize = 64 << 10;
/// More than any limit on sizes in the product.
const HUGE: usize = 3 << 20;
/// One input in so many may be huge.
const HUGE_PERIOD: u64 = 1000;

/// Numbers, as text, that programs get wrong.
const NUMBERS: [&str; 16] = [
    "0",
    "-0",
    "-1",
    "1e39",
    "-1e39",
    "1e308",
    "1e999",
    "5e-324",
    "nan",
    "inf",
    "255",
    "65536",
    "4294967296",
    "18446744073709551616",
    "0.1000000000000000055511151231257827021181583404541015625",
    "9223372036854775808",
];

/// Numbers, as bytes, that programs get wrong.
const INTEGERS: [u64; 10] = [
    0,
    1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0xffff,
    0x7fff_ffff,
    0xffff_ffff,
    u64::MAX,
];

/// SplitMix64: the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Less than `count`, which is at least 1.
    fn below(&mut self, count: usize) -> usize {
        (self.roll() % count.max(1) as u64) as usize
    }

    /// Any of these.
    fn any<T: Clone>(&mut self, choice: &[T]) -> T {
        choice[self.below(choice.len())].clone()
    }

    /// A stretch of something of that length, mostly short.
    fn stretch(&mut self, length: usize) -> std::ops::Range<usize> {
        let from = self.below(length + 1);
        let most = self.any(&[4, 16, 64, length]);
        from..from + self.below(most.min(length - from) + 1)
    }
}

/// The input of that number; the first are the seeds themselves.
pub fn input(number: u64, seeds: &[Vec<u8>], words: &[&[u8]]) -> Vec<u8> {
    if let Some(seed) = seeds.get(number as usize) {
        return seed.clone();
    }
    let mut dice = Dice(number);
    let largest = if number.is_multiple_of(HUGE_PERIOD) {
        HUGE
    } else {
        LARGE
    };
    let mut bytes = seeds[dice.below(seeds.len())].clone();
    // Mostly one mutation, or little is left that a parser accepts.
    for _ in 0..=dice.roll().trailing_zeros().min(6) {
        mutate(&mut bytes, &mut dice, seeds, words, largest);
        bytes.truncate(largest);
    }
    bytes
}

fn mutate(bytes: &mut Vec<u8>, dice: &mut Dice, seeds: &[Vec<u8>], words: &[&[u8]], largest: usize) {
    let at = dice.below(bytes.len() + 1);
    let here = at.min(bytes.len().saturating_sub(1));
    match dice.below(13) {
        0 => {
            if let Some(byte) = bytes.get_mut(here) {
                *byte ^= 1 << dice.below(8);
            }
        }
        1 => {
            if let Some(byte) = bytes.get_mut(here) {
                *byte = dice.roll() as u8;
            }
        }
        2 => {
            let number = dice.any(&INTEGERS).to_le_bytes();
            let size = dice.any(&[1, 2, 4, 8]);
            for (byte, new) in bytes.iter_mut().skip(at).zip(&number[..size]) {
                *byte = *new;
            }
        }
        3 => bytes.truncate(at),
        4 => drop(bytes.drain(dice.stretch(bytes.len()))),
        5 => {
            // Repeats a stretch, a few times or until the input is full.
            let stretch = bytes[dice.stretch(bytes.len())].to_vec();
            let most = largest.saturating_sub(bytes.len()) / stretch.len().max(1);
            let times = dice.any(&[1, 3, 40, usize::MAX]).min(most);
            insert(bytes, at, &stretch.repeat(times));
        }
        6 => {
            let other = &seeds[dice.below(seeds.len())];
            let stretch = dice.stretch(other.len());
            insert(bytes, at, &other[stretch]);
        }
        7 => insert(bytes, at, dice.any(words)),
        8 => {
            // As deep as it goes.
            let word = dice.any(words);
            let most = largest.saturating_sub(bytes.len()) / word.len().max(1);
            let times = dice.any(&[100, 1000, 10_000]).min(most);
            insert(bytes, at, &word.repeat(times));
        }
        9 => {
            let from = (at..bytes.len()).find(|&n| bytes[n].is_ascii_digit());
            if let Some(from) = from {
                let is_part = |byte: &u8| byte.is_ascii_digit() || b"+-.eE_".contains(byte);
                let length = bytes[from..].iter().take_while(|byte| is_part(byte)).count();
                let number = dice.any(&NUMBERS).bytes();
                drop(bytes.splice(from..from + length, number));
            }
        }
        10 => {
            let noise: Vec<u8> = (0..dice.below(16)).map(|_| dice.roll() as u8).collect();
            insert(bytes, at, &noise);
        }
        11 => {
            let stretch = dice.stretch(bytes.len());
            let moved: Vec<u8> = bytes.drain(stretch).collect();
            let to = dice.below(bytes.len() + 1);
            insert(bytes, to, &moved);
        }
        _ => {
            // One word in the place of another.
            let (old, new) = (dice.any(words), dice.any(words));
            let place = bytes[at..].windows(old.len().max(1)).position(|window| window == old);
            if let Some(place) = place {
                drop(bytes.splice(at + place..at + place + old.len(), new.iter().copied()));
            }
        }
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, new: &[u8]) {
    drop(bytes.splice(at..at, new.iter().copied()));
}

#[test]
fn an_input_depends_on_its_number_alone() {
    let seeds = [b"{\"a\": 1}".to_vec(), b"name = 3".to_vec()];
    let make = |number| input(number, &seeds, &[b"[", b"name"]);
    assert_eq!([make(0), make(1)], seeds);
    assert!((0..2000).all(|number| make(number) == make(number)));
    assert!((2..100).any(|number| make(number) != make(number + 1)));
    assert!((0..2000).any(|number| make(number).len() > LARGE / 2));
}
