//! The editor while the plugin plays, as in a host that is in use.

use super::window::EditorWindow;
use crate::{ClapHost, HostError, Result};
use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Environment variable that names the file to which the plugin's editor writes where its widgets are.
pub const LAYOUT_VARIABLE: &str = "PROSCENIUM_LAYOUT_DUMP";
/// Frames processed at a time.
const BLOCK: usize = 512;
/// Sample rate, hertz.
const SAMPLE_RATE_HZ: f64 = 48_000.0;
/// Longest wait for something in the editor to appear.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where the editor's widgets are, as it has last told.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct Layout {
    /// Pixels per point.
    pub scale: f64,
    /// Width and height of the picture, points.
    pub size: [f64; 2],
    /// Left, top, right, bottom by name, points.
    pub widgets: BTreeMap<String, [f64; 4]>,
}

/// A plugin that plays a programme over and over, with its editor open.
pub struct EditorBench {
    /// The plugin.
    pub host: ClapHost,
    /// The window; none while the editor is closed.
    pub window: Option<EditorWindow>,
    programme: Vec<Vec<f32>>,
    at: usize,
}

impl EditorBench {
    /// Activates the plugin; `programme` is played in real time, by channel. Silence if it is empty.
    ///
    /// # Errors
    /// When the plugin refuses.
    pub fn new(mut host: ClapHost, programme: Vec<Vec<f32>>) -> Result<Self> {
        host.activate(SAMPLE_RATE_HZ, BLOCK)?;
        let silent = programme.first().is_none_or(|channel| channel.len() < BLOCK);
        Ok(Self {
            host,
            window: None,
            programme: if silent { vec![vec![0.0; BLOCK]; 2] } else { programme },
            at: 0,
        })
    }

    /// Opens the editor and waits for its first picture; returns how long that took.
    ///
    /// # Errors
    /// When it does not open, or shows nothing.
    pub fn open(&mut self, scale: Option<f64>) -> Result<Duration> {
        let begun = Instant::now();
        self.window = Some(self.host.open_editor(scale)?);
        while begun.elapsed() < PATIENCE {
            self.run_for(Duration::from_millis(15))?;
            if self.picture()?.colors_up_to(9) > 8 {
                return Ok(begun.elapsed());
            }
        }
        Err(HostError::refused(
            "show anything in its editor",
            "the window stays empty",
        ))
    }

    /// Plays silence from now on.
    pub fn fall_silent(&mut self) {
        self.programme.iter_mut().for_each(|channel| channel.fill(0.0));
    }

    /// Closes the editor.
    ///
    /// # Errors
    /// When the plugin has none.
    pub fn close(&mut self) -> Result<()> {
        match self.window.take() {
            Some(window) => self.host.close_editor(window),
            None => Ok(()),
        }
    }

    /// Plays on for a while.
    ///
    /// # Errors
    /// When the plugin fails.
    pub fn run_for(&mut self, duration: Duration) -> Result<()> {
        let begun = Instant::now();
        let block = Duration::from_secs_f64(BLOCK as f64 / SAMPLE_RATE_HZ);
        let mut played = Duration::ZERO;
        while played < duration {
            self.at = if self.at + 2 * BLOCK > self.programme[0].len() {
                0
            } else {
                self.at + BLOCK
            };
            let input: Vec<&[f32]> = self.programme.iter().map(|c| &c[self.at..self.at + BLOCK]).collect();
            self.host.process(&input, BLOCK, &[])?;
            if let Some(window) = &mut self.window {
                self.host.serve_editor(window)?;
            }
            played += block;
            sleep((begun + played).saturating_duration_since(Instant::now()));
        }
        Ok(())
    }

    /// What the window shows.
    ///
    /// # Errors
    /// When the editor is closed or the X server refuses.
    pub fn picture(&self) -> Result<super::Picture> {
        self.open_window()?.picture()
    }

    /// Resizes the editor; returns the size that it has then.
    ///
    /// # Errors
    /// When the editor is closed or refuses.
    pub fn resize(&mut self, size: [u32; 2]) -> Result<[u32; 2]> {
        let window = self.window.as_mut().ok_or_else(closed)?;
        self.host.resize_editor(window, size)
    }

    /// Middle of a widget, pixels. Waits for it to appear.
    ///
    /// # Errors
    /// When it does not, or the plugin does not tell (see [`LAYOUT_VARIABLE`]).
    pub fn place(&mut self, widget: &str) -> Result<[i32; 2]> {
        let begun = Instant::now();
        loop {
            // What was written before the latest change would be misleading.
            self.run_for(Duration::from_millis(300))?;
            if let Some(place) = Layout::read().and_then(|layout| layout.middle(widget)) {
                return Ok(place);
            }
            if begun.elapsed() > PATIENCE {
                let reason = format!("no '{widget}' in {:?}", std::env::var_os(LAYOUT_VARIABLE));
                return Err(HostError::refused("tell where its widgets are", &reason));
            }
        }
    }

    /// Clicks a widget with the left button.
    ///
    /// # Errors
    /// As [`place`](Self::place).
    pub fn click(&mut self, widget: &str) -> Result<()> {
        let at = self.place(widget)?;
        self.open_window()?.screen().click(at, super::Button::Left, 1)?;
        self.run_for(Duration::from_millis(200))
    }

    /// Drags a widget by so many pixels, while the plugin plays on.
    ///
    /// # Errors
    /// As [`place`](Self::place).
    pub fn drag(&mut self, widget: &str, [dx, dy]: [i32; 2]) -> Result<()> {
        let [x, y] = self.place(widget)?;
        let window = self.window.take().ok_or_else(closed)?;
        let dragged = window
            .screen()
            .drag([x, y], [x + dx, y + dy], || self.run_for(Duration::from_millis(20)));
        self.window = Some(window);
        dragged?;
        self.run_for(Duration::from_millis(200))
    }

    /// Drops a file, whose path is in ASCII, on a widget, while the plugin plays on.
    ///
    /// # Errors
    /// As [`place`](Self::place), and when the drop is not taken.
    pub fn drop_file(&mut self, widget: &str, path: &str) -> Result<()> {
        let at = self.place(widget)?;
        let address = format!("file://{}", path.replace('%', "%25").replace(' ', "%20"));
        let window = self.window.take().ok_or_else(closed)?;
        let dropped = window
            .screen()
            .drop_file(&address, at, || self.run_for(Duration::from_millis(20)));
        self.window = Some(window);
        match dropped? {
            true => self.run_for(Duration::from_millis(200)),
            false => Err(HostError::refused("take a file that is dropped on it", path)),
        }
    }

    fn open_window(&self) -> Result<&EditorWindow> {
        self.window.as_ref().ok_or_else(closed)
    }
}

impl Drop for EditorBench {
    fn drop(&mut self) {
        // The editor goes before its window does; a plugin without one has nothing to close.
        let _ = self.close();
    }
}

impl Layout {
    /// From the file that [`LAYOUT_VARIABLE`] names; none while there is none.
    #[must_use]
    pub fn read() -> Option<Self> {
        let text = std::fs::read_to_string(std::env::var_os(LAYOUT_VARIABLE)?).ok()?;
        // A file that is being written does not parse; the next one will.
        serde_json::from_str(&text).ok()
    }

    /// Width and height of the picture, pixels.
    #[must_use]
    pub fn pixels(&self) -> [u32; 2] {
        self.size.map(|points| (points * self.scale).round() as u32)
    }

    /// Middle of a widget, pixels.
    #[must_use]
    pub fn middle(&self, widget: &str) -> Option<[i32; 2]> {
        let [left, top, right, bottom] = *self.widgets.get(widget)?;
        Some([(left + right) / 2.0, (top + bottom) / 2.0].map(|points| (points * self.scale) as i32))
    }
}

fn closed() -> HostError {
    HostError::WrongState {
        action: "use the editor",
        state: "without an open editor",
    }
}
