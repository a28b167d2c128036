//! Rooms by name or from a file.

use crate::device_source::NamedDevice;
use crate::failure::Failure;
use crate::parameters::RoomParameter;
use proscenium_dsp::acoustics::HeadPose;
use proscenium_dsp::room::{Room, Shoebox};
use serde_json::{Value, json};
use std::path::Path;

/// Longest room file, bytes: a hundred times what one needs.
const MAX_ROOM_BYTES: u64 = 100_000;

/// The room of that name, or of the file; `None` for the free field.
///
/// # Errors
/// Usage, when file and name do not go together; else what is wrong with the file.
pub fn find(choice: RoomParameter, file: Option<&Path>) -> Result<Option<Room>, Failure> {
    match (choice, file) {
        (RoomParameter::Custom, Some(file)) => read(file).map(Some),
        (RoomParameter::Custom, None) => Err(Failure::usage(
            "--room custom without a room",
            "give --room-file FILE, the path of a room file",
        )),
        (_, Some(_)) => Err(Failure::usage(
            "--room-file with another room",
            "give --room custom with it, or leave it out",
        )),
        (RoomParameter::Off, None) => Ok(None),
        (RoomParameter::LivingRoom, None) => Ok(Some(Room::living_room())),
        (RoomParameter::Office, None) => Ok(Some(Room::office())),
    }
}

/// Reads and checks a room file: TOML with the keys of [`Shoebox`].
fn read(path: &Path) -> Result<Room, Failure> {
    let name = path.display();
    let hint =
        "a room file is a TOML file with size_m, absorption (of six walls in seven octave bands), air and device_m";
    let failure = |error: &dyn std::fmt::Display| Failure::file(format!("{name}: {error}"), hint);
    let length = std::fs::metadata(path).map_err(|error| failure(&error))?.len();
    if length > MAX_ROOM_BYTES {
        return Err(failure(&"too long"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| failure(&error))?;
    let shoebox: Shoebox = toml::from_str(&text).map_err(|error| failure(&error))?;
    Room::new(&shoebox).map_err(|error| failure(&error))
}

/// Whether device and listener are in the room.
///
/// # Errors
/// Usage, when they are not.
pub fn check(room: &Room, named: &NamedDevice, pose: &HeadPose) -> Result<(), Failure> {
    let placed = room.admit(&named.device).and_then(|()| room.listener_m(pose));
    placed.map(drop).map_err(|error| {
        Failure::usage(
            error,
            "give another --distance, --offset or --room, or put the device elsewhere in a --room-file",
        )
    })
}

/// A room for machines: the keys of a room file.
#[must_use]
pub fn to_json(room: Option<&Room>) -> Value {
    room.map_or(Value::Null, |room| json!(room.shoebox()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device_source;

    #[test]
    fn rooms_are_found_by_name_and_read_from_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("room.toml");
        let text = toml::to_string(Room::office().shoebox()).unwrap();
        std::fs::write(&path, &text).unwrap();
        assert_eq!(find(RoomParameter::Custom, Some(&path)).unwrap(), Some(Room::office()));
        assert_eq!(find(RoomParameter::Office, None).unwrap(), Some(Room::office()));
        assert_eq!(
            find(RoomParameter::LivingRoom, None).unwrap(),
            Some(Room::living_room())
        );
        assert_eq!(find(RoomParameter::Off, None).unwrap(), None);
        for usage in [find(RoomParameter::Custom, None), find(RoomParameter::Off, Some(&path))] {
            assert_eq!(usage.unwrap_err().exit_code(), 2);
        }
        for bad in [
            "",
            "size_m = 3",
            &text.replace("4.2", "0.2"),
            &text.replace("true", "\"dry\""),
        ] {
            std::fs::write(&path, bad).unwrap();
            let failure = find(RoomParameter::Custom, Some(&path)).unwrap_err();
            assert!(
                failure.exit_code() == 1 && failure.to_string().contains("room.toml"),
                "{failure}"
            );
        }
        assert!(find(RoomParameter::Custom, Some(&folder.path().join("none.toml"))).is_err());
    }

    #[test]
    fn a_listener_outside_is_told_where_they_are() {
        let named = device_source::find("tabletop").unwrap();
        let at = |distance_m| check(&Room::office(), &named, &HeadPose::at_distance(distance_m));
        assert_eq!(at(2.0), Ok(()));
        assert!(at(4.9).unwrap_err().to_string().contains("outside the room"));
    }
}
