//! The best setting of a method: a grid, then golden sections along one parameter after the other.

/// A parameter and where it is sought.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// Least and largest value.
    pub ends: [f64; 2],
    /// Points of the grid, at least two.
    pub points: usize,
    /// Whether points are equally spaced in ratio, not in difference.
    pub logarithmic: bool,
}

/// Rounds of golden sections over all parameters.
const ROUNDS: usize = 3;
/// Each section shortens the interval by the golden ratio this often: to a hundredth.
const SECTIONS: usize = 10;

impl Range {
    fn value(&self, share: f64) -> f64 {
        let [low, high] = self.ends;
        match self.logarithmic {
            true => low * (high / low).powf(share),
            false => low + (high - low) * share,
        }
    }
}

/// The setting with the largest value that was found, and that value.
///
/// # Panics
/// If there is no parameter.
pub fn maximise(ranges: &[Range], value: impl Fn(&[f64]) -> f64) -> (Vec<f64>, f64) {
    assert!(!ranges.is_empty(), "a search needs a parameter");
    let at = |shares: &[f64]| -> Vec<f64> { ranges.iter().zip(shares).map(|(r, &s)| r.value(s)).collect() };
    let worth = |shares: &[f64]| value(&at(shares));
    let grid: usize = ranges.iter().map(|range| range.points).product();
    let shares_of = |mut index: usize| -> Vec<f64> {
        let share = |range: &Range| {
            let n = index % range.points;
            index /= range.points;
            n as f64 / (range.points - 1) as f64
        };
        ranges.iter().map(share).collect()
    };
    let mut best = shares_of(0);
    let mut most = worth(&best);
    for index in 1..grid {
        let shares = shares_of(index);
        let found = worth(&shares);
        if found > most {
            (best, most) = (shares, found);
        }
    }
    for round in 0..ROUNDS {
        for (n, range) in ranges.iter().enumerate() {
            let reach = 0.5_f64.powi(round as i32) / (range.points - 1) as f64;
            let along = |share: f64| {
                let mut shares = best.clone();
                shares[n] = share;
                worth(&shares)
            };
            let (share, found) = golden_section([(best[n] - reach).max(0.0), (best[n] + reach).min(1.0)], along);
            if found > most {
                (best[n], most) = (share, found);
            }
        }
    }
    (at(&best), most)
}

/// Where a function of one peak has it, and how high it is.
fn golden_section([mut low, mut high]: [f64; 2], value: impl Fn(f64) -> f64) -> (f64, f64) {
    let ratio = (5_f64.sqrt() - 1.0) / 2.0;
    let inner = |low: f64, high: f64| [high - ratio * (high - low), low + ratio * (high - low)];
    let [mut a, mut b] = inner(low, high).map(|x| (x, value(x)));
    for _ in 0..SECTIONS {
        if a.1 > b.1 {
            (high, b) = (b.0, a);
            let x = inner(low, high)[0];
            a = (x, value(x));
        } else {
            (low, a) = (a.0, b);
            let x = inner(low, high)[1];
            b = (x, value(x));
        }
    }
    if a.1 > b.1 { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_higher_of_two_hills_and_its_top() {
        let ranges = [
            Range {
                ends: [-4.0, 4.0],
                points: 9,
                logarithmic: false,
            },
            Range {
                ends: [1.0, 100.0],
                points: 5,
                logarithmic: true,
            },
        ];
        let hill = |x: f64, at: f64| (-(x - at).powi(2)).exp();
        let (best, most) = maximise(&ranges, |p| {
            hill(p[0], -2.3) + 1.5 * hill(p[0], 1.7) - (p[1] / 20.0).ln().powi(2)
        });
        assert!((best[0] - 1.7).abs() < 0.02 && (best[1] - 20.0).abs() < 0.5, "{best:?}");
        assert!((most - 1.5).abs() < 0.01);
    }
}
