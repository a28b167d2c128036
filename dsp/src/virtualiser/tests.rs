//! What the virtual pair brings to the ears, against the rigid sphere and the closed form.

use super::*;
use crate::testing::noise;

const SAMPLE_RATE: f64 = 48_000.0;
const ANGLES_DEG: [f64; 4] = [15.0, 30.0, 60.0, 90.0];

fn render(virtualiser: &mut Virtualiser, left: &[f32], right: &[f32], width_rad: &[f32]) -> [Vec<f32>; 2] {
    let ears = || [vec![f32::NAN; left.len()], vec![f32::NAN; left.len()]];
    let (mut near, mut far) = (ears(), ears());
    let [near_ears, far_ears] = [&mut near, &mut far].map(|ears| ears.each_mut().map(Vec::as_mut_slice));
    virtualiser.process([left, right], width_rad, near_ears, far_ears);
    let sum = |ear: usize| near[ear].iter().zip(&far[ear]).map(|(near, far)| near + far).collect();
    [sum(0), sum(1)]
}

fn impulse() -> Vec<f32> {
    let mut x = vec![0.0; 4096];
    x[0] = 1.0;
    x
}

fn response(h: &[f32], frequency_hz: f64, sample_rate: f64) -> Complex<f64> {
    let phasor = |n: usize| Complex::from_polar(1.0, -TAU * frequency_hz * n as f64 / sample_rate);
    h.iter().enumerate().map(|(n, &v)| f64::from(v) * phasor(n)).sum()
}

fn db(z: Complex<f64>) -> f64 {
    20.0 * z.norm().log10()
}

fn geometric_hz(low: f64, high: f64) -> Vec<f64> {
    let steps = ((high / low).log2() * 24.0) as i32;
    (0..=steps).map(|k| low * (f64::from(k) / 24.0).exp2()).collect()
}

/// Least-squares slope of the unwrapped phase: the delay in microseconds.
fn delay_us(frequencies_hz: &[f64], ratio: impl Fn(f64) -> Complex<f64>) -> f64 {
    let mut phase = 0.0;
    let points: Vec<(f64, f64)> = frequencies_hz
        .iter()
        .map(|&f| {
            let step = ratio(f).arg() - phase;
            phase += step - TAU * (step / TAU).round();
            (TAU * f, phase)
        })
        .collect();
    let mean = |v: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(v).sum::<f64>() / points.len() as f64;
    let (x, y) = (mean(&|p| p.0), mean(&|p| p.1));
    -1e6 * mean(&|p| (p.0 - x) * (p.1 - y)) / mean(&|p| (p.0 - x).powi(2))
}

/// Impulse responses of the near and the far ear.
fn ears_of_left(width_deg: f64, sample_rate: f64) -> [Vec<f32>; 2] {
    let x = impulse();
    let width_rad = vec![width_deg.to_radians() as f32; x.len()];
    render(&mut Virtualiser::new(sample_rate), &x, &vec![0.0; x.len()], &width_rad)
}

#[test]
fn ears_differ_as_on_a_rigid_sphere() {
    // Rigid sphere of 8.75 cm, ears at ±100°, source at 2 m (series of Duda and Martens 1998, evaluated with SciPy):
    // half-angle in degrees, phase slope of far over near ear 150–600 Hz in µs, mean level difference 1–6 kHz in dB.
    const SPHERE: [(f64, f64, f64); 4] = [
        (15.0, 221.28, 3.473),
        (30.0, 414.01, 6.741),
        (60.0, 663.70, 9.769),
        (90.0, 734.94, 7.175),
    ];
    let (low_hz, high_hz) = (geometric_hz(150.0, 600.0), geometric_hz(1000.0, 6000.0));
    for (width_deg, sphere_us, sphere_db) in SPHERE {
        let [near, far] = ears_of_left(width_deg, SAMPLE_RATE);
        let ratio = |f| response(&far, f, SAMPLE_RATE) / response(&near, f, SAMPLE_RATE);
        let itd_us = delay_us(&low_hz, ratio);
        let ild_db = -high_hz.iter().map(|&f| db(ratio(f))).sum::<f64>() / high_hz.len() as f64;
        println!("{width_deg}°: {itd_us:.0} µs (sphere {sphere_us:.0}), {ild_db:.1} dB (sphere {sphere_db:.1})");
        assert!(
            (itd_us - sphere_us).abs() < 0.2 * sphere_us + 10.0,
            "{width_deg}°: {itd_us} µs"
        );
        assert!(
            (ild_db - sphere_db).abs() < if width_deg < 90.0 { 4.0 } else { 5.0 },
            "{width_deg}°: {ild_db} dB"
        );
    }
}

#[test]
fn near_ear_gets_a_pure_delay() {
    for width_deg in ANGLES_DEG {
        let mut delayed = impulse();
        delayed.rotate_right(LATENCY_SAMPLES);
        assert_eq!(ears_of_left(width_deg, SAMPLE_RATE)[0], delayed, "{width_deg}°");
    }
}

#[test]
fn far_ear_follows_the_closed_form() {
    for sample_rate in [44_100.0, 48_000.0, 96_000.0, 192_000.0] {
        for width_deg in [0.0, 7.0, 15.0, 30.0, 45.0, 60.0, 75.0, 90.0] {
            let far = &ears_of_left(width_deg, sample_rate)[1];
            for frequency_hz in geometric_hz(20.0, 12_000.0) {
                let latency = Complex::from_polar(1.0, TAU * frequency_hz * LATENCY_SAMPLES as f64 / sample_rate);
                let ideal = contralateral_response(width_deg.to_radians(), frequency_hz, sample_rate);
                let error = response(far, frequency_hz, sample_rate) * latency / ideal;
                let at = format!("{width_deg}°, {frequency_hz:.0} Hz of {sample_rate}");
                assert!(db(error).abs() < 0.1 && error.arg().abs() < 1e-3, "{at}: {error}");
            }
        }
    }
}

#[test]
fn far_ear_is_darker_towards_high_frequencies() {
    for width_deg in 0..=90 {
        let far = &ears_of_left(f64::from(width_deg), SAMPLE_RATE)[1];
        let levels: Vec<f64> = geometric_hz(100.0, 16_000.0)
            .iter()
            .map(|&f| db(response(far, f, SAMPLE_RATE)))
            .collect();
        let rise_db = levels.windows(2).map(|w| w[1] - w[0]).fold(0.0, f64::max);
        assert!(rise_db < 0.01, "{width_deg}°: rises by {rise_db} dB");
    }
}

#[test]
fn closed_pair_is_the_same_in_both_ears() {
    let (left, right) = (noise(1, 3000), noise(2, 3000));
    let [ear_left, ear_right] = render(&mut Virtualiser::new(SAMPLE_RATE), &left, &right, &[0.0; 3000]);
    assert_eq!(ear_left, ear_right);
    for n in LATENCY_SAMPLES..left.len() {
        assert_eq!(ear_left[n], left[n - LATENCY_SAMPLES] + right[n - LATENCY_SAMPLES]);
    }
}

#[test]
fn mirrored_input_gives_mirrored_ears_and_block_size_does_not_matter() {
    let (left, right) = (noise(3, 3000), noise(4, 3000));
    let width_rad: Vec<f32> = (0..3000).map(|n| ((n / 100) as f32 * 0.1).sin().abs()).collect();
    let [ear_left, ear_right] = render(&mut Virtualiser::new(SAMPLE_RATE), &left, &right, &width_rad);
    let [mirror_left, mirror_right] = render(&mut Virtualiser::new(SAMPLE_RATE), &right, &left, &width_rad);
    assert!(ear_left == mirror_right && ear_right == mirror_left);
    for block in [1, 37, 1000] {
        let mut virtualiser = Virtualiser::new(SAMPLE_RATE);
        let blocks = left.chunks(block).zip(right.chunks(block)).zip(width_rad.chunks(block));
        let pieces: Vec<f32> = blocks
            .flat_map(|((l, r), w)| std::mem::take(&mut render(&mut virtualiser, l, r, w)[0]))
            .collect();
        assert_eq!(pieces, ear_left, "blocks of {block}");
    }
}

#[test]
fn moving_width_makes_no_clicks() {
    // A 200 Hz tone while the pair opens and closes within a second; a click would stand out at high frequencies.
    let samples = SAMPLE_RATE as usize;
    let tone: Vec<f32> = (0..samples)
        .map(|n| (TAU * 200.0 * n as f64 / SAMPLE_RATE).sin() as f32)
        .collect();
    let sweep = |n| (MAX_WIDTH_RAD * 0.5 * (1.0 - (TAU * n as f64 / samples as f64).cos())) as f32;
    let width_rad: Vec<f32> = (0..samples).map(sweep).collect();
    let ears = render(
        &mut Virtualiser::new(SAMPLE_RATE),
        &vec![0.0; samples],
        &tone,
        &width_rad,
    );
    let steepest = ears[0][64..]
        .windows(3)
        .map(|w| (w[0] - 2.0 * w[1] + w[2]).abs())
        .fold(0.0, f32::max);
    let of_tone = (TAU * 200.0 / SAMPLE_RATE).powi(2) as f32;
    assert!(
        steepest < 1.2 * of_tone,
        "curvature {steepest}, that of the tone {of_tone}"
    );
}

#[test]
fn nothing_subnormal_comes_out_of_a_decay() {
    let mut x = impulse();
    x.resize(96_000, 0.0);
    let silence = vec![0.0; x.len()];
    let mut virtualiser = Virtualiser::new(SAMPLE_RATE);
    let ears = render(&mut virtualiser, &x, &silence, &vec![0.7; x.len()]);
    assert!(ears.iter().flatten().all(|v| !v.is_subnormal()));
    assert_eq!(virtualiser.sources[0].low_pass, 0.0);
}

#[test]
fn reset_equals_fresh() {
    let (left, right, width_rad) = (noise(5, 3000), noise(6, 3000), vec![0.8; 3000]);
    let mut used = Virtualiser::new(SAMPLE_RATE);
    render(&mut used, &left, &right, &width_rad);
    used.reset();
    let fresh = render(&mut Virtualiser::new(SAMPLE_RATE), &right, &left, &width_rad);
    assert_eq!(render(&mut used, &right, &left, &width_rad), fresh);
}
