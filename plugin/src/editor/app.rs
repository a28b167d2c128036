//! One frame of the editor, and how often there is one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use egui::{Rect, Ui, UiBuilder};
use nice_plug::context::gui::GuiContext;
use nice_plug_egui::{Frame, NiceEguiApp, baseview};

use super::analyst::{Analyst, Question};
use super::beam::BeamPanel;
use super::cancellation::CancellationPanel;
use super::closing::Presence;
use super::device::{DevicePanel, DropTarget};
use super::failure::Failure;
use super::hands::{Grip, Hands};
use super::keyboard::Keyboard;
use super::knobs;
use super::layout::{Layout, Side};
use super::layout_dump::LayoutDump;
use super::levels::DriverLevels;
use super::memory::Desk;
use super::nudge::Nudge;
use super::scene::{Atlas, Scene};
use super::stage::StagePanel;
use super::status::StatusLine;
use super::widgets::{panel, tab_button};
use super::zone_map::ZoneMapPanel;
use super::{drivers, header, theme};
#[cfg(debug_assertions)]
use crate::planted::Panic;
use crate::tracker::Status;

/// Time between frames while something sounds or a head is tracked.
const LIVE_PERIOD: Duration = Duration::from_millis(33);
/// Time between looks at the plugin while nothing does.
const IDLE_PERIOD: Duration = Duration::from_millis(250);
/// Sample rate assumed until the host has told one, Hz.
const ASSUMED_RATE: f64 = 48_000.0;

/// What exists while the window is open.
struct Open {
    context: GuiContext,
    analyst: Analyst,
}

/// The editor's window. Made anew each time it opens.
pub(crate) struct App {
    desk: Arc<Desk>,
    open: Option<Open>,
    grip: Grip,
    atlas: Atlas,
    levels: DriverLevels,
    dump: LayoutDump,
    panels: Panels,
    keyboard: Keyboard,
    drops: DropTarget,
    presence: Option<Presence>,
    nudge: Nudge,
    /// A panic, if there was one, until the user tries again.
    failure: Option<Failure>,
}

/// The panels with what they keep from frame to frame.
#[derive(Default)]
struct Panels {
    device: DevicePanel,
    stage: StagePanel,
    beam: BeamPanel,
    cancellation: CancellationPanel,
    zone_map: ZoneMapPanel,
    status: StatusLine,
}

impl App {
    /// A window that is about to open, inside the host's if `embedded`.
    pub(crate) fn new(desk: Arc<Desk>, embedded: bool, presence: Presence, nudge: Nudge) -> Self {
        Self {
            desk,
            open: None,
            grip: Grip::default(),
            atlas: Atlas::default(),
            levels: DriverLevels::default(),
            dump: LayoutDump::new(),
            panels: Panels::default(),
            keyboard: Keyboard::new(embedded),
            drops: DropTarget::default(),
            presence: Some(presence),
            nudge,
            failure: None,
        }
    }

    /// Prepares a context, and begins to analyse.
    pub(crate) fn start(&mut self, ctx: &egui::Context, context: GuiContext) {
        theme::install(ctx);
        // The header has a menu for it; hosts have uses of their own for these keys.
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        let repaint = ctx.clone();
        let analyst = Analyst::new(&self.desk.links, move || repaint.request_repaint());
        self.desk.links.meters.set_watched(true);
        self.desk.links.params.session.set_editor_open(true);
        // What the user asked for in a window that has gone must not come as a surprise in this one.
        self.desk.links.device_files.forget_answers();
        self.open = Some(Open { context, analyst });
    }

    /// Draws everything once and takes what the user does.
    pub(crate) fn frame(&mut self, ui: &mut Ui) {
        let Some(Open { context, analyst }) = &mut self.open else {
            return;
        };
        let links = &self.desk.links;
        #[cfg(debug_assertions)]
        Panic::Editor.strike(links.params.width.value());
        let rate = links.telemetry.sample_rate_hz();
        let rate = if rate > 0.0 { f64::from(rate) } else { ASSUMED_RATE };
        analyst.ask(Question::new(&links.params, rate));
        let snapshot = analyst.latest();
        let mut cursor = self.desk.memory().cursor;
        self.atlas.clear();
        self.levels.read(&links.meters);
        let mut scene = Scene {
            links,
            hands: Hands::new(context, &mut self.grip),
            snapshot: snapshot.as_deref(),
            cursor: &mut cursor,
            atlas: &mut self.atlas,
            levels: &mut self.levels,
        };
        let window = ui.max_rect();
        ui.painter().rect_filled(window, 0.0, theme::BACKGROUND);
        let layout = Layout::new(window);
        // In the order of the Tab key.
        header::show(ui, &layout.header, &self.desk, &mut self.panels.device, &mut scene);
        panel(ui, layout.stage, "stage", |ui| self.panels.stage.show(ui, &mut scene));
        scene.atlas.note("panel:stage", layout.stage);
        show_sides(ui, &layout.sides, &self.desk, &mut self.panels, &mut scene);
        panel(ui, layout.knobs, "knobs", |ui| knobs::show(ui, &mut scene));
        let mut line = ui.new_child(UiBuilder::new().max_rect(layout.status).id_salt("status"));
        self.panels.status.show(&mut line, &mut scene, analyst.state());
        self.panels.device.show_notices(ui, &mut scene, layout.knobs);
        scene.hands.finish();
        self.desk.memory().cursor = cursor;
        self.dump.write(ui.ctx(), &self.atlas);
        let tracking = matches!(links.tracker.status(), Status::Tracking(_));
        let live = self.levels.is_sounding() || tracking;
        ui.ctx()
            .request_repaint_after(if live { LIVE_PERIOD } else { IDLE_PERIOD });
    }
}

/// Drops.
impl App {
    /// Hands what was dropped on the window to the next frame.
    fn take_drops(&mut self, ctx: &egui::Context, frame: &Frame) {
        let dropped = self.drops.poll(ctx, frame);
        if dropped.is_some() {
            ctx.request_repaint();
        }
        let hovered = self.drops.is_hovered(ctx);
        self.panels.device.note_drop(dropped, hovered);
    }
}

/// Failures: a host must not be torn down by its plugin's editor.
impl App {
    /// Does something of which a panic must not get out; it is shown, and has been logged where it happened.
    fn guard(&mut self, act: impl FnOnce(&mut Self)) {
        if let Err(thrown) = catch_unwind(AssertUnwindSafe(|| act(self))) {
            self.failure = Some(Failure::new(&*thrown));
            self.let_go();
        }
    }

    /// Draws a frame, or says why there is none.
    fn show(&mut self, ui: &mut Ui) {
        let Some(failure) = &self.failure else {
            self.guard(|app| app.frame(ui));
            return;
        };
        let again = failure.show(ui);
        self.atlas.clear();
        self.atlas.note("failure:again", again.rect);
        self.dump.write(ui.ctx(), &self.atlas);
        if again.clicked() {
            self.failure = None;
            self.guard(|app| app.begin_anew(ui.ctx()));
            ui.ctx().request_repaint();
        }
    }

    /// Forgets whatever may have led to a failure.
    fn begin_anew(&mut self, ctx: &egui::Context) {
        self.panels = Panels::default();
        self.atlas = Atlas::default();
        self.levels = DriverLevels::default();
        if let Some(Open { context, .. }) = self.open.take() {
            self.start(ctx, context);
        }
    }

    /// Ends all gestures.
    fn let_go(&mut self) {
        if let Some(Open { context, .. }) = &self.open {
            // A frame in which no widget holds anything.
            Hands::new(context, &mut self.grip).finish();
        }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.desk.links.meters.set_watched(false);
        self.desk.links.params.session.set_editor_open(false);
        self.desk.links.device_files.forget_answers();
        self.let_go();
    }
}

/// The panels beside the stage: one with tabs, or all.
fn show_sides(ui: &mut Ui, rects: &[Rect], desk: &Desk, panels: &mut Panels, scene: &mut Scene<'_>) {
    if let [rect] = rects {
        let chosen = Side::from_key(&desk.view().panel);
        panel(ui, *rect, "side", |ui| {
            ui.horizontal(|ui| {
                for side in Side::ALL {
                    let tab = tab_button(ui, side.title(), side == chosen);
                    scene.atlas.note(format!("tab:{}", side.key()), tab.rect);
                    if tab.clicked() {
                        desk.change_view(|view| side.key().clone_into(&mut view.panel));
                    }
                    ui.add_space(8.0);
                }
            });
            ui.add_space(6.0);
            show_side(ui, chosen, panels, scene);
        });
        return;
    }
    for (side, rect) in Side::ALL.into_iter().zip(rects) {
        panel(ui, *rect, side.key(), |ui| {
            ui.label(egui::RichText::new(side.title()).color(theme::DIM));
            show_side(ui, side, panels, scene);
        });
    }
}

fn show_side(ui: &mut Ui, side: Side, panels: &mut Panels, scene: &mut Scene<'_>) {
    let rect = ui.available_rect_before_wrap();
    scene.atlas.note(format!("panel:{}", side.key()), rect);
    let mut inner = ui.new_child(UiBuilder::new().max_rect(rect).id_salt(side.key()));
    let ui = &mut inner;
    match side {
        Side::Drivers => drivers::show(ui, scene),
        Side::Beam => panels.beam.show(ui, scene),
        Side::Cancellation => panels.cancellation.show(ui, scene),
        Side::Zone => panels.zone_map.show(ui, scene),
    }
}

impl NiceEguiApp for App {
    fn build(
        &mut self,
        egui_ctx: egui::Context,
        nice_gui_ctx: GuiContext,
        _frame: &mut Frame,
    ) -> Result<(), baseview::HandlerError> {
        if let Some(presence) = self.presence.take() {
            presence.stay_until_thread_ends();
        }
        self.guard(|app| app.start(&egui_ctx, nice_gui_ctx));
        Ok(())
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut Frame) {
        self.nudge.arm(ui.ctx());
        self.show(ui);
        if self.failure.is_none() {
            self.guard(|app| app.keyboard.after_frame(ui.ctx(), frame));
            self.guard(|app| app.take_drops(ui.ctx(), frame));
        } else {
            self.keyboard.let_go(frame);
        }
    }

    fn resized(&mut self, new_size: baseview::WindowSize) {
        let scale = f64::from(self.desk.view().scale);
        self.desk.note_system_scale(new_size.scale_factor / scale);
        let points = [new_size.logical.width, new_size.logical.height].map(|points| points.round() as u32);
        self.desk.change_view(|view| view.size = points);
    }

    fn zoom_factor_changed(&mut self, zoom_factor: f32) {
        self.desk.change_view(|view| view.scale = zoom_factor);
    }
}

#[cfg(test)]
mod tests;
