//! Levels in octave bands.

use realfft::RealFftPlanner;

/// Middle frequencies, hertz.
pub const BANDS_HZ: [f64; 9] = [62.5, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16_000.0];

/// Levels of a whole signal in [`BANDS_HZ`], dBFS to a tenth, at least −200.
pub fn octave_levels_db(signal: &[f32], sample_rate_hz: f64) -> Vec<f64> {
    let transform = RealFftPlanner::<f64>::new().plan_fft_forward(signal.len());
    let mut samples: Vec<f64> = signal.iter().copied().map(f64::from).collect();
    let mut spectrum = transform.make_output_vec();
    // The lengths fit by construction.
    let _ = transform.process(&mut samples, &mut spectrum);
    let bin_hz = sample_rate_hz / signal.len() as f64;
    let level = |middle_hz: &f64| {
        let [low, high] = [-0.5_f64, 0.5].map(|octaves| (middle_hz * octaves.exp2() / bin_hz) as usize);
        let bins = &spectrum[low.min(spectrum.len())..high.min(spectrum.len())];
        let power: f64 = bins.iter().map(realfft::num_complex::Complex::norm_sqr).sum();
        let mean_square = 2.0 * power / (signal.len() as f64).powi(2);
        ((10.0 * mean_square.log10()).max(-200.0) * 10.0).round() / 10.0
    };
    BANDS_HZ.iter().map(level).collect()
}

#[test]
fn a_sine_is_in_its_band_alone() {
    let sine: Vec<f32> = (0..48_000)
        .map(|n| (std::f64::consts::TAU * 1000.0 * f64::from(n) / 48_000.0).sin() as f32)
        .collect();
    let levels_db = octave_levels_db(&sine, 48_000.0);
    for (hz, level_db) in BANDS_HZ.iter().zip(levels_db) {
        if *hz == 1000.0 {
            assert_eq!(level_db, -3.0);
        } else {
            assert!(level_db < -100.0, "{hz} Hz: {level_db}");
        }
    }
}
