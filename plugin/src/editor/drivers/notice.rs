//! What is said when the drivers themselves are not what is heard, or not on channels of their own.

use crate::editor::scene::Scene;
use crate::params::OutputParam;

/// Channels of the stems.
const STEMS: usize = 3;

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
    /// A few words for the status line, if something is missing; else the notice only explains what was chosen.
    pub(crate) short: Option<String>,
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
    let warn = |short: String, long: String| {
        let short = Some(short);
        Some(Notice { short, long })
    };
    let explain = |long: &str| {
        let long = String::from(long);
        Some(Notice { short: None, long })
    };
    let fact = format!("This track has {granted} channels, {device} has {drivers} drivers");
    match output {
        OutputParam::Auto | OutputParam::Drivers if granted >= drivers => None,
        OutputParam::Auto => warn(
            format!("preview of {drivers} drivers"),
            format!(
                "{fact}: the output is Preview, what the listener's ears receive. Set Output to Drivers to hear a \
                 fold-down, or give the track {drivers} channels."
            ),
        ),
        OutputParam::Drivers => warn(
            format!("fold-down of {drivers} drivers"),
            format!(
                "{fact}: they are folded down, the listener's left half to channel 1, the right half to channel 2, \
                 the middle to both. Give the track {drivers} channels to drive the device itself."
            ),
        ),
        OutputParam::Stems if *granted < STEMS => warn(
            String::from("stems without the centre"),
            format!(
                "This track has {granted} channels: the left and right stems play, the centre is not heard. Give the \
                 track {STEMS} channels."
            ),
        ),
        OutputParam::Headphones => explain("The output is Headphones: the virtual pair on channels 1 and 2."),
        OutputParam::Preview => {
            explain("The output is Preview: what the listener's ears receive, on channels 1 and 2.")
        }
        OutputParam::Stems => explain("The output is Stems: left, right and centre on channels 1 to 3."),
    }
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

    fn text(granted: usize, output: OutputParam) -> String {
        notice(&channels(granted, output)).unwrap().long
    }

    #[test]
    fn a_narrow_track_is_told_what_happens() {
        assert_eq!(
            text(2, OutputParam::Auto),
            "This track has 2 channels, Tabletop has 4 drivers: the output is Preview, what the listener's ears receive. \
             Set Output to Drivers to hear a fold-down, or give the track 4 channels."
        );
        let drivers = text(3, OutputParam::Drivers);
        assert!(drivers.contains("folded down") && drivers.contains("Give the track 4 channels"));
        assert!(text(2, OutputParam::Stems).contains("the centre is not heard"));
        for output in [OutputParam::Auto, OutputParam::Drivers, OutputParam::Stems] {
            assert!(notice(&channels(2, output)).unwrap().short.is_some());
        }
    }

    #[test]
    fn where_nothing_is_missing_only_a_choice_is_explained() {
        for granted in [4, 8] {
            for output in [OutputParam::Auto, OutputParam::Drivers] {
                assert_eq!(notice(&channels(granted, output)), None);
            }
            for (output, word) in [
                (OutputParam::Headphones, "virtual pair"),
                (OutputParam::Preview, "ears"),
                (OutputParam::Stems, "centre"),
            ] {
                let notice = notice(&channels(granted, output)).unwrap();
                assert!(notice.short.is_none() && notice.long.contains(word));
            }
        }
        assert_eq!(notice(&channels(2, OutputParam::Headphones)).unwrap().short, None);
    }
}
