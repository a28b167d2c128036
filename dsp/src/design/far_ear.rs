//! What the far ear gets of a virtual loudspeaker, as far as crosstalk does not bring it there already.
//!
//! Where nothing is cancelled, at low frequencies above all, a path meant for one ear is as loud at the other: the far ear
//! has nearly what it should have, and the virtual pair's signal for it would come on top, up to 6 dB at both ears. So the
//! signals for the far ears have filters of their own, those of the side paths times `α(f)`:
//!
//! ```text
//! near ear:  p = 1 + g_o a        a = α C
//! far ear:   q = g_s + a          C: the far ear's response relative to the near one's
//! ```
//!
//! with the crosstalk `g_s` of the path of the source's own side and `g_o` of the other one, over what is heard at the ear that
//! is meant. `a` is what brings both ears closest to `1` and `C`, and their ratio closest to `C`, which is what tells where the
//! source is: it has the least `|p − 1|² + |q − C|² + μ|q − p C|²`. `α` is 1 where crosstalk is cancelled, and 0 where it passes
//! whole and the ears shall hear the same.

use realfft::num_complex::Complex64;

use super::bands::slope;
use crate::virtualiser::contralateral_response;

/// Half-angle of the virtual pair that `C` is taken for: that of a stereo pair. At low frequencies others differ little.
const WIDTH_RAD: f64 = std::f64::consts::PI / 6.0;
/// Weight `μ` of the ratio of the ears. On Tabletop it takes the interaural delay's mean error from 86 µs at 0 to 47 µs at 3 (200 Hz
/// to 1.5 kHz); at 10 to 29 µs, but a centred source then loses 2 dB below 100 Hz.
const RATIO_WEIGHT: f64 = 3.0;
/// Between these `α` goes over to 1, Hz. Higher up the crosstalk's phase changes with the head's position.
const WHOLE_HZ: [f64; 2] = [1000.0, 2000.0];

/// The side paths at both ears of the design point, by bin.
pub(super) struct Crosstalk<'a> {
    /// The path of the source's own side: at the ear that it is meant for, and at the other.
    pub(super) own: [&'a [Complex64]; 2],
    /// The other path, which carries the signal for the far ear: at that ear, and at the other.
    pub(super) other: [&'a [Complex64]; 2],
}

impl Crosstalk<'_> {
    /// The factor `α`, at most 1 in magnitude, at a bin of a frequency in hertz.
    pub(super) fn far_share(&self, bin: usize, frequency_hz: f64, sample_rate: f64) -> Complex64 {
        let relative = |[meant, crossed]: [&[Complex64]; 2]| {
            if meant[bin] == Complex64::default() {
                Complex64::default()
            } else {
                crossed[bin] / meant[bin]
            }
        };
        let (own, other) = (relative(self.own), relative(self.other));
        let wanted = contralateral_response(WIDTH_RAD, frequency_hz, sample_rate);
        let ratio = 1.0 - other * wanted;
        let norm = 1.0 + other.norm_sqr() + RATIO_WEIGHT * ratio.norm_sqr();
        let share = (wanted - own) * (1.0 + RATIO_WEIGHT * ratio.conj()) / (norm * wanted);
        let whole = slope(frequency_hz, WHOLE_HZ[0], WHOLE_HZ[1]);
        share / share.norm().max(1.0) * (1.0 - whole) + whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE_RATE: f64 = 48_000.0;

    fn share(crosstalk: Complex64, frequency_hz: f64) -> Complex64 {
        let (meant, crossed) = ([Complex64::from(2.0)], [crosstalk * 2.0]);
        let path: [&[Complex64]; 2] = [&meant, &crossed];
        Crosstalk { own: path, other: path }.far_share(0, frequency_hz, SAMPLE_RATE)
    }

    #[test]
    fn crosstalk_takes_the_place_of_the_far_signal() {
        let wanted = contralateral_response(WIDTH_RAD, 200.0, SAMPLE_RATE);
        assert!(share(wanted, 200.0).norm() < 1e-12, "all is there");
        let nothing = Complex64::default();
        assert!((share(nothing, 200.0) - 1.0).norm() < 1e-12, "nothing is there");
        assert!(share(-wanted, 200.0).norm() < 1.0 + 1e-12);
        assert_eq!(share(wanted, 4000.0), Complex64::from(1.0), "not at high frequencies");
    }

    #[test]
    fn no_other_share_comes_closer() {
        let (g, frequency_hz) = (Complex64::from_polar(0.6, -0.3), 300.0);
        let wanted = contralateral_response(WIDTH_RAD, frequency_hz, SAMPLE_RATE);
        let error = |share: Complex64| {
            let (near, far) = (1.0 + g * share * wanted, g + share * wanted);
            (near - 1.0).norm_sqr() + (far - wanted).norm_sqr() + RATIO_WEIGHT * (far - near * wanted).norm_sqr()
        };
        let best = share(g, frequency_hz);
        assert!((0.1..0.9).contains(&best.norm()), "{best}");
        for turn in [Complex64::new(0.01, 0.0), Complex64::new(0.0, 0.01)] {
            assert!(error(best) < error(best + turn) && error(best) < error(best - turn));
        }
    }
}
