//! The acoustic models against values computed elsewhere; `data/README.md` says how.

use nalgebra::Complex;
use proscenium_dsp::acoustics::head::head_response;
use proscenium_dsp::acoustics::sphere::cap_response;

/// Greatest relative error allowed.
const TOLERANCE: f64 = 1e-6;

/// Rows of numbers below a header line.
fn rows(csv: &str) -> Vec<Vec<f64>> {
    csv.lines()
        .skip(1)
        .map(|line| {
            line.split(',')
                .map(|cell| cell.trim().parse().expect("a number"))
                .collect()
        })
        .collect()
}

fn assert_close(actual: Complex<f64>, re: f64, im: f64, case: &[f64]) {
    let expected = Complex::new(re, im);
    let error = (actual - expected).norm() / expected.norm();
    assert!(error < TOLERANCE, "{case:?}: {actual} is off by {error:e}");
}

#[test]
fn cap_on_a_sphere() {
    let rows = rows(include_str!("data/cap_on_sphere.csv"));
    assert_eq!(rows.len(), 160);
    for row in rows {
        let [frequency_hz, sphere_m, cap_m, distance_m, angle_deg, re, im] = row[..] else {
            panic!("{row:?}")
        };
        let actual = cap_response(frequency_hz, sphere_m, cap_m, distance_m, angle_deg.to_radians());
        assert_close(actual, re, im, &row);
    }
}

#[test]
fn head_at_finite_distance() {
    let rows = rows(include_str!("data/head.csv"));
    assert_eq!(rows.len(), 192);
    for row in rows {
        let [frequency_hz, head_m, distance_m, angle_deg, re, im] = row[..] else {
            panic!("{row:?}")
        };
        let actual = head_response(frequency_hz, head_m, distance_m, angle_deg.to_radians());
        assert_close(actual, re, im, &row);
    }
}
