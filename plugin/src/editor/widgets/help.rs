//! One plain sentence for each parameter.

use nice_plug::prelude::*;

/// What a parameter does, by its name.
fn sentence(name: &str) -> &'static str {
    match name {
        "Width" => "Half-angle of the virtual pair of loudspeakers.",
        "Depth" => "How strongly the centre is beamed at the listener, away from the room.",
        "Center" => "How much of the phantom centre moves to the centre beam.",
        "Center Level" => "Level of the centre beam.",
        "Cancellation" => "How strongly each ear is kept from what is meant for the other one.",
        "Tone" => "Equalises the drivers towards a flat source, as heard by the listener.",
        "Listening Zone" => "How far the head may move sideways.",
        "Distance" => "From the listener to the device.",
        "Listener Offset" => "How far the listener sits to their left (+) or right (−).",
        "Device" => "The loudspeaker to play on.",
        "Programme" => "Stereo: a mix for loudspeakers. Binaural: left and right go straight to the ears.",
        "Output" => "What the channels carry; Auto is Drivers where every driver has a channel, else Preview.",
        "Upmix" => "How the centre is found: not at all, with little delay, or best.",
        "Output Trim" => "Level of all outputs.",
        "Peak Guard" => "Turns all drivers down together when a peak would exceed −1 dBFS.",
        "Effort" => "How much louder than without it the drivers may play for the cancellation.",
        "Head Turn" => "How far the listener's head is turned to their left (+) or right (−).",
        "Zone Goal" => "Mean: the best on average over the zone. Worst position: the best where the zone is worst.",
        "Beam" => "What the centre beam is made for: quiet to the sides, or as wide at every frequency.",
        "Room" => "The room that Preview is heard in; drivers do not hear of it.",
        "Bypass" => "The programme as it came in, with the same latency.",
        _ => "",
    }
}

/// Tooltip of a parameter: what it does, and for a number its range and default.
pub(crate) fn tooltip<P: Param>(param: &P) -> String {
    let sentence = sentence(param.name());
    if param.step_count().is_some() {
        return sentence.to_owned();
    }
    let text = |normalized| param.normalized_value_to_string(normalized, true);
    let default = param.default_normalized_value();
    format!("{sentence} {} to {}, usually {}.", text(0.0), text(1.0), text(default))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::ProsceniumParams;

    #[test]
    fn every_parameter_has_a_sentence_and_numbers_have_their_range() {
        let params = ProsceniumParams::default();
        for (id, ptr, _) in params.param_map() {
            // SAFETY: `params` outlives the pointer.
            let name = unsafe { ptr.name() };
            assert!(sentence(name).ends_with('.'), "{id}");
        }
        assert_eq!(
            tooltip(&params.width),
            "Half-angle of the virtual pair of loudspeakers. 0 ° to 90 °, usually 30 °."
        );
    }
}
