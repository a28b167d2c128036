//! What can be grabbed on the stage, and what dragging it does.

use egui::{CursorIcon, PointerButton, Pos2, Rect, Response, Sense, Ui, Vec2, WidgetInfo};
use nice_plug::prelude::*;
use proscenium_dsp::constants::HEAD_RADIUS_M;

use super::view::{View, width_at};
use crate::editor::hands::Hands;
use crate::editor::widgets::{fineness, tooltip, wheel_notches};
use crate::params::ProsceniumParams;
use crate::tracker::ListenerPose;

/// Way of the depth handle for the whole range relative to the radius of the lobes' outer ring: from and to.
pub(super) const DEPTH_TRACK: [f32; 2] = [0.35, 1.0];

/// Turn of the head for a notch of the wheel, degrees.
const TURN_DEG: f32 = 1.0;

/// Something that can be grabbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handle {
    /// The virtual loudspeaker on the listener's left.
    SpeakerLeft,
    /// The one on the right.
    SpeakerRight,
    /// The listener's head.
    Head,
    /// The rim of the listening zone.
    Rim,
    /// The centre lobe.
    Lobe,
}

/// A grabbed handle: where it would be if nothing limited it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Grabbed(Pos2);

/// What handles need to know about the stage.
pub(super) struct Ground<'a> {
    pub(super) view: &'a View,
    pub(super) params: &'a ProsceniumParams,
    /// Where the listener is, tracked or by the parameters.
    pub(super) listener: ListenerPose,
    /// Whether a head tracker says so, and the head cannot be grabbed.
    pub(super) tracked: bool,
    /// Centre of the head on the screen.
    pub(super) head: Pos2,
    /// Radius of the lobes' outer ring, points.
    pub(super) lobe_radius: f32,
    /// Direction on the screen from the device to the head.
    pub(super) toward_head: Vec2,
}

impl Handle {
    /// Name for tests and screen readers.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::SpeakerLeft => "left virtual loudspeaker",
            Self::SpeakerRight => "right virtual loudspeaker",
            Self::Head => "listener",
            Self::Rim => "listening zone",
            Self::Lobe => "centre lobe",
        }
    }

    /// Name in the atlas.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::SpeakerLeft => "stage:left-speaker",
            Self::SpeakerRight => "stage:right-speaker",
            Self::Head => "stage:head",
            Self::Rim => "stage:rim",
            Self::Lobe => "stage:lobe",
        }
    }

    /// The parameters that the handle moves.
    fn params(self, params: &ProsceniumParams) -> Vec<&FloatParam> {
        match self {
            Self::SpeakerLeft | Self::SpeakerRight => vec![&params.width],
            Self::Head => vec![&params.distance, &params.offset],
            Self::Rim => vec![&params.zone],
            Self::Lobe => vec![&params.depth],
        }
    }

    /// Values to show while it is held.
    pub(super) fn readout(self, params: &ProsceniumParams) -> String {
        let texts = self
            .params(params)
            .into_iter()
            .map(|param| format!("{} {param}", param.name()));
        texts.collect::<Vec<_>>().join("\n")
    }
}

impl Ground<'_> {
    /// Where the middle of a handle is.
    pub(super) fn place(&self, handle: Handle) -> Pos2 {
        let params = self.params;
        let width = params.width.value();
        match handle {
            Handle::SpeakerLeft => self.view.virtual_speaker(self.head, width, -1.0),
            Handle::SpeakerRight => self.view.virtual_speaker(self.head, width, 1.0),
            Handle::Head => self.head,
            Handle::Rim => {
                let rim = self.rim();
                self.head + egui::vec2(rim.x, 0.0)
            }
            Handle::Lobe => {
                let [from, to] = DEPTH_TRACK;
                let share = from + (to - from) * params.depth.value() / 100.0;
                self.view.device + self.toward_head * (share * self.lobe_radius)
            }
        }
    }

    /// The point of a handle that follows the pointer which has `pressed` it. For most it does not matter where that was:
    /// they move by as much as the pointer. The rim follows where it is nearest.
    fn grip(&self, handle: Handle, pressed: Option<Pos2>) -> Pos2 {
        match (handle, pressed) {
            (Handle::Rim, Some(pressed)) => {
                let (from_head, rim) = (pressed - self.head, self.rim());
                let share = (from_head / rim).length();
                self.head + from_head / share.max(0.01)
            }
            _ => self.place(handle),
        }
    }

    /// Half-axes of the zone's rim, points.
    pub(super) fn rim(&self) -> Vec2 {
        let zone_m = f64::from(self.params.zone.value()) / 100.0;
        self.view
            .rim(zone_m, f64::from(self.listener.distance_m), HEAD_RADIUS_M)
    }

    /// Sets what a handle at `at` means.
    fn put(&self, handle: Handle, at: Pos2, hands: &mut Hands<'_>) {
        let params = self.params;
        match handle {
            Handle::SpeakerLeft | Handle::SpeakerRight => hands.set(&params.width, width_at(at - self.head)),
            Handle::Head => {
                let (distance_m, offset_m) = self.view.head_at(self.view.rect.clamp(at));
                set_within(hands, &params.distance, distance_m as f32);
                set_within(hands, &params.offset, offset_m as f32);
            }
            Handle::Rim => {
                let distance_m = f64::from(self.listener.distance_m);
                let largest_m = f64::from(params.zone.preview_plain(1.0)) / 100.0;
                let zone_m = self.view.zone_at(at - self.head, distance_m, HEAD_RADIUS_M, largest_m);
                set_within(hands, &params.zone, 100.0 * zone_m as f32);
            }
            Handle::Lobe => {
                let way = (at - self.view.device).dot(self.toward_head) / self.lobe_radius;
                let [from, to] = DEPTH_TRACK;
                set_within(hands, &params.depth, 100.0 * (way - from) / (to - from));
            }
        }
    }

    /// Turns the head by notches of the wheel, to its left if they are positive.
    fn turn_head(&self, notches: f32, hands: &mut Hands<'_>) {
        if notches != 0.0 {
            let yaw = &self.params.yaw;
            let from_deg = yaw.preview_plain(hands.normalized(yaw));
            set_within(hands, yaw, from_deg + notches * TURN_DEG);
        }
    }

    /// Takes what the user does with a handle that covers `rect`.
    pub(super) fn interact(&self, ui: &Ui, handle: Handle, rect: Rect, hands: &mut Hands<'_>) -> Response {
        let id = ui.scope_id().with(handle.key());
        // Not in the order of the Tab key: the knobs of the same parameters are.
        let response = ui.interact(rect, id, Sense::CLICK | Sense::DRAG);
        if handle == Handle::Head && self.tracked {
            return response.on_hover_text("The head is where the head tracker sees it.");
        }
        let params = handle.params(self.params);
        if response.drag_started_by(PointerButton::Primary) {
            let pressed = ui.input(|input| input.pointer.press_origin());
            ui.data_mut(|data| data.insert_temp(id, Grabbed(self.grip(handle, pressed))));
        }
        if response.dragged_by(PointerButton::Primary) {
            params.iter().for_each(|param| hands.hold(*param));
            let delta = response.drag_delta() * fineness(ui);
            if delta != Vec2::ZERO {
                let Grabbed(at) = ui.data(|data| data.get_temp(id)).unwrap_or(Grabbed(self.place(handle)));
                ui.data_mut(|data| data.insert_temp(id, Grabbed(at + delta)));
                self.put(handle, at + delta, hands);
            }
        } else if response.double_clicked() || (response.clicked() && ui.input(|input| input.modifiers.command)) {
            params.iter().for_each(|param| hands.reset(*param));
            if handle == Handle::Head {
                hands.reset(&self.params.yaw);
            }
        }
        if handle == Handle::Head && response.hovered() {
            self.turn_head(wheel_notches(ui) * fineness(ui), hands);
        }
        if let Some(param) = params.first() {
            response.widget_info(|| WidgetInfo::slider(true, f64::from(param.value()), handle.name()));
        }
        let mut help: Vec<String> = params.iter().map(|param| tooltip(*param)).collect();
        if handle == Handle::Head {
            help.push(String::from("The wheel turns the head."));
        }
        let help = help.join("\n");
        let response = response.on_hover_and_drag_cursor(CursorIcon::Grab);
        if response.dragged() {
            response
        } else {
            response.on_hover_text(help)
        }
    }
}

fn set_within(hands: &mut Hands<'_>, param: &FloatParam, value: f32) {
    hands.set(param, value.clamp(param.preview_plain(0.0), param.preview_plain(1.0)));
}
