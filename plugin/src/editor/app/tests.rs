//! The whole editor without a window.

use super::*;
use crate::editor::closing;
use crate::editor::testing::Recorder;
use crate::shared::Shared;
use std::time::Instant;

/// A frame may cost this much without the OpenGL driver, on a quiet machine and an optimised build.
const FRAME: Duration = Duration::from_millis(8);

fn open(shared: &Shared) -> (App, egui::Context) {
    let (presence, _) = closing::sides();
    let mut app = App::new(Arc::new(Desk::new(shared.clone())), false, presence, Nudge::default());
    let ctx = egui::Context::default();
    app.start(&ctx, GuiContext::new(Recorder::new(shared)));
    (app, ctx)
}

/// Draws a frame of `size` points after an event; time taken, tessellation included, and wait for the next.
fn frame(app: &mut App, ctx: &egui::Context, size: egui::Vec2, event: Option<egui::Event>) -> (Duration, Duration) {
    let input = egui::RawInput {
        screen_rect: Some(Rect::from_min_size(egui::Pos2::ZERO, size)),
        events: event.into_iter().collect(),
        ..egui::RawInput::default()
    };
    let begun = Instant::now();
    let mut output = ctx.run_ui(input, |ui| app.frame(ui));
    output.textures_delta.clear();
    let wait = output
        .viewport_output
        .values()
        .map(|viewport| viewport.repaint_delay)
        .min();
    drop(ctx.tessellate(output.shapes, output.pixels_per_point));
    (begun.elapsed(), wait.unwrap_or(Duration::MAX))
}

#[test]
fn a_frame_costs_little_in_every_panel() {
    let shared = Shared::default();
    let (mut app, ctx) = open(&shared);
    for (panel, size) in [
        ("beam", egui::vec2(1100.0, 720.0)),
        ("cancellation", egui::vec2(1100.0, 720.0)),
        ("zone", egui::vec2(1100.0, 720.0)),
        ("drivers", egui::vec2(1100.0, 720.0)),
        ("all", egui::vec2(1920.0, 1080.0)),
    ] {
        app.desk.change_view(|view| panel.clone_into(&mut view.panel));
        let mut times: Vec<Duration> = (0..120)
            .map(|n| {
                let pointer = egui::pos2(400.0 + 5.0 * n as f32, 300.0);
                frame(&mut app, &ctx, size, Some(egui::Event::PointerMoved(pointer))).0
            })
            .collect();
        times.sort();
        let [quick, median, worst] = [30, 60, 114].map(|index| times[index]);
        println!(
            "{panel:14} median {:.2} ms, 95 % below {:.2} ms",
            1e3 * median.as_secs_f64(),
            1e3 * worst.as_secs_f64()
        );
        // What else the machine does may strike many of the frames, not all.
        assert!(quick < FRAME, "{panel}: {quick:?}");
    }
}

#[test]
fn nothing_moving_means_few_frames() {
    let (mut app, ctx) = open(&Shared::default());
    let size = egui::vec2(1100.0, 720.0);
    let begun = Instant::now();
    // Analysis, animations and tooltips come to rest.
    while begun.elapsed() < Duration::from_secs(4) {
        let (_, wait) = frame(&mut app, &ctx, size, None);
        std::thread::sleep(wait.min(Duration::from_millis(50)));
    }
    let (_, wait) = frame(&mut app, &ctx, size, None);
    assert!(wait >= IDLE_PERIOD, "{wait:?}");
}

#[test]
fn tab_goes_through_the_editor_as_it_is_read() {
    let shared = Shared::default();
    let (mut app, ctx) = open(&shared);
    let size = egui::vec2(1100.0, 720.0);
    let layout = Layout::new(Rect::from_min_size(egui::Pos2::ZERO, size));
    let tab = || egui::Event::Key {
        key: egui::Key::Tab,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: egui::Modifiers::NONE,
    };
    frame(&mut app, &ctx, size, None);
    let mut places: Vec<Rect> = Vec::new();
    for _ in 0..80 {
        frame(&mut app, &ctx, size, Some(tab()));
        frame(&mut app, &ctx, size, None);
        let focused = ctx.memory(egui::Memory::focused);
        let place = focused.and_then(|id| ctx.read_response(id)).unwrap().rect;
        if places.first() == Some(&place) {
            break;
        }
        places.push(place);
    }
    let within = |region: Rect| move |place: &Rect| region.contains(place.center());
    let regions: Vec<usize> = places
        .iter()
        .map(|place| {
            let mut regions = layout
                .header
                .iter()
                .chain([&layout.stage])
                .chain(&layout.sides)
                .chain([&layout.knobs]);
            regions.position(|region| within(*region)(place)).unwrap()
        })
        .collect();
    assert!(regions.is_sorted(), "{regions:?}");
    let knobs: Vec<f32> = places
        .iter()
        .filter(|place| within(layout.knobs)(place))
        .map(Rect::left)
        .collect();
    assert!(knobs.len() == 12 && knobs.is_sorted(), "{knobs:?}");
}

/// Sets a parameter as a host does.
#[cfg(debug_assertions)]
fn set_width(shared: &Shared, degrees: f32) {
    use nice_plug::prelude::Param;
    let width = &shared.params.width;
    // SAFETY: the parameter lives in `shared`.
    unsafe {
        width
            .as_ptr()
            ._internal_set_normalized_value(width.preview_normalized(degrees))
    };
}

/// The page says what happened and where the sound is; once the cause is gone, the button brings the editor back.
#[cfg(debug_assertions)]
#[test]
fn a_panic_in_a_frame_is_told_and_can_be_left_behind() {
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;
    let shared = Shared::default();
    let (presence, _) = closing::sides();
    let app = App::new(Arc::new(Desk::new(shared.clone())), false, presence, Nudge::default());
    let recorder = Recorder::new(&shared);
    let mut harness = Harness::builder().with_size(egui::vec2(1100.0, 720.0)).build_ui_state(
        move |ui, app: &mut App| {
            if app.open.is_none() {
                app.start(ui.ctx(), GuiContext::new(Arc::clone(&recorder) as Arc<_>));
            }
            app.show(ui);
        },
        app,
    );
    let knobs = |harness: &Harness<'_, App>| harness.state().atlas.widgets().count();
    harness.run_steps(2);
    let before = knobs(&harness);
    assert!(before > 10);
    set_width(&shared, 77.0);
    harness.run_steps(2);
    assert!(
        harness
            .query_by_label("The editor failed: planted editor panic")
            .is_some()
    );
    assert!(harness.query_by_label_contains("The sound goes on").is_some());
    // As long as the cause is there, so is the page.
    harness.get_by_label("Try again").click();
    harness.run_steps(4);
    set_width(&shared, 30.0);
    assert!(harness.query_by_label_contains("The editor failed").is_some());
    harness.get_by_label("Try again").click();
    harness.run_steps(4);
    assert!(harness.query_by_label_contains("The editor failed").is_none());
    assert_eq!(knobs(&harness), before);
}
