use super::*;
use crate::acoustics::DirectionalHead as _;
use crate::measured::sofa::Positions;

const KEMAR: &str = "/usr/share/libmysofa/MIT_KEMAR_normal_pinna.sofa";

/// The file with the measurements that are wanted by elevation and azimuth in degrees.
fn thinned(file: &SofaFile, wanted: impl Fn(i32, i32) -> bool) -> SofaFile {
    let [_, receivers, samples] = file.responses.shape[..] else {
        panic!("FIR")
    };
    let mut thinned = file.clone();
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    let source = file.source.as_ref().expect("sources");
    for n in 0..source.len() {
        let unit = source.at(n);
        let elevation = (unit[2] / norm(unit)).asin().to_degrees().round() as i32;
        let azimuth = unit[1].atan2(unit[0]).to_degrees().rem_euclid(360.0).round() as i32;
        if wanted(elevation, azimuth) {
            rows.push(unit);
            let row = receivers * samples;
            values.extend_from_slice(&file.responses.values[n * row..(n + 1) * row]);
        }
    }
    thinned.responses.shape[0] = rows.len();
    thinned.responses.values = values;
    thinned.source = Some(Positions::of(rows));
    thinned
}

/// Every second direction is guessed from its neighbours, twice as far apart as they ever are.
#[test]
fn directions_are_what_their_neighbours_lead_to() {
    if !Path::new(KEMAR).exists() {
        println!("left out: {KEMAR} is missing (Debian package libmysofa1)");
        return;
    }
    let file = SofaFile::open(Path::new(KEMAR)).expect("a SOFA file");
    let whole = MeasuredHead::of_file(&file, "whole").expect("a head");
    let frequencies_hz = crate::analysis::log_frequencies_hz(500.0, 8000.0, 6);
    let bins = frequencies_hz.len();

    let coarse = thinned(&file, |elevation, azimuth| elevation != 0 || azimuth % 10 == 0);
    let coarse = MeasuredHead::of_file(&coarse, "coarse")
        .expect("a head")
        .on(&frequencies_hz);
    let exact = whole.on(&frequencies_hz);
    let (mut error, mut power) = (0.0, 0.0);
    for azimuth_deg in [-5.0, 5.0, 15.0, 25.0, 35.0, 65.0, 115.0_f64] {
        for bin in 0..bins {
            let azimuth_rad = azimuth_deg.to_radians();
            let pairs = exact
                .responses(bin, azimuth_rad)
                .into_iter()
                .zip(coarse.responses(bin, azimuth_rad));
            for (a, b) in pairs {
                error += (a - b).norm_sqr();
                power += a.norm_sqr();
            }
        }
    }
    let azimuth_db = 10.0 * (error / power).log10();

    let coarse = thinned(&file, |elevation, _| elevation % 20 == 0);
    let coarse = MeasuredHead::of_file(&coarse, "coarse").expect("a head");
    let (exact, coarse) = (whole.all_around(&frequencies_hz), coarse.all_around(&frequencies_hz));
    let mut pairs = Vec::new();
    for elevation_deg in [-30.0, -10.0, 10.0, 30.0, 50.0_f64] {
        for azimuth_deg in [0.0, 30.0, 90.0, 180.0, 250.0_f64] {
            let (sin_el, cos_el) = elevation_deg.to_radians().sin_cos();
            let (sin, cos) = azimuth_deg.to_radians().sin_cos();
            let heard = |head: &crate::measured::HeadAllAround| {
                let mut ears = [vec![Complex64::default(); bins], vec![Complex64::default(); bins]];
                let [left, right] = &mut ears;
                head.responses([cos_el * cos, cos_el * sin, sin_el], [left, right]);
                ears.concat()
            };
            let frequencies_hz = frequencies_hz.iter().chain(&frequencies_hz).copied();
            pairs.extend(frequencies_hz.zip(heard(&exact)).zip(heard(&coarse)));
        }
    }
    // What both ears share is left out: between rings of this set they differ by the same tens of microseconds, which
    // changes no ratio of the ears.
    let error = |direction: &[((f64, Complex64), Complex64)]| -> f64 {
        let late = |late_s: f64| -> f64 {
            let pairs = direction.iter();
            pairs.map(|((f, a), b)| (a - b * delay(*f, late_s)).norm_sqr()).sum()
        };
        (-60..=60)
            .map(|n| late(f64::from(n) * 2e-6))
            .fold(f64::INFINITY, f64::min)
    };
    let error: f64 = pairs.chunks(2 * bins).map(error).sum();
    let power: f64 = pairs.iter().map(|((_, a), _)| a.norm_sqr()).sum();
    let elevation_db = 10.0 * (error / power).log10();
    println!("error {azimuth_db:.1} dB between azimuths, {elevation_db:.1} dB between elevations");
    assert!(azimuth_db < -20.0 && elevation_db < -10.0);
}

/// The horizon alone, and the same asked as a part of the whole.
#[test]
fn the_horizon_is_part_of_the_whole() {
    if !Path::new(KEMAR).exists() {
        return;
    }
    let head = MeasuredHead::open(Path::new(KEMAR)).expect("a head");
    let frequencies_hz = [300.0, 2000.0, 7000.0];
    let (horizon, whole) = (head.on(&frequencies_hz), head.all_around(&frequencies_hz));
    for azimuth_deg in [0.0, 33.3, -120.0_f64] {
        let (sin, cos) = azimuth_deg.to_radians().sin_cos();
        let mut ears = [vec![Complex64::default(); 3], vec![Complex64::default(); 3]];
        let [left, right] = &mut ears;
        whole.responses([cos, sin, 0.0], [left, right]);
        let heard = ears[0].iter().zip(&ears[1]);
        for (bin, (left, right)) in heard.enumerate() {
            let expected = horizon.responses(bin, azimuth_deg.to_radians());
            for (heard, expected) in [left, right].into_iter().zip(expected) {
                assert!((heard - expected).norm() < 1e-4 * expected.norm().max(0.1));
            }
        }
    }
}
