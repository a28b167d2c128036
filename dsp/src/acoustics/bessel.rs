//! Spherical Hankel functions of the second kind, outgoing waves under `e^{+jωt}`.

use nalgebra::Complex;

/// `h_n(x) = j_n(x) − j·y_n(x)` for rising order `n` at one `x > 0`, starting at `n = 0`.
///
/// Upward recurrence (Abramowitz and Stegun 10.1.19). It is stable because `y_n` is the growing solution: beyond the
/// turning point `n ≈ x` the error of the decaying `j_n` stays below the rounding of `|h_n|`. Values overflow to infinity
/// once `n ≫ x`; callers stop before.
#[derive(Clone, Debug)]
pub struct Hankel {
    inverse_x: f64,
    order: f64,
    previous: Complex<f64>,
    current: Complex<f64>,
}

impl Hankel {
    /// Order 0 at `x`.
    #[must_use]
    pub fn new(x: f64) -> Self {
        let (sin, cos) = x.sin_cos();
        let inverse_x = x.recip();
        Self {
            inverse_x,
            order: 0.0,
            previous: Complex::new(cos, -sin) * inverse_x,
            current: Complex::new(sin, cos) * inverse_x,
        }
    }

    /// `h_n(x)` at the present order.
    #[must_use]
    pub fn value(&self) -> Complex<f64> {
        self.current
    }

    /// `dh_n/dx` at the present order (Abramowitz and Stegun 10.1.21).
    #[must_use]
    pub fn derivative(&self) -> Complex<f64> {
        self.previous - self.current * ((self.order + 1.0) * self.inverse_x)
    }

    /// Goes on to the next order.
    pub fn advance(&mut self) {
        let next = self.current * ((2.0 * self.order + 1.0) * self.inverse_x) - self.previous;
        self.previous = self.current;
        self.current = next;
        self.order += 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_order(x: f64, order: usize) -> Hankel {
        let mut hankel = Hankel::new(x);
        (0..order).for_each(|_| hankel.advance());
        hankel
    }

    #[test]
    fn closed_form_of_order_two() {
        for x in [0.05, 0.7, 3.0, 40.0_f64] {
            let (sin, cos) = x.sin_cos();
            let j = (3.0 / x.powi(3) - 1.0 / x) * sin - 3.0 / x.powi(2) * cos;
            let y = -(3.0 / x.powi(3) - 1.0 / x) * cos - 3.0 / x.powi(2) * sin;
            let expected = Complex::new(j, -y);
            let error = (at_order(x, 2).value() - expected).norm() / expected.norm();
            assert!(error < 1e-12, "x = {x}: {error:e}");
        }
    }

    /// The flux of energy through every sphere around the source is the same: `Im(h* h') = −1/x²`.
    #[test]
    fn wronskian_holds_up_to_the_turning_point() {
        for x in [1.0, 10.0, 60.0_f64] {
            for order in 0..=(x as usize) {
                let hankel = at_order(x, order);
                let flux = (hankel.value().conj() * hankel.derivative()).im * x * x;
                assert!((flux + 1.0).abs() < 1e-8, "order {order} at {x}: {flux}");
            }
        }
    }

    #[test]
    fn grows_as_the_multipole_near_the_source() {
        // h_n → j (2n−1)!! / x^{n+1}
        let x = 1e-3;
        let double_factorial: f64 = (1..=15).map(|n| f64::from(2 * n - 1)).product();
        let ratio = at_order(x, 15).value() / (Complex::i() * double_factorial / x.powi(16));
        assert!((ratio - 1.0).norm() < 1e-6, "{ratio}");
    }
}
