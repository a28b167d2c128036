//! Weights of a given directivity: the generalised Rayleigh-quotient designs of Y. Luo, "Constant Directivity Loudspeaker
//! Beamforming", EUSIPCO 2024 (arXiv 2407.01860).
//!
//! `R = E[h* hᵀ]` is the mean over the sphere of the responses `h` of the drivers, so that `wᴴRw` is the mean power of the
//! weights `w`. `A` is the same over the directions that shall be loud: with one of them only, of response `a`, it is `ccᴴ`
//! with `c = a*`. The directivity factor is `wᴴAw / wᴴRw`, and asking for a given one, τ, is `wᴴDw = 0` with `D = A − τR`.
//! Two questions are then left open, and answered differently:
//!
//! - [`least_cost`], Luo's MSCD: the loudest response in one direction for the least cost. The cost is a form `wᴴSw`;
//!   electrical effort alone is `S = I`, which maximises sensitivity.
//! - [`greatest_efficiency`], Luo's MECD: the most power over many directions for the least effort.

use nalgebra::{Cholesky, DMatrix, DVector, SymmetricEigen};
use realfft::num_complex::Complex64;

/// A Hermitian form over the weights of the drivers.
pub type Form = DMatrix<Complex64>;
/// Weights of the drivers, or what they are weighed with.
pub type Vector = DVector<Complex64>;

/// Relative error of the directivity factor at which a search ends.
const TOLERANCE: f64 = 1e-10;
/// Steps of a search at most. The regula falsi takes about eight; where the factor is out of reach, forty go by.
const STEPS: usize = 60;
/// Steps by which a search for a bracket grows.
const GROWTH: f64 = 16.0;
/// Weight of the mean power against the cost beyond which a factor counts as out of reach.
const LARGEST_MULTIPLIER: f64 = 1e9;

/// The directivity factor `|cᴴw|² / wᴴRw`.
pub fn directivity_factor(toward: &Vector, mean_power: &Form, weights: &Vector) -> f64 {
    toward.dotc(weights).norm_sqr() / power(mean_power, weights)
}

/// The largest directivity factor of any weights, the top generalised eigenvalue of `ccᴴ` and `R`: `cᴴR⁻¹c`. `None` where
/// `R` is singular.
pub fn largest_factor(toward: &Vector, mean_power: &Form) -> Option<f64> {
    let weights = solved(mean_power.clone(), toward)?;
    Some(toward.dotc(&weights).re).filter(|factor| factor.is_finite())
}

/// `F⁻¹v`; `None` unless `F` is positive definite.
pub fn solved(form: Form, vector: &Vector) -> Option<Vector> {
    let cholesky = Cholesky::new(form)?;
    // The library takes the square root of a negative pivot too, since complex numbers have one.
    let pivots = cholesky.l_dirty().diagonal();
    let positive = pivots.iter().all(|pivot| pivot.re > pivot.im.abs());
    positive.then(|| cholesky.solve(vector))
}

/// `wᴴFw`.
pub fn power(form: &Form, weights: &Vector) -> f64 {
    weights.dotc(&(form * weights)).re
}

/// Luo's maximum-sensitivity constant directivity with any cost: the weights of least `wᴴSw` among those with `cᴴw = 1`
/// and the directivity factor `factor` (τ), or the largest one if that is lower. `None` if `S` is not positive definite.
///
/// They are `w ∝ (S − λD)⁻¹c`, with λ the root nearest 0 of the secular equation `wᴴDw = 0`, which rises with λ while
/// `S − λD` is positive definite, that is between the inverses of the extreme eigenvalues of `(D, S)`. No eigenvalues are
/// needed to find it: where λ is negative, a Cholesky decomposition tells whether it is within the bracket; where it is
/// positive, `(S + λτR − λccᴴ)⁻¹c` is parallel to `(S + λτR)⁻¹c` (Sherman and Morrison), which holds for any λ > 0.
pub fn least_cost(cost: &Form, toward: &Vector, mean_power: &Form, factor: f64) -> Option<Vector> {
    let solve = |form: Form| -> Option<Vector> {
        let weights = solved(form, toward)?;
        let scale = toward.dotc(&weights).inv();
        scale.is_finite().then(|| weights * scale)
    };
    let excess = |weights: &Vector| (directivity_factor(toward, mean_power, weights) / factor).ln();
    let free = solve(cost.clone())?;
    let free_excess = excess(&free);
    if free_excess.abs() < TOLERANCE {
        return Some(free);
    }
    // In units of the cost, so that a search may start at 1.
    let scale = cost.trace().re / mean_power.trace().re;
    if free_excess < 0.0 {
        let at = |multiplier: f64| {
            let weights = solve(cost + mean_power * Complex64::from(multiplier.exp() * scale))?;
            Some((excess(&weights), weights))
        };
        let largest = LARGEST_MULTIPLIER.ln();
        let step = GROWTH.ln();
        let (mut low, mut high) = (None, None);
        let mut multiplier: f64 = 0.0;
        while multiplier.abs() <= largest && (low.is_none() || high.is_none()) {
            let Some((value, weights)) = at(multiplier) else { break };
            let below = value < 0.0;
            *(if below { &mut low } else { &mut high }) = Some((multiplier, value, weights));
            multiplier += if below { step } else { -step };
        }
        return match (low, high) {
            (Some(low), Some(high)) => Some(root(low, high, at)),
            (Some((.., weights)), None) | (None, Some((.., weights))) => Some(weights),
            (None, None) => Some(free),
        };
    }
    let difference = toward * toward.adjoint() - mean_power * Complex64::from(factor);
    let at = |multiplier: f64| {
        let weights = solve(cost + &difference * Complex64::from(multiplier))?;
        Some((-excess(&weights), weights))
    };
    let mut low = (0.0, -free_excess, free);
    let mut step = scale / factor;
    let mut outside = f64::INFINITY;
    for _ in 0..STEPS {
        let multiplier = (low.0 + step).min(0.5 * (low.0 + outside));
        match at(multiplier) {
            Some((value, weights)) if value >= 0.0 => return Some(root(low, (multiplier, value, weights), at)),
            Some((value, weights)) => {
                low = (multiplier, value, weights);
                step *= GROWTH;
            }
            None => outside = multiplier,
        }
    }
    Some(low.2)
}

/// Weights at the root of a rising function between two of its points, by the Illinois variant of the regula falsi (Dowell
/// and Jarratt 1971).
fn root(low: (f64, f64, Vector), high: (f64, f64, Vector), at: impl Fn(f64) -> Option<(f64, Vector)>) -> Vector {
    let ((mut a, mut f_a, mut best), (mut b, mut f_b, weights_b)) = (low, high);
    let mut best_error = f_a.abs();
    if f_b.abs() < best_error {
        (best, best_error) = (weights_b, f_b.abs());
    }
    let mut side = 0;
    for _ in 0..STEPS {
        if best_error < TOLERANCE {
            break;
        }
        let between = (a * f_b - b * f_a) / (f_b - f_a);
        let Some((value, weights)) = at(between) else { break };
        if value.abs() < best_error {
            (best, best_error) = (weights, value.abs());
        }
        if value < 0.0 {
            (a, f_a) = (between, value);
            if side == -1 {
                f_b *= 0.5;
            }
            side = -1;
        } else {
            (b, f_b) = (between, value);
            if side == 1 {
                f_a *= 0.5;
            }
            side = 1;
        }
    }
    best
}

/// Luo's maximum-efficiency constant directivity: the weights of norm 1 with the most power `wᴴAw` over the `loud`
/// directions among those whose power there is `factor` (τ) times the `mean_power`; those of the largest or least ratio
/// where that is out of reach.
///
/// The Lagrangian dual `g(λ) = eig_max(A + λD)` is convex, and without a gap: the values of two Hermitian forms over the
/// unit sphere are a convex set (Toeplitz and Hausdorff). Its slope is `wᴴDw` of the top eigenvector, so the root of the slope
/// is found by bisection; where the top eigenvalue is double there, the two eigenvectors are mixed.
pub fn greatest_efficiency(loud: &Form, mean_power: &Form, factor: f64) -> Vector {
    let difference = loud - mean_power * Complex64::from(factor);
    let at = |multiplier: f64| {
        let weights = top_eigenvector(loud + &difference * Complex64::from(multiplier));
        (power(&difference, &weights), weights)
    };
    let mut ends = [-1.0, 1.0].map(|sign| {
        let mut multiplier = sign;
        loop {
            let (slope, weights) = at(multiplier);
            if slope * sign > 0.0 || multiplier.abs() > LARGEST_MULTIPLIER {
                break (multiplier, slope, weights);
            }
            multiplier *= GROWTH;
        }
    });
    for (sign, (_, slope, weights)) in [-1.0, 1.0].iter().zip(&ends) {
        if slope * sign <= 0.0 {
            return weights.clone();
        }
    }
    for _ in 0..STEPS {
        let middle = 0.5 * (ends[0].0 + ends[1].0);
        let (slope, weights) = at(middle);
        ends[usize::from(slope > 0.0)] = (middle, slope, weights);
    }
    // A mixture of both sides, in phase, that meets the constraint exactly: a + 2bt + dt² = 0 with a < 0 < d.
    let [(_, a, below), (_, d, above)] = ends;
    let cross = below.dotc(&(&difference * &above));
    let phase = if cross.norm() > 0.0 {
        cross.conj() / cross.norm()
    } else {
        Complex64::from(1.0)
    };
    // Close to each other, the sides are mixed as they lie: in phase, so that they do not cancel.
    let overlap = below.dotc(&above);
    let phase = if overlap.norm() > 0.5 {
        overlap.conj() / overlap.norm()
    } else {
        phase
    };
    let b = (cross * phase).re;
    let t = if a == 0.0 {
        0.0
    } else {
        -a / (b + (b * b - a * d).sqrt())
    };
    (below + above * (phase * t)).normalize()
}

/// Eigenvector of the largest eigenvalue, of norm 1.
fn top_eigenvector(form: Form) -> Vector {
    let eigen = SymmetricEigen::new(form);
    eigen.eigenvectors.column(eigen.eigenvalues.imax()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRIVERS: usize = 5;
    const FACTORS: [f64; 4] = [0.3, 1.5, 4.0, 6.0];

    /// Numbers of a fixed seed in −1..1.
    struct Random(u64);

    impl Random {
        fn number(&mut self) -> f64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
        }

        fn vector(&mut self) -> Vector {
            Vector::from_fn(DRIVERS, |_, _| Complex64::new(self.number(), self.number()))
        }

        /// Mean of `count` outer products.
        fn form(&mut self, count: usize) -> Form {
            let mut sum = Form::zeros(DRIVERS, DRIVERS);
            for _ in 0..count {
                let v = self.vector();
                sum += &v * v.adjoint() / Complex64::from(count as f64);
            }
            sum
        }
    }

    fn difference(loud: &Form, mean_power: &Form, factor: f64) -> Form {
        loud - mean_power * Complex64::from(factor)
    }

    /// Luo's own way to the same weights: eigenvalues of `D`, and the secular equation by bisection between their inverses.
    fn by_eigenvalues(toward: &Vector, mean_power: &Form, factor: f64) -> Vector {
        let eigen = SymmetricEigen::new(difference(&(toward * toward.adjoint()), mean_power, factor));
        let along = eigen.eigenvectors.adjoint() * toward;
        let secular = |lambda: f64| -> f64 {
            let terms = along.iter().zip(&eigen.eigenvalues);
            terms.map(|(b, d)| b.norm_sqr() * d / (1.0 - lambda * d).powi(2)).sum()
        };
        let (mut low, mut high) = (eigen.eigenvalues.min().recip(), eigen.eigenvalues.max().recip());
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            *(if secular(middle) < 0.0 { &mut low } else { &mut high }) = middle;
        }
        let scaled = Vector::from_fn(DRIVERS, |n, _| {
            along[n] / (1.0 - 0.5 * (low + high) * eigen.eigenvalues[n])
        });
        let weights = eigen.eigenvectors * scaled;
        let scale = toward.dotc(&weights).inv();
        weights * scale
    }

    #[test]
    fn least_effort_is_that_of_the_secular_equation() {
        let mut random = Random(1);
        let identity = Form::identity(DRIVERS, DRIVERS);
        for _ in 0..20 {
            let (toward, mean_power) = (random.vector(), random.form(9));
            let largest = largest_factor(&toward, &mean_power).unwrap();
            for factor in FACTORS.into_iter().filter(|factor| *factor < 0.99 * largest) {
                let weights = least_cost(&identity, &toward, &mean_power, factor).unwrap();
                let expected = by_eigenvalues(&toward, &mean_power, factor);
                assert!(
                    (&weights - &expected).norm() < 1e-6 * expected.norm(),
                    "{factor} of {largest}"
                );
            }
        }
    }

    /// The constraint is met, and no other weights that meet it cost less: a step along it changes nothing at first order.
    #[test]
    fn least_cost_is_optimal() {
        let mut random = Random(2);
        for _ in 0..20 {
            let (toward, mean_power, cost) = (random.vector(), random.form(9), random.form(7));
            let largest = largest_factor(&toward, &mean_power).unwrap();
            for factor in FACTORS.into_iter().filter(|factor| *factor < 0.99 * largest) {
                let weights = least_cost(&cost, &toward, &mean_power, factor).unwrap();
                assert!((toward.dotc(&weights) - 1.0).norm() < 1e-9);
                let error = directivity_factor(&toward, &mean_power, &weights) / factor - 1.0;
                assert!(error.abs() < 1e-9, "{error}");
                // Sw = μc + λDw (Karush, Kuhn, Tucker): what is left of Sw beside c and Dw.
                let gradient = &cost * &weights;
                let d = difference(&(&toward * toward.adjoint()), &mean_power, factor) * &weights;
                let c = toward.normalize();
                let d = (&d - &c * c.dotc(&d)).normalize();
                let left = &gradient - &c * c.dotc(&gradient) - &d * d.dotc(&gradient);
                assert!(
                    left.norm() < 1e-6 * gradient.norm(),
                    "{}",
                    left.norm() / gradient.norm()
                );
                let multiplier = d.dotc(&gradient);
                assert!(multiplier.im.abs() < 1e-6 * gradient.norm());
                // Brute force: random neighbours, brought onto the constraint, cost more.
                for _ in 0..20 {
                    let step = random.vector() * Complex64::from(0.05 * weights.norm());
                    let step = &step - &c * c.dotc(&step);
                    let at = |t: f64| {
                        &weights + &step + &weights.map(|w| w * t)
                            - &toward * (toward.dotc(&weights) * t / toward.norm_squared())
                    };
                    let value = |t: f64| directivity_factor(&toward, &mean_power, &at(t)) - factor;
                    let (mut low, mut high) = (-0.5, 0.5);
                    if value(low) * value(high) > 0.0 {
                        continue;
                    }
                    for _ in 0..60 {
                        let middle = 0.5 * (low + high);
                        *(if value(middle) * value(low) > 0.0 {
                            &mut low
                        } else {
                            &mut high
                        }) = middle;
                    }
                    assert!(power(&cost, &at(low)) >= power(&cost, &weights) * (1.0 - 1e-9));
                }
            }
        }
    }

    #[test]
    fn beyond_the_ceiling_the_most_directive_weights_are_taken() {
        let mut random = Random(3);
        let (toward, mean_power) = (random.vector(), random.form(9));
        let largest = largest_factor(&toward, &mean_power).unwrap();
        let identity = Form::identity(DRIVERS, DRIVERS);
        let weights = least_cost(&identity, &toward, &mean_power, 2.0 * largest).unwrap();
        let reached = directivity_factor(&toward, &mean_power, &weights);
        assert!(
            reached <= largest * (1.0 + 1e-9) && reached > largest * (1.0 - 1e-3),
            "{reached} of {largest}"
        );
    }

    /// Weak duality: no weights have more power than the dual function anywhere. The found ones reach its least value.
    #[test]
    fn greatest_efficiency_reaches_the_bound_of_the_dual() {
        let mut random = Random(4);
        for _ in 0..20 {
            let (loud, mean_power) = (random.form(3), random.form(9));
            for factor in FACTORS {
                let d = difference(&loud, &mean_power, factor);
                let eigenvalues = SymmetricEigen::new(d.clone()).eigenvalues;
                if eigenvalues.max() <= 1e-3 || eigenvalues.min() >= -1e-3 {
                    continue;
                }
                let weights = greatest_efficiency(&loud, &mean_power, factor);
                assert!((weights.norm() - 1.0).abs() < 1e-12);
                let error = power(&d, &weights) / power(&loud, &weights);
                assert!(error.abs() < 1e-9, "{error}");
                let dual = |lambda: f64| {
                    SymmetricEigen::new(&loud + &d * Complex64::from(lambda))
                        .eigenvalues
                        .max()
                };
                let bound = (-4000..4000)
                    .map(|n| dual(0.005 * f64::from(n)))
                    .fold(f64::INFINITY, f64::min);
                let reached = power(&loud, &weights);
                assert!(
                    reached <= bound + 1e-9 && reached > bound * (1.0 - 1e-3),
                    "{reached} of {bound}"
                );
            }
        }
    }

    /// With one loud direction both designs are the same.
    #[test]
    fn sensitivity_and_efficiency_agree_for_one_direction() {
        let mut random = Random(5);
        let (toward, mean_power) = (random.vector(), random.form(9));
        let factor = 0.5 * largest_factor(&toward, &mean_power).unwrap();
        let identity = Form::identity(DRIVERS, DRIVERS);
        let sensitive = least_cost(&identity, &toward, &mean_power, factor).unwrap().normalize();
        let efficient = greatest_efficiency(&(&toward * toward.adjoint()), &mean_power, factor);
        assert!((sensitive.dotc(&efficient).norm() - 1.0).abs() < 1e-9);
    }
}
