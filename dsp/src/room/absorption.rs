//! How sound weakens at the walls and on its way through the air.

/// Octave bands in which walls are told.
pub const OCTAVES: usize = 7;
/// Their middle frequencies, hertz.
pub const OCTAVE_BANDS_HZ: [f64; OCTAVES] = [125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0];

/// Temperature and relative humidity of the air: 20 °C, at which sound has the speed this library uses, and 50 %.
const TEMPERATURE_K: f64 = 293.15;
const HUMIDITY_PERCENT: f64 = 50.0;

/// The band at or below a frequency and how far, 0 to 1, the frequency is towards the next one on a logarithmic axis. The
/// outermost bands go on beyond the ends.
pub(super) fn band_position(frequency_hz: f64) -> (usize, f64) {
    let octaves = (frequency_hz.max(1.0) / OCTAVE_BANDS_HZ[0])
        .log2()
        .clamp(0.0, (OCTAVES - 1) as f64);
    let band = (octaves as usize).min(OCTAVES - 2);
    (band, octaves - band as f64)
}

/// Values by band, read between them.
pub(super) fn interpolate(values: &[f64; OCTAVES], frequency_hz: f64) -> f64 {
    let (band, share) = band_position(frequency_hz);
    values[band] + share * (values[band + 1] - values[band])
}

/// Attenuation of a plane wave in still air at 20 °C, 50 % relative humidity and 101.325 kPa, dB per metre.
///
/// ISO 9613-1:1993, eqs. 3 to 5, and B.3 for the vapour pressure; ±10 % of measured values.
#[must_use]
pub fn air_attenuation_db_per_m(frequency_hz: f64) -> f64 {
    attenuation_db_per_m(frequency_hz, HUMIDITY_PERCENT)
}

fn attenuation_db_per_m(frequency_hz: f64, humidity_percent: f64) -> f64 {
    const REFERENCE_K: f64 = 293.15;
    const TRIPLE_POINT_K: f64 = 273.16;
    let t = TEMPERATURE_K / REFERENCE_K;
    let saturation = 10_f64.powf(4.6151 - 6.8346 * (TRIPLE_POINT_K / TEMPERATURE_K).powf(1.261));
    // Molar concentration of water vapour, percent.
    let h = humidity_percent * saturation;
    let oxygen_hz = 24.0 + 4.04e4 * h * (0.02 + h) / (0.391 + h);
    let nitrogen_hz = t.powf(-0.5) * (9.0 + 280.0 * h * (-4.170 * (t.powf(-1.0 / 3.0) - 1.0)).exp());
    let f2 = frequency_hz * frequency_hz;
    let relaxation = |weight: f64, kelvin: f64, hz: f64| weight * (-kelvin / TEMPERATURE_K).exp() / (hz + f2 / hz);
    let molecules = relaxation(0.01275, 2239.1, oxygen_hz) + relaxation(0.1068, 3352.0, nitrogen_hz);
    8.686 * f2 * (1.84e-11 * t.sqrt() + t.powf(-2.5) * molecules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn air_is_that_of_the_standards_table() {
        // ISO 9613-2:1996, table 2: 20 °C, 70 % relative humidity, dB per kilometre.
        let table = [0.3, 1.1, 2.8, 5.0, 9.0, 22.9, 76.6];
        for (frequency_hz, expected) in OCTAVE_BANDS_HZ.into_iter().zip(table) {
            let actual = 1e3 * attenuation_db_per_m(frequency_hz, 70.0);
            assert!(
                (actual - expected).abs() < 0.05 + 0.02 * expected,
                "{frequency_hz} Hz: {actual}"
            );
        }
    }

    #[test]
    fn bands_are_met_at_their_middles_and_go_on_beyond_the_ends() {
        let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
        for (frequency_hz, value) in OCTAVE_BANDS_HZ.into_iter().zip(values) {
            assert!((interpolate(&values, frequency_hz) - value).abs() < 1e-12);
        }
        assert_eq!((interpolate(&values, 0.0), interpolate(&values, 2e4)), (1.0, 7.0));
        assert!((interpolate(&values, 500.0 * 2_f64.sqrt()) - 3.5).abs() < 1e-12);
    }
}
