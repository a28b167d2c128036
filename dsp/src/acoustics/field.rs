//! What the drivers of a device amount to at a point, and at the listener's ears.
//!
//! Everything after the acoustics reads these and does not ask whether they were modelled or measured.

use super::pose::Ear;
use nalgebra::Complex;

/// Complex pressure of every driver at one point, per unit drive: that of a point source is `e^{−jkr}/r` with `r` in metres.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub(super) bins: usize,
    /// By driver, then by frequency bin.
    pub(super) pressures: Vec<Complex<f64>>,
}

impl Field {
    /// Pressures of one driver by frequency bin.
    ///
    /// # Panics
    /// If there is no such driver.
    #[must_use]
    pub fn driver(&self, driver: usize) -> &[Complex<f64>] {
        &self.pressures[driver * self.bins..(driver + 1) * self.bins]
    }

    /// Pressure of one driver in one frequency bin.
    ///
    /// # Panics
    /// If there is no such driver or bin.
    #[must_use]
    pub fn at(&self, driver: usize, bin: usize) -> Complex<f64> {
        self.driver(driver)[bin]
    }
}

/// Complex pressure of every driver at both ears of one head, in the units of [`Field`].
#[derive(Clone, Debug, PartialEq)]
pub struct EarResponses {
    pub(super) ears: [Field; 2],
}

impl EarResponses {
    /// Responses at one ear.
    #[must_use]
    pub fn ear(&self, ear: Ear) -> &Field {
        &self.ears[ear as usize]
    }

    /// Responses of one driver at one ear, by frequency bin.
    ///
    /// # Panics
    /// If there is no such driver.
    #[must_use]
    pub fn driver(&self, ear: Ear, driver: usize) -> &[Complex<f64>] {
        self.ear(ear).driver(driver)
    }

    /// Response of one driver at one ear in one frequency bin.
    ///
    /// # Panics
    /// If there is no such driver or bin.
    #[must_use]
    pub fn at(&self, ear: Ear, driver: usize, bin: usize) -> Complex<f64> {
        self.ear(ear).at(driver, bin)
    }
}
