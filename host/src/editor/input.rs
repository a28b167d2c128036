//! Pointer and keys, as if a person used them (the X extension XTEST).

use super::screen::{Screen, x_error};
use crate::Result;
use std::thread::sleep;
use std::time::Duration;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt as _, KEY_PRESS_EVENT, KEY_RELEASE_EVENT,
    MOTION_NOTIFY_EVENT,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::{CURRENT_TIME, NONE};

/// Time between two steps of a movement, as of a hand that is not in a hurry.
const STEP: Duration = Duration::from_millis(12);
/// Steps of a drag.
const DRAG_STEPS: i32 = 12;
/// X11 symbols of the modifier keys on the left.
const SHIFT: u32 = 0xffe1;
const CONTROL: u32 = 0xffe3;

/// Buttons of a mouse, the wheel's included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// The left one.
    Left = 1,
    /// The right one.
    Right = 3,
    /// A notch of the wheel away from the user.
    WheelUp = 4,
    /// A notch towards the user.
    WheelDown = 5,
}

/// Keys that are held while something else is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Modifiers {
    /// Shift.
    pub shift: bool,
    /// Control.
    pub control: bool,
}

impl Screen {
    /// Moves the pointer to a place, pixels.
    ///
    /// # Errors
    /// When the X server refuses; so do all that follow.
    pub fn point(&self, [x, y]: [i32; 2]) -> Result<()> {
        self.fake(MOTION_NOTIFY_EVENT, 0, [x as i16, y as i16])?;
        sleep(STEP);
        Ok(())
    }

    /// Presses and releases a button where the pointer is.
    ///
    /// # Errors
    /// As [`point`](Self::point).
    pub fn press(&self, button: Button, times: usize) -> Result<()> {
        for _ in 0..times {
            self.fake(BUTTON_PRESS_EVENT, button as u8, [0, 0])?;
            sleep(STEP);
            self.fake(BUTTON_RELEASE_EVENT, button as u8, [0, 0])?;
            sleep(STEP);
        }
        Ok(())
    }

    /// Points at a place and clicks.
    ///
    /// # Errors
    /// As [`point`](Self::point).
    pub fn click(&self, at: [i32; 2], button: Button, times: usize) -> Result<()> {
        self.point(at)?;
        self.press(button, times)
    }

    /// Drags from one place to another with the left button. `between` is called after each step.
    ///
    /// # Errors
    /// As [`point`](Self::point), and what `between` returns.
    pub fn drag(&self, from: [i32; 2], to: [i32; 2], mut between: impl FnMut() -> Result<()>) -> Result<()> {
        self.point(from)?;
        between()?;
        self.fake(BUTTON_PRESS_EVENT, Button::Left as u8, [0, 0])?;
        between()?;
        for step in 1..=DRAG_STEPS {
            let along = |axis: usize| from[axis] + (to[axis] - from[axis]) * step / DRAG_STEPS;
            self.point([along(0), along(1)])?;
            between()?;
        }
        self.fake(BUTTON_RELEASE_EVENT, Button::Left as u8, [0, 0])?;
        between()
    }

    /// Does something while modifier keys are held.
    ///
    /// # Errors
    /// As [`point`](Self::point), and what `act` returns.
    pub fn while_holding(&self, modifiers: Modifiers, act: impl FnOnce(&Self) -> Result<()>) -> Result<()> {
        let held: Vec<u32> = [(modifiers.shift, SHIFT), (modifiers.control, CONTROL)]
            .into_iter()
            .filter_map(|(held, symbol)| held.then_some(symbol))
            .collect();
        for symbol in &held {
            self.fake(KEY_PRESS_EVENT, self.key_code(*symbol)?, [0, 0])?;
        }
        let done = act(self);
        for symbol in &held {
            self.fake(KEY_RELEASE_EVENT, self.key_code(*symbol)?, [0, 0])?;
        }
        done
    }

    /// Presses and releases the key with an X11 symbol; that of a Latin letter or digit is its character.
    ///
    /// # Errors
    /// As [`point`](Self::point), and where the keyboard has no such key.
    pub fn key(&self, symbol: u32) -> Result<()> {
        let code = self.key_code(symbol)?;
        self.fake(KEY_PRESS_EVENT, code, [0, 0])?;
        sleep(STEP);
        self.fake(KEY_RELEASE_EVENT, code, [0, 0])?;
        sleep(STEP);
        Ok(())
    }

    /// The code of the key that has a symbol.
    ///
    /// # Errors
    /// Where the keyboard has no such key.
    pub fn key_code(&self, symbol: u32) -> Result<u8> {
        let setup = self.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let request = self.connection.get_keyboard_mapping(first, last - first + 1);
        let mapping = request.map_err(x_error)?.reply().map_err(x_error)?;
        let per_key = usize::from(mapping.keysyms_per_keycode).max(1);
        let at = mapping.keysyms.iter().position(|known| *known == symbol);
        at.and_then(|at| u8::try_from(at / per_key).ok()?.checked_add(first))
            .ok_or_else(|| x_error(format!("no key has the symbol {symbol:#x}")))
    }

    fn fake(&self, event: u8, detail: u8, [x, y]: [i16; 2]) -> Result<()> {
        let root = if event == MOTION_NOTIFY_EVENT { self.root } else { NONE };
        let request = self
            .connection
            .xtest_fake_input(event, detail, CURRENT_TIME, root, x, y, 0);
        request.map_err(x_error)?.check().map_err(x_error)
    }
}
