//! What measured data may be: bounds that keep memory, time and the size of a session small.

use std::ops::RangeInclusive;

/// Largest file that is read, bytes. Head sets of 12,000 directions have 40 MB.
pub const LARGEST_FILE_BYTES: u64 = 128 << 20;
/// Most samples of all responses of a file.
pub const MOST_SAMPLES: u64 = 16 << 20;
/// Sample rates allowed, hertz. Below the lowest there would be nothing up to where cancellation fades out.
pub const RATES_HZ: RangeInclusive<f64> = LOWEST_RATE_HZ..=384_000.0;
pub(super) const LOWEST_RATE_HZ: f64 = 32_000.0;
/// Longest response, seconds.
pub const LONGEST_RESPONSE_S: f64 = 4.0;
/// A response whose peak is this far below the loudest counts as silent, dB.
pub(super) const SILENT_BELOW_DB: f64 = -80.0;
/// Most points of a measurement, of which there is a response for every driver.
pub const MOST_POINTS: usize = 1024;
/// Most samples of a device's responses that are kept, and go into a session: 1 MB.
pub const MOST_KEPT_SAMPLES: usize = 1 << 19;
