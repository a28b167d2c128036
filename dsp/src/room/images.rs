//! Image sources of a shoebox.
//!
//! Mirroring the listener instead of the source tells the same: the ray from the device to a mirrored listener departs as the
//! reflected one does, and the device's own field there, at any distance, is what the reflection carries.

use super::shoebox::Room;
use crate::array::{difference, norm};

/// One way from the device to the listener by way of the walls.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// The mirrored listener, device coordinates, metres.
    pub listener_m: [f64; 3],
    /// Its distance from the device's origin, metres.
    pub distance_m: f64,
    /// Hits on each wall, by [`Wall`](super::Wall).
    pub hits: [u32; 6],
    /// Axes along which the listener is mirrored an odd number of times.
    mirrored: [bool; 3],
}

impl Image {
    /// Number of reflections.
    #[must_use]
    pub fn order(&self) -> u32 {
        self.hits.iter().sum()
    }

    /// Direction from which the listener hears a source at `source_m` (device coordinates, metres) this way; unit vector.
    #[must_use]
    pub fn arrival(&self, source_m: [f64; 3]) -> [f64; 3] {
        let ray = difference(source_m, self.listener_m);
        let length = norm(ray).max(f64::MIN_POSITIVE);
        let sign = |axis: usize| if self.mirrored[axis] { -1.0 } else { 1.0 };
        std::array::from_fn(|axis| sign(axis) * ray[axis] / length)
    }
}

/// Place of a mirrored listener on one axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct AxisImage {
    /// From the device's origin, metres.
    pub(super) offset_m: f64,
    /// Hits on the lower and the upper wall.
    pub(super) hits: [u32; 2],
    mirrored: bool,
}

/// The mirrored places on one axis of a room, within `radius_m` of the device's origin.
pub(super) fn axis_images(room: &Room, listener_m: [f64; 3], radius_m: f64, axis: usize) -> Vec<AxisImage> {
    let (size, device, listener) = (
        room.shoebox().size_m[axis],
        room.shoebox().device_m[axis],
        listener_m[axis],
    );
    let furthest = (radius_m / size) as i64 + 2;
    let image = |n: i64| {
        let mirrored = n.rem_euclid(2) == 1;
        let within = if mirrored { size - listener } else { listener };
        let (fewer, more) = ((n.unsigned_abs() / 2) as u32, n.unsigned_abs().div_ceil(2) as u32);
        AxisImage {
            offset_m: n as f64 * size + within - device,
            hits: if n < 0 { [more, fewer] } else { [fewer, more] },
            mirrored,
        }
    };
    (-furthest..=furthest)
        .map(image)
        .filter(|image| image.offset_m.abs() <= radius_m)
        .collect()
}

/// All ways no longer than `radius_m`, the shortest (the direct one) first. `listener_m` is in room coordinates.
#[must_use]
pub fn images_within(room: &Room, listener_m: [f64; 3], radius_m: f64) -> Vec<Image> {
    let [xs, ys, zs] = [0, 1, 2].map(|axis| axis_images(room, listener_m, radius_m, axis));
    let mut images = Vec::new();
    for x in &xs {
        for y in &ys {
            for z in &zs {
                let listener_m = [x.offset_m, y.offset_m, z.offset_m];
                let distance_m = norm(listener_m);
                if distance_m <= radius_m {
                    images.push(Image {
                        listener_m,
                        distance_m,
                        hits: [x.hits[0], x.hits[1], y.hits[0], y.hits[1], z.hits[0], z.hits[1]],
                        mirrored: [x.mirrored, y.mirrored, z.mirrored],
                    });
                }
            }
        }
    }
    images.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m));
    images
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acoustics::HeadPose;

    fn living_room() -> (Room, [f64; 3]) {
        let room = Room::living_room();
        let listener_m = room.listener_m(&HeadPose::at_distance(2.0)).unwrap();
        (room, listener_m)
    }

    #[test]
    fn as_many_as_rooms_fit_into_the_sphere() {
        let (room, listener_m) = living_room();
        for radius_m in [20.0_f64, 40.0, 80.0] {
            let expected = 4.0 / 3.0 * std::f64::consts::PI * radius_m.powi(3) / room.volume_m3();
            let count = images_within(&room, listener_m, radius_m).len() as f64;
            assert!(
                (count / expected - 1.0).abs() < 0.03,
                "{radius_m} m: {count} {expected}"
            );
        }
    }

    #[test]
    fn first_orders_are_where_they_belong() {
        let (room, listener_m) = living_room();
        let images = images_within(&room, listener_m, 20.0);
        assert_eq!((images[0].order(), images[0].distance_m), (0, 2.0));
        let of_order = |order: u32| images.iter().filter(move |image| image.order() == order);
        assert_eq!((of_order(1).count(), of_order(2).count()), (6, 18));
        // By way of the floor: down, and up again from below, 1.1 m under device and head.
        let floor = of_order(1).find(|image| image.hits[4] == 1).unwrap();
        assert!((floor.distance_m - (4.0 + 2.2_f64.powi(2)).sqrt()).abs() < 1e-12);
        let [x, y, z] = floor.arrival([0.0; 3]);
        assert!((x - 2.0 / floor.distance_m).abs() < 1e-12 && y.abs() < 1e-12 && z < -0.7);
        assert!(floor.listener_m[2] < -2.1);
        // By way of the back wall: heard from behind.
        let back = of_order(1).find(|image| image.hits[0] == 1).unwrap();
        assert!((back.arrival([0.0; 3])[0] + 1.0).abs() < 1e-12 && (back.distance_m - 6.6).abs() < 1e-12);
    }

    #[test]
    fn the_way_back_is_as_long_and_meets_the_same_walls() {
        let (room, listener_m) = living_room();
        let mut turned = *room.shoebox();
        turned.device_m = listener_m;
        let turned = Room::new(&turned).unwrap();
        let (there, back) = (
            images_within(&room, listener_m, 30.0),
            images_within(&turned, room.shoebox().device_m, 30.0),
        );
        assert_eq!(there.len(), back.len());
        for image in &there {
            // The ray departs one way where it arrives the other way.
            let departs = image.listener_m.map(|x| x / image.distance_m);
            let is_counterpart = |other: &Image| {
                (other.distance_m - image.distance_m).abs() < 1e-9
                    && other.hits == image.hits
                    && norm(difference(departs, other.arrival([0.0; 3]))) < 1e-9
            };
            assert!(back.iter().any(is_counterpart), "none for {image:?}");
        }
    }
}
