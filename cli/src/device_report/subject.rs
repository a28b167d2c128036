//! What is measured: a device with its filters.

use crate::device_source::NamedDevice;
use proscenium_dsp::acoustics::{HeadPose, Plant};
use proscenium_dsp::analysis::{BeamPattern, Cancellation, DriverSpectra};
use proscenium_dsp::array::{Device, Path, presets};
use proscenium_dsp::design::{Design, DesignSettings, DeviceChoice};
use proscenium_dsp::engine::Timing;
use proscenium_dsp::upmix::UpmixMode;

/// A device with filters that were designed for it.
pub(super) struct Subject<'a> {
    pub(super) named: &'a NamedDevice,
    pub(super) settings: DesignSettings,
    pub(super) sample_rate_hz: u32,
    pub(super) timing: Timing,
    pub(super) design: Design,
}

impl<'a> Subject<'a> {
    /// Designs the filters.
    pub(super) fn new(named: &'a NamedDevice, settings: DesignSettings, sample_rate_hz: u32) -> Self {
        let timing = Timing::new(f64::from(sample_rate_hz), UpmixMode::High);
        Self {
            design: Design::new(&named.device, &settings, &timing),
            named,
            settings,
            sample_rate_hz,
            timing,
        }
    }

    /// The same device with some settings changed.
    pub(super) fn with(&self, change: impl FnOnce(&mut DesignSettings)) -> Self {
        let mut settings = self.settings;
        change(&mut settings);
        Self::new(self.named, settings, self.sample_rate_hz)
    }

    pub(super) fn device(&self) -> &'a Device {
        &self.named.device
    }

    /// Whether it is the preset that has limits of its own.
    pub(super) fn is_laptop(&self) -> bool {
        matches!(self.named.choice, DeviceChoice::Preset(index)
            if presets()[usize::from(index)].file_stem == "laptop")
    }

    /// Hertz.
    pub(super) fn sample_rate(&self) -> f64 {
        self.timing.sample_rate
    }

    /// The head that the filters are designed for.
    pub(super) fn pose(&self) -> HeadPose {
        self.settings.pose()
    }

    /// The head moved sideways by `offset_m` to the listener's left and turned by `yaw_rad` to it.
    pub(super) fn moved(&self, offset_m: f64, yaw_rad: f64) -> HeadPose {
        let pose = self.pose();
        HeadPose {
            offset_m: pose.offset_m + offset_m,
            yaw_rad: pose.yaw_rad + yaw_rad,
            ..pose
        }
    }

    /// Filters of a path at a strength of its effect.
    pub(super) fn spectra(&self, path: Path, strength: f64, frequencies_hz: &[f64]) -> DriverSpectra {
        let filters = &self.design.drivers[path as usize];
        DriverSpectra::new(self.device(), filters, strength, self.sample_rate(), frequencies_hz)
    }

    /// Cancellation at the frequencies of a plant.
    pub(super) fn cancellation<'p>(&self, plant: &'p Plant) -> Cancellation<'p> {
        Cancellation::new(self.device(), &self.design, self.sample_rate(), plant)
    }

    /// Radiation of the centre at a strength of its beam.
    pub(super) fn center_pattern(&self, plant: &Plant, strength: f64) -> BeamPattern {
        let spectra = self.spectra(Path::Center, strength, plant.frequencies_hz());
        BeamPattern::new(plant, &spectra, self.pose().center_m())
    }
}
