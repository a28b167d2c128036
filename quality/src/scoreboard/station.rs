//! A device and a listener's head at every place where methods are judged.

use proscenium_dsp::acoustics::{EarResponses, HeadPose, Plant};
use proscenium_dsp::analysis::{amplitude_db, log_frequencies_hz, third_octave_db};
use proscenium_dsp::array::Device;
use proscenium_dsp::measured::MeasuredHead;
use realfft::num_complex::Complex64;

/// Frequencies of all figures, Hz, and how many to the octave.
const RANGE_HZ: [f64; 2] = [125.0, 8000.0];
const PER_OCTAVE: u32 = 12;
/// Head positions along the curve over lateral positions, metres.
const SWEEP_M: f64 = 0.2;
const SWEEP_STEPS: i32 = 20;
/// Displacements and turn of the head that columns are about, metres, radians.
const NEAR_M: f64 = 0.02;
const FAR_M: f64 = 0.05;
const YAW_RAD: f64 = 10.0 / 180.0 * std::f64::consts::PI;

/// Whose ears hear it.
#[derive(Debug, Clone, Copy)]
pub enum Listener<'a> {
    /// The rigid sphere that filters are designed for.
    Sphere,
    /// A measured head.
    Measured(&'a MeasuredHead),
}

impl Listener<'_> {
    /// Name in tables.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sphere => "sphere",
            Self::Measured(_) => "KEMAR",
        }
    }

    /// Cancellation is averaged from 500 Hz up to this, Hz: pinnae, which no design here knows, end it earlier.
    fn highest_hz(&self) -> f64 {
        match self {
            Self::Sphere => 8000.0,
            Self::Measured(_) => 6000.0,
        }
    }

    /// Responses of a device's drivers at the ears, for each pose.
    #[must_use]
    pub fn ears(&self, device: &Device, frequencies_hz: &[f64], poses: &[HeadPose]) -> Vec<EarResponses> {
        let plant = Plant::new(device, frequencies_hz);
        match self {
            Self::Sphere => poses.iter().map(|pose| plant.ears(pose)).collect(),
            Self::Measured(head) => {
                let head = head.on(frequencies_hz);
                poses.iter().map(|pose| plant.ears_of(&head, pose)).collect()
            }
        }
    }
}

/// Responses at the ears at all places.
pub struct Station {
    /// Frequencies of all responses, Hz.
    pub frequencies_hz: Vec<f64>,
    /// Cancellation is averaged over these bins.
    pub cancellation_bins: std::ops::Range<usize>,
    /// Colour and effort are judged over these bins: from 200 Hz up.
    pub tone_bins: std::ops::Range<usize>,
    /// At the design point.
    pub point: EarResponses,
    /// Moved to the left and to the right by 2 cm.
    pub near: [EarResponses; 2],
    /// By 5 cm.
    pub far: [EarResponses; 2],
    /// Turned to the left and to the right by 10°.
    pub turned: [EarResponses; 2],
    /// Lateral positions of the head, metres, and what is heard there.
    pub sweep: Vec<(f64, EarResponses)>,
}

impl Station {
    /// A listener in front of a device, at its own distance.
    #[must_use]
    pub fn new(device: &Device, listener: Listener<'_>) -> Self {
        let frequencies_hz = log_frequencies_hz(RANGE_HZ[0], RANGE_HZ[1], PER_OCTAVE);
        let point = HeadPose::at_distance(device.nominal_distance_m());
        let beside = |offset_m: f64| HeadPose { offset_m, ..point };
        let turned = |yaw_rad: f64| HeadPose { yaw_rad, ..point };
        let offsets_m: Vec<f64> = (-SWEEP_STEPS..=SWEEP_STEPS)
            .map(|n| SWEEP_M * f64::from(n) / f64::from(SWEEP_STEPS))
            .collect();
        let mut poses = vec![point];
        poses.extend([NEAR_M, -NEAR_M, FAR_M, -FAR_M].map(beside));
        poses.extend([YAW_RAD, -YAW_RAD].map(turned));
        poses.extend(offsets_m.iter().copied().map(beside));
        let mut ears = listener.ears(device, &frequencies_hz, &poses).into_iter();
        let mut next = || ears.next().expect("as many as poses");
        let first = |lowest_hz: f64| frequencies_hz.partition_point(|&f| f < lowest_hz * (1.0 - 1e-9));
        let end = |highest_hz: f64| frequencies_hz.partition_point(|&f| f <= highest_hz * (1.0 + 1e-9));
        Self {
            cancellation_bins: first(500.0)..end(listener.highest_hz()),
            tone_bins: first(200.0)..end(8000.0),
            point: next(),
            near: [next(), next()],
            far: [next(), next()],
            turned: [next(), next()],
            sweep: offsets_m.into_iter().map(|offset_m| (offset_m, next())).collect(),
            frequencies_hz,
        }
    }

    /// Third octaves of a change in level, over the bins in which tone counts, dB.
    #[must_use]
    pub fn change_db(&self, full: &[Complex64], base: &[Complex64]) -> Vec<f64> {
        let bins = self.tone_bins.clone();
        let pairs = full[bins.clone()].iter().zip(&base[bins.clone()]);
        let change: Vec<f64> = pairs.map(|(f, b)| amplitude_db(f.norm() / b.norm())).collect();
        third_octave_db(&change, &self.frequencies_hz[bins])
    }
}
