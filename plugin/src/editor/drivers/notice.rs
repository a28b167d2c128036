//! What is said when a track has fewer channels than the device has drivers.

use crate::editor::scene::Scene;
use crate::params::OutputParam;

/// Channels of the track, drivers of the device, and what is to be put out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Channels {
    /// Output channels that the host granted.
    pub(crate) granted: usize,
    /// Drivers of the device.
    pub(crate) drivers: usize,
    /// The device's name.
    pub(crate) device: String,
    /// The chosen output.
    pub(crate) output: OutputParam,
}

impl Channels {
    /// Of the instance, once host and analysis have told.
    pub(crate) fn of(scene: &Scene<'_>) -> Option<Self> {
        let device = &scene.snapshot?.device;
        let granted = scene.links.telemetry.output_channels();
        (granted > 0).then(|| Self {
            granted,
            drivers: device.drivers.len(),
            device: device.name.clone(),
            output: scene.links.params.output.value(),
        })
    }
}

/// A notice for a line and for a panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    /// A few words.
    pub(crate) short: String,
    /// What is done about it, and what the user can do.
    pub(crate) long: String,
}

/// What to say, if anything.
pub(crate) fn notice(channels: &Channels) -> Option<Notice> {
    let Channels {
        granted,
        drivers,
        device,
        output,
    } = channels;
    if granted >= drivers || !matches!(output, OutputParam::Auto | OutputParam::Drivers) {
        return None;
    }
    let fact = format!("This track has {granted} channels, {device} has {drivers} drivers.");
    let (short, what) = match output {
        OutputParam::Drivers => (
            format!("folded down: {granted} of {drivers} channels"),
            "Drivers are folded down: the listener's left half to channel 1, the right half to channel 2, the middle to both."
                .to_owned(),
        ),
        _ => (
            format!("previewing: {granted} of {drivers} channels"),
            "You hear the preview: what the listener's two ears receive.".to_owned(),
        ),
    };
    Some(Notice {
        short,
        long: format!("{fact} {what} Give the track {drivers} channels to drive the device itself."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channels(granted: usize, output: OutputParam) -> Channels {
        Channels {
            granted,
            drivers: 4,
            device: String::from("Tabletop"),
            output,
        }
    }

    #[test]
    fn a_narrow_track_is_told_what_happens() {
        let auto = notice(&channels(2, OutputParam::Auto)).unwrap();
        assert!(auto.long.contains("2 channels") && auto.long.contains("4 drivers") && auto.long.contains("preview"));
        let drivers = notice(&channels(3, OutputParam::Drivers)).unwrap();
        assert!(drivers.long.contains("folded down") && drivers.long.contains("Give the track 4 channels"));
    }

    #[test]
    fn nothing_is_said_where_nothing_is_missing() {
        assert_eq!(notice(&channels(4, OutputParam::Auto)), None);
        for output in [OutputParam::Headphones, OutputParam::Preview, OutputParam::Stems] {
            assert_eq!(notice(&channels(2, output)), None);
        }
    }
}
