//! A finished design in the form that the engine runs: filter banks and the map from drivers to output channels.

use rustfft::FftPlanner;

use super::bank::{FilterBank, Fir};
use super::handover::DesignRequest;
use super::noise::NoiseShape;
use super::timing::Timing;
use crate::design::{Design, DesignSettings, FILTER_INPUTS};

/// One term of the map from signals to output channels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Destination {
    /// Index of the signal.
    pub source: usize,
    /// Output channel that it is added to.
    pub channel: usize,
    /// Gain, linear.
    pub gain: f32,
    /// Whether no earlier term is added to the same channel.
    pub first: bool,
}

/// How driver signals reach the output channels.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputMap {
    /// Terms to add up.
    pub destinations: Vec<Destination>,
    /// Channels that no signal reaches.
    pub silent: Vec<usize>,
    /// Whether every driver has a channel of its own, which may be shared by the user's routing. Its signal then goes nowhere
    /// else.
    pub fits: bool,
    /// Channels that carry left and right in bypass.
    pub bypass: [usize; 2],
    /// Gain of each driver's signal, linear; part of its destinations' gains already.
    pub driver_gain: Vec<f32>,
}

impl OutputMap {
    /// Sends driver `k` to channel `route[k]` if all fit, else folds down to the first two channels: drivers on the
    /// listener's left half go left, on the right half right, in the middle to both at −3 dB.
    ///
    /// `lateral_m` is the position of each driver towards the listener's left, `references` the reference drivers of
    /// the left and the right path. A route beyond the channels falls back to the driver's own number.
    pub fn new(lateral_m: &[f64], route: &[u8], references: [usize; 2], channels: usize) -> Self {
        const MIDDLE_M: f64 = 1e-3;
        let fits = channels >= lateral_m.len();
        let routed = |driver: usize| {
            let channel = route.get(driver).map_or(driver, |&channel| usize::from(channel));
            if channel < channels { channel } else { driver }
        };
        let mut destinations: Vec<Destination> = Vec::new();
        for (source, &lateral) in lateral_m.iter().enumerate() {
            let mut add = |channel, gain| {
                let first = destinations.iter().all(|earlier| earlier.channel != channel);
                destinations.push(Destination {
                    source,
                    channel,
                    gain,
                    first,
                });
            };
            if fits {
                add(routed(source), 1.0);
            } else if lateral > MIDDLE_M {
                add(0, 1.0);
            } else if lateral < -MIDDLE_M {
                add(1.min(channels - 1), 1.0);
            } else {
                add(0, std::f32::consts::FRAC_1_SQRT_2);
                add(1.min(channels - 1), std::f32::consts::FRAC_1_SQRT_2);
            }
        }
        let bypass = if fits {
            references.map(routed)
        } else {
            [0, 1.min(channels - 1)]
        };
        let reached = |channel: &usize| destinations.iter().any(|to| to.channel == *channel);
        Self {
            silent: (0..channels).filter(|channel| !reached(channel)).collect(),
            destinations,
            fits,
            bypass,
            driver_gain: vec![1.0; lateral_m.len()],
        }
    }

    /// The same with a gain on each driver's signal, dB; 0 dB where there is none. Bypass has no gain.
    #[must_use]
    pub fn with_gains(mut self, gain_db: &[f32]) -> Self {
        for (gain, &gain_db) in self.driver_gain.iter_mut().zip(gain_db) {
            *gain = 10_f32.powf(gain_db / 20.0);
        }
        for destination in &mut self.destinations {
            destination.gain *= self.driver_gain[destination.source];
        }
        self
    }
}

/// Immutable filters of one design, made off the audio thread for one [`Timing`] and number of channels.
pub struct FilterSet {
    settings: DesignSettings,
    apply_at: i64,
    map: OutputMap,
    drivers: FilterBank,
    preview: FilterBank,
    noises: Vec<NoiseShape>,
}

impl FilterSet {
    /// Prepares a design for an engine of the given timing and number of output channels.
    pub fn new(design: &Design, timing: &Timing, channels: usize, request: &DesignRequest) -> Self {
        let DesignRequest { settings, apply_at } = *request;
        let mut planner = FftPlanner::new();
        let mut bank = |outputs: usize, banks: [&[Fir]; FILTER_INPUTS]| {
            let filters = banks.into_iter().enumerate().flat_map(|(input, firs)| {
                let firs = firs.iter().enumerate();
                firs.map(move |(output, fir)| (input, output, fir))
            });
            FilterBank::new(&mut planner, timing.block, outputs, filters)
        };
        let map = OutputMap::new(&design.lateral_m, &settings.route, design.reference_drivers, channels);
        let outlets = design.band_hz.iter().zip(&design.correction_db);
        Self {
            settings,
            apply_at,
            drivers: bank(design.lateral_m.len(), design.driver_banks()),
            preview: bank(2, design.preview_banks()),
            map: map.with_gains(&settings.gain_db),
            noises: outlets
                .map(|(&band_hz, &correction_db)| NoiseShape::new(band_hz, correction_db, timing.sample_rate))
                .collect(),
        }
    }

    /// The settings that the filters were designed for.
    pub fn settings(&self) -> &DesignSettings {
        &self.settings
    }

    /// Number of drivers.
    pub fn drivers(&self) -> usize {
        self.drivers.outputs()
    }

    /// The map from drivers to output channels.
    pub fn map(&self) -> &OutputMap {
        &self.map
    }

    pub(super) fn apply_at(&self) -> i64 {
        self.apply_at
    }

    pub(super) fn driver_bank(&self) -> &FilterBank {
        &self.drivers
    }

    pub(super) fn noises(&self) -> &[NoiseShape] {
        &self.noises
    }

    pub(super) fn preview_bank(&self) -> &FilterBank {
        &self.preview
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drivers_fold_down_to_their_sides_when_channels_are_missing() {
        let lateral = [0.1, -0.1, 0.0];
        let map = OutputMap::new(&lateral, &[0, 1, 2], [0, 1], 2);
        assert!(!map.fits);
        let gain_to = |source, channel| -> f32 {
            map.destinations
                .iter()
                .filter(|d| d.source == source && d.channel == channel)
                .map(|d| d.gain)
                .sum()
        };
        assert_eq!([gain_to(0, 0), gain_to(0, 1)], [1.0, 0.0]);
        assert_eq!([gain_to(1, 0), gain_to(1, 1)], [0.0, 1.0]);
        assert_eq!(gain_to(2, 0), std::f32::consts::FRAC_1_SQRT_2);
        assert_eq!(gain_to(2, 1), std::f32::consts::FRAC_1_SQRT_2);
        assert_eq!(map.bypass, [0, 1]);
    }

    #[test]
    fn gains_scale_every_destination_of_their_driver() {
        let plain = OutputMap::new(&[0.1, -0.1, 0.0], &[0, 1, 2], [0, 1], 2);
        assert_eq!(plain.clone().with_gains(&[0.0; 16]), plain);
        let map = plain.clone().with_gains(&[0.0, 12.0, -6.0206]);
        for (destination, plain) in map.destinations.iter().zip(&plain.destinations) {
            let gain = [1.0, 3.981_072, 0.5][destination.source];
            assert!((destination.gain / plain.gain - gain).abs() < 1e-5, "{destination:?}");
        }
        // Fewer gains than drivers.
        assert_eq!(plain.clone().with_gains(&[]), plain);
    }

    #[test]
    fn routes_are_followed_and_invalid_ones_fall_back() {
        let map = OutputMap::new(&[0.1, -0.1, 0.0], &[3, 1, 200], [0, 1], 4);
        assert!(map.fits);
        let channels: Vec<usize> = map.destinations.iter().map(|d| d.channel).collect();
        assert_eq!(channels, [3, 1, 2]);
        assert_eq!(map.bypass, [3, 1]);
    }
}
