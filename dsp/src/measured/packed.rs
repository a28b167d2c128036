//! Impulse responses kept in 16 bits with a scale each, and as text: small enough for a session.
//!
//! The rounding lies 98 dB below the peak of each response, where no measurement in a room gets to.

/// Impulse responses of one length.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Packed {
    taps: usize,
    /// Value of the full scale of each response.
    scales: Vec<f32>,
    /// `[response][tap]`
    samples: Vec<i16>,
}

/// Largest sample.
const FULL: f64 = 32_767.0;
/// Bytes before the scales: the number of taps.
const HEADER: usize = 4;

impl Packed {
    /// Rounds responses of `taps` samples.
    pub(super) fn new(taps: usize, responses: impl IntoIterator<Item = Vec<f64>>) -> Self {
        let mut packed = Self {
            taps,
            ..Self::default()
        };
        for response in responses {
            let peak = response.iter().fold(0.0, |peak: f64, x| peak.max(x.abs())) as f32;
            let step = f64::from(peak).max(f64::from(f32::MIN_POSITIVE));
            packed.scales.push(peak);
            let samples = response
                .iter()
                .map(|x| (x / step * FULL).round().clamp(-FULL, FULL) as i16);
            packed.samples.extend(samples.chain(std::iter::repeat(0)).take(taps));
        }
        packed
    }

    pub(super) fn len(&self) -> usize {
        self.scales.len()
    }

    /// Samples of each response.
    pub(super) fn taps(&self) -> usize {
        self.taps
    }

    /// One response.
    pub(super) fn response(&self, index: usize) -> impl Iterator<Item = f64> + '_ {
        let step = f64::from(self.scales[index]) / FULL;
        let samples = &self.samples[index * self.taps..(index + 1) * self.taps];
        samples.iter().map(move |&sample| f64::from(sample) * step)
    }

    /// As text in base64 (RFC 4648).
    pub(super) fn to_text(&self) -> String {
        let mut bytes = (self.taps as u32).to_le_bytes().to_vec();
        bytes.extend(self.scales.iter().flat_map(|scale| scale.to_le_bytes()));
        bytes.extend(self.samples.iter().flat_map(|sample| sample.to_le_bytes()));
        encode(&bytes)
    }

    /// Reads `count` responses from text; `None` unless it is what [`to_text`](Self::to_text) writes.
    pub(super) fn from_text(text: &str, count: usize) -> Option<Self> {
        let bytes = decode(text)?;
        let (taps, rest) = bytes.split_first_chunk::<HEADER>()?;
        let taps = u32::from_le_bytes(*taps) as usize;
        let expected = count.checked_mul(taps.checked_mul(size_of::<i16>())?.checked_add(size_of::<f32>())?)?;
        if rest.len() != expected {
            return None;
        }
        let (scales, samples) = rest.split_at(count * size_of::<f32>());
        let scales: Vec<f32> = scales.as_chunks().0.iter().copied().map(f32::from_le_bytes).collect();
        let in_range = |scale: &f32| scale.is_finite() && (0.0..1e6).contains(scale);
        scales.iter().all(in_range).then(|| Self {
            taps,
            scales,
            samples: samples.as_chunks().0.iter().copied().map(i16::from_le_bytes).collect(),
        })
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |n: usize| u32::from(chunk.get(n).copied().unwrap_or(0));
        let word = at(0) << 16 | at(1) << 8 | at(2);
        for n in 0..4 {
            let sextet = (word >> (18 - 6 * n) & 63) as usize;
            text.push(if n > chunk.len() { '=' } else { ALPHABET[sextet].into() });
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let (chunks, rest) = text.as_bytes().as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    let mut bytes = Vec::with_capacity(chunks.len() * 3);
    for (n, chunk) in chunks.iter().enumerate() {
        // Padding belongs to the end.
        let padding = chunk.iter().rev().take_while(|&&letter| letter == b'=').count();
        if padding > 2 || padding > 0 && n + 1 < chunks.len() {
            return None;
        }
        let mut word = 0;
        for &letter in &chunk[..4 - padding] {
            let sextet = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'a'..=b'z' => letter - b'a' + 26,
                b'0'..=b'9' => letter - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            word = word << 6 | u32::from(sextet);
        }
        word <<= 6 * padding;
        bytes.extend(&word.to_be_bytes()[1..4 - padding]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (plain, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(plain.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(plain.as_bytes()));
        }
        for text in ["Z", "Zg=", "Z===", "====", "Zg==Zg==", "Zm9*", "Zm\n9"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    #[test]
    fn responses_come_back_as_they_were_rounded() {
        let responses = vec![vec![1.0, -0.25, 1e-3], vec![0.0; 3], vec![-3e-5, 1e-5, 2e-6]];
        let packed = Packed::new(3, responses.clone());
        let read = Packed::from_text(&packed.to_text(), 3);
        assert_eq!(read.as_ref(), Some(&packed));
        for (n, response) in responses.iter().enumerate() {
            let peak = response.iter().fold(0.0, |peak: f64, x| peak.max(x.abs()));
            for (a, b) in packed.response(n).zip(response) {
                assert!((a - b).abs() <= peak * 2e-5, "{a} {b}");
            }
        }
        assert_eq!(Packed::from_text(&packed.to_text(), 2), None);
        assert_eq!(Packed::from_text("AAAA", 0), None);
        assert_eq!(Packed::from_text("/////w==", usize::MAX), None);
    }
}
