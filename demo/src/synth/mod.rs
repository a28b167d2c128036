//! A short piece of music, made from nothing but arithmetic: a sung melody in the centre, plucked strings hard left and
//! hard right, a light stereo reverb around them. The same samples on every run and machine type.

mod reverb;
mod score;
mod strings;
mod voice;

/// Sample rate of the clip, hertz.
pub const SAMPLE_RATE_HZ: u32 = 48_000;

/// Peak of the finished clip: −3 dBFS.
const PEAK: f32 = 0.7;

/// Levels of the parts in the mix.
const VOICE_GAIN: f32 = 0.4;
const STRINGS_GAIN: f32 = 1.0;
const REVERB_GAIN: f32 = 0.15;

/// The clip: left and right channel at [`SAMPLE_RATE_HZ`].
pub fn clip() -> [Vec<f32>; 2] {
    let seconds = score::seconds();
    let frames = (seconds * f64::from(SAMPLE_RATE_HZ)) as usize;
    let voice = voice::sing(&score::melody(), frames);
    let strings = score::plucks().map(|plucks| strings::play(&plucks, frames));
    let mut dry: [Vec<f32>; 2] = strings.map(|string| {
        string
            .iter()
            .zip(&voice)
            .map(|(string, voice)| STRINGS_GAIN * string + VOICE_GAIN * voice)
            .collect()
    });
    let wet = reverb::reverberate(&dry);
    for (dry, wet) in dry.iter_mut().zip(&wet) {
        for (sample, reverb) in dry.iter_mut().zip(wet) {
            *sample += REVERB_GAIN * reverb;
        }
    }
    let peak = dry
        .iter()
        .flatten()
        .fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    dry.map(|channel| channel.into_iter().map(|sample| sample * PEAK / peak).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correlate(a: &[f32], b: &[f32]) -> f64 {
        a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    }

    #[test]
    fn clip_is_repeatable_long_enough_and_below_full_scale() {
        let [left, right] = clip();
        assert_eq!([&left, &right], [&clip()[0], &clip()[1]]);
        assert!(left.len() >= 12 * SAMPLE_RATE_HZ as usize && left.len() == right.len());
        let peak = left
            .iter()
            .chain(&right)
            .fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        assert!((0.6..1.0).contains(&peak), "peak {peak}");
    }

    /// The voice reaches both channels at the same level, and each string part only its own.
    #[test]
    fn voice_is_centred_and_strings_are_panned() {
        let [left, right] = clip();
        let voice = voice::sing(&score::melody(), left.len());
        let share = |channel: &[f32], part: &[f32]| correlate(channel, part) / correlate(part, part);
        let balance_db = 20.0 * (share(&left, &voice) / share(&right, &voice)).log10();
        assert!(balance_db.abs() < 0.3, "voice off centre by {balance_db} dB");
        let [left_strings, right_strings] = score::plucks().map(|plucks| strings::play(&plucks, left.len()));
        assert!(share(&left, &left_strings) > 10.0 * share(&right, &left_strings).abs());
        assert!(share(&right, &right_strings) > 10.0 * share(&left, &right_strings).abs());
    }
}
