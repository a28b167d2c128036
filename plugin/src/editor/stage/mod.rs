//! The stage from above: device, listener, virtual pair and the lobes of the paths, all of which can be grabbed.

mod grab;
mod lobes;
mod paint;
#[cfg(test)]
mod tests;
mod tracking;
mod view;

use egui::{Pos2, Rect, Ui, Vec2, pos2, vec2};
use proscenium_dsp::constants::HEAD_RADIUS_M;

use super::scene::Scene;
use super::theme;
use super::widgets::frequency_strip;
use grab::{DEPTH_TRACK, Ground, Handle};
use lobes::LobeScale;
use view::View;

/// Height of the frequency strip below the stage, points.
const STRIP: f32 = 34.0;
/// Largest radius of the lobes' outer ring relative to the width of the stage, and to the space above the device.
const LOBE_SHARES: [f32; 2] = [0.30, 0.96];
/// Time in which the view follows a new distance, seconds.
const FOLLOW_S: f32 = 0.25;
/// Half the side of a round handle's reach, points.
const HANDLE_HALF: f32 = 14.0;

/// The stage panel.
#[derive(Default)]
pub(crate) struct StagePanel {
    /// Depth of the room in view, metres; stays while the head is held.
    depth_m: f64,
}

impl StagePanel {
    /// Draws the stage and takes what the user does on it.
    pub(crate) fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let whole = ui.max_rect();
        let rect = Rect::from_min_max(whole.min, pos2(whole.right(), whole.bottom() - STRIP));
        let params = std::sync::Arc::clone(&scene.links.params);
        let listener = params.listener();
        let (distance_m, offset_m) = (f64::from(listener.distance_m), f64::from(listener.offset_m));
        if self.depth_m == 0.0 || !scene.hands.holds(&params.distance) {
            self.depth_m = view::depth_for(distance_m);
        }
        let depth_m = ui
            .ctx()
            .animate_value_with_time(ui.scope_id().with("depth"), self.depth_m as f32, FOLLOW_S);
        let reach_m = scene.snapshot.map_or(0.1, |snapshot| paint::reach_m(&snapshot.device));
        let view = View::new(rect, depth_m, reach_m, HEAD_RADIUS_M);
        let head = view.head(distance_m, offset_m);
        let [of_width, of_above] = LOBE_SHARES;
        let lobe_radius = (of_width * rect.width()).min(of_above * (view.device.y - rect.top()));
        let ground = Ground {
            view: &view,
            params: &params,
            listener,
            tracked: params.tracked.pose().is_some(),
            head,
            lobe_radius,
            toward_head: (head - view.device).normalized(),
        };
        let held = interact(ui, &ground, scene);
        self.paint(ui, &ground, scene, held);
        let corner = Rect::from_min_max(pos2(rect.right() - tracking::SIZE.x, rect.top()), rect.right_top());
        tracking::show(ui, corner.with_max_y(rect.top() + tracking::SIZE.y), scene);
        let strip = Rect::from_min_max(pos2(whole.left(), whole.bottom() - STRIP + 6.0), whole.max);
        frequency_strip(ui, strip, scene.cursor);
        scene.atlas.note("stage:frequency", strip);
    }

    fn paint(&self, ui: &Ui, ground: &Ground<'_>, scene: &Scene<'_>, held: Option<(Handle, Pos2)>) {
        let painter = ui
            .painter()
            .with_clip_rect(ui.clip_rect().intersect(ground.view.rect.expand(theme::PADDING)));
        let is_held = |handle: Handle| held.is_some_and(|(held, _)| held == handle);
        if let Some(snapshot) = scene.snapshot {
            let frequency_hz = scene.cursor.frequency_hz;
            let patterns = snapshot.picture.radiation.each_ref().map(|radiation| &radiation.path);
            let scale = LobeScale::new(&patterns, frequency_hz, ground.lobe_radius);
            paint::rings(&painter, ground.view.device, &scale);
            paint::lobes(&painter, snapshot, frequency_hz, &scale, ground.view);
            paint::ring_labels(&painter, ground.view.device, &scale);
        }
        let speakers = [Handle::SpeakerLeft, Handle::SpeakerRight].map(|handle| ground.place(handle));
        let pair_held = is_held(Handle::SpeakerLeft) || is_held(Handle::SpeakerRight);
        paint::virtual_pair(&painter, ground.head, speakers, pair_held, ground.view);
        if let Some(snapshot) = scene.snapshot {
            let level_db = |driver| scene.levels.meter(driver).peak_db;
            paint::device(&painter, &snapshot.device, ground.view, level_db);
        }
        let track = DEPTH_TRACK.map(|share| ground.view.device + ground.toward_head * (share * ground.lobe_radius));
        paint::lobe_handle(&painter, track, ground.place(Handle::Lobe), is_held(Handle::Lobe));
        paint::zone(&painter, ground.head, ground.rim(), is_held(Handle::Rim));
        let line = match (is_held(Handle::Head), ground.tracked) {
            (true, _) => theme::ACCENT,
            (false, true) => theme::LEVEL,
            (false, false) => theme::TEXT,
        };
        paint::head(&painter, ground.head, ground.view, ground.listener.yaw_deg, line);
        paint::scale_bar(&painter, ground.view);
        paint::legend(&painter, ground.view.rect.min);
        if let Some((handle, at)) = held {
            paint::readout(&painter, at, handle.readout(ground.params), ground.view.rect);
        }
    }
}

/// Lets the user grab things; what is held, and where it is.
fn interact(ui: &Ui, ground: &Ground<'_>, scene: &mut Scene<'_>) -> Option<(Handle, Pos2)> {
    let mut held = None;
    let mut grab = |handle: Handle, rect: Rect, scene: &mut Scene<'_>| {
        scene.atlas.note(handle.key(), rect);
        let response = ground.interact(ui, handle, rect, &mut scene.hands);
        if response.dragged_by(egui::PointerButton::Primary) {
            held = Some((handle, rect.center()));
        }
    };
    // What comes later lies on top.
    let rim = ground.rim();
    grab(
        Handle::Rim,
        Rect::from_center_size(ground.head, 2.0 * (rim + vec2(8.0, 8.0))),
        scene,
    );
    let head_radius = HEAD_RADIUS_M as f32 * ground.view.head_points_per_m;
    for handle in [Handle::Head, Handle::Lobe, Handle::SpeakerLeft, Handle::SpeakerRight] {
        let half = match handle {
            // The rim of a small zone shows beyond the head.
            Handle::Head => head_radius - 3.0,
            Handle::Lobe | Handle::Rim => HANDLE_HALF,
            Handle::SpeakerLeft | Handle::SpeakerRight => paint::SPEAKER_HALF + 3.0,
        };
        grab(
            handle,
            Rect::from_center_size(ground.place(handle), Vec2::splat(2.0 * half)),
            scene,
        );
    }
    held
}
