//! Rooms with a wanted reverberation time.

use super::error::RoomError;
use super::shoebox::{LEAST_ABSORPTION, Room, Shoebox};

/// Octave band that the wanted time is for: 1 kHz.
pub const REVERBERATION_BAND: usize = 3;
/// Range and steps of the search: powers of what walls reflect.
const POWERS: [f64; 2] = [1e-3, 1e3];
const STEPS: usize = 60;

impl Shoebox {
    /// The same with all walls more or less absorbing, each in its proportion: a hit counts as several, or as a part of one. As
    /// near to an Eyring time of `seconds` at 1 kHz as walls and air let it come.
    ///
    /// # Errors
    /// If the room cannot be, with or without the change.
    pub fn with_reverberation(&self, seconds: f64) -> Result<Room, RoomError> {
        Room::new(self)?;
        let with = |power: f64| {
            let absorption = self
                .absorption
                .map(|wall| wall.map(|share| (1.0 - (1.0 - share).powf(power)).clamp(LEAST_ABSORPTION, 1.0)));
            Self { absorption, ..*self }
        };
        let [mut least, mut most] = POWERS;
        for _ in 0..STEPS {
            let middle = (least * most).sqrt();
            if Room::unchecked(&with(middle)).eyring_s(REVERBERATION_BAND) > seconds {
                least = middle;
            } else {
                most = middle;
            }
        }
        Room::new(&with(most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walls_follow_the_wanted_time() {
        for seconds in [0.25, 0.5, 0.9] {
            let room = Room::living_room().shoebox().with_reverberation(seconds).unwrap();
            let error = room.eyring_s(REVERBERATION_BAND) - seconds;
            assert!(error.abs() < 1e-3, "{seconds}: {error}");
        }
        let same = Room::office();
        let again = same
            .shoebox()
            .with_reverberation(same.eyring_s(REVERBERATION_BAND))
            .unwrap();
        for (a, b) in same.shoebox().absorption.iter().zip(again.shoebox().absorption) {
            assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6));
        }
    }

    #[test]
    fn what_cannot_be_is_an_error_or_the_nearest() {
        let office = *Room::office().shoebox();
        assert!(office.with_reverberation(0.0).is_ok());
        assert!(matches!(
            office.with_reverberation(9.0),
            Err(RoomError::TooReverberant { .. })
        ));
        let flat = Shoebox {
            size_m: [0.1; 3],
            ..office
        };
        assert!(flat.with_reverberation(0.5).is_err());
    }
}
