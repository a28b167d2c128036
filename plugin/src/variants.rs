//! The plugin types of the bundle: one implementation under the layouts that different hosts can take.

use nice_plug::prelude::*;

/// Identity and layouts of one plugin type.
pub trait Variant: Send + 'static {
    /// Name in the host's list.
    const NAME: &'static str;
    /// CLAP id, stable for ever.
    const CLAP_ID: &'static str;
    /// VST3 class id, stable for ever.
    const VST3_CLASS_ID: [u8; 16];
    /// Layouts, the default first.
    const LAYOUTS: &'static [AudioIOLayout];
}

/// Stereo by default, and as many channels as the host likes.
pub struct Main;
/// Eight outputs by default, for VST3 hosts that take only the default layout.
pub struct Array;
/// Stereo pairs on separate ports, for CLAP hosts without wide tracks.
pub struct MultiOut;

impl Variant for Main {
    const NAME: &'static str = "Proscenium";
    const CLAP_ID: &'static str = "audio.proscenium.proscenium";
    const VST3_CLASS_ID: [u8; 16] = *b"ProsceniumMain01";
    const LAYOUTS: &'static [AudioIOLayout] = &MAIN_LAYOUTS;
}

impl Variant for Array {
    const NAME: &'static str = "Proscenium Array";
    const CLAP_ID: &'static str = "audio.proscenium.array";
    const VST3_CLASS_ID: [u8; 16] = *b"ProsceniumArry01";
    const LAYOUTS: &'static [AudioIOLayout] = &[layout(2, 8), layout(2, 16)];
}

impl Variant for MultiOut {
    const NAME: &'static str = "Proscenium Multi-Out";
    const CLAP_ID: &'static str = "audio.proscenium.multi-out";
    const VST3_CLASS_ID: [u8; 16] = *b"ProsceniumMult01";
    const LAYOUTS: &'static [AudioIOLayout] = &[AudioIOLayout {
        aux_output_ports: &[new_nonzero_u32(2); 7],
        names: PortNames {
            aux_outputs: &[
                "Drivers 3-4",
                "Drivers 5-6",
                "Drivers 7-8",
                "Drivers 9-10",
                "Drivers 11-12",
                "Drivers 13-14",
                "Drivers 15-16",
            ],
            ..PortNames::const_default()
        },
        ..layout(2, 2)
    }];
}

/// Most channels of a layout.
const MAX_CHANNELS: u32 = 16;
/// 2→2, then 2→N, then N→N for N from 3 up.
const MAIN_LAYOUTS: [AudioIOLayout; 29] = {
    let mut layouts = [layout(2, 2); 29];
    let mut outputs = 3;
    while outputs <= MAX_CHANNELS {
        let index = outputs as usize - 2;
        layouts[index] = layout(2, outputs);
        layouts[index + MAX_CHANNELS as usize - 2] = layout(outputs, outputs);
        outputs += 1;
    }
    layouts
};

const fn layout(inputs: u32, outputs: u32) -> AudioIOLayout {
    AudioIOLayout {
        main_input_channels: NonZeroU32::new(inputs),
        main_output_channels: NonZeroU32::new(outputs),
        ..AudioIOLayout::const_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn main_layouts_are_all_different_and_complete() {
        let pairs: Vec<(u32, u32)> = Main::LAYOUTS
            .iter()
            .map(|l| {
                (
                    l.main_input_channels.unwrap().get(),
                    l.main_output_channels.unwrap().get(),
                )
            })
            .collect();
        assert_eq!(pairs[0], (2, 2));
        for channels in 3..=16 {
            for pair in [(2, channels), (channels, channels)] {
                assert_eq!(pairs.iter().filter(|p| **p == pair).count(), 1, "{pair:?}");
            }
        }
    }
}
