//! Datagrams good and bad.

use rosc::{OscArray, OscBundle, OscMessage, OscTime, encoder::encode};

use super::*;

fn message(addr: &str, args: Vec<OscType>) -> OscPacket {
    let addr = String::from(addr);
    OscPacket::Message(OscMessage { addr, args })
}

fn floats(x: f32, y: f32, yaw: f32) -> OscPacket {
    message(ADDRESS, [x, y, yaw].map(OscType::Float).into())
}

fn bundle(content: Vec<OscPacket>) -> OscPacket {
    let timetag = OscTime {
        seconds: 0,
        fractional: 1,
    };
    OscPacket::Bundle(OscBundle { timetag, content })
}

fn read(packet: &OscPacket) -> Option<[f32; 3]> {
    let pose = decode_listener(&encode(packet).unwrap())?;
    Some([pose.distance_m, pose.offset_m, pose.yaw_deg])
}

/// Noise that is the same each time.
fn noise(state: &mut u64) -> u8 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
    (*state >> 56) as u8
}

#[test]
fn a_listener_before_the_device_is_at_negative_x() {
    assert_eq!(read(&floats(-2.0, 0.25, 10.0)), Some([2.0, 0.25, 10.0]));
}

#[test]
fn any_kind_of_number_will_do() {
    let args = vec![OscType::Double(-1.5), OscType::Int(0), OscType::Long(-20)];
    assert_eq!(read(&message(ADDRESS, args)), Some([1.5, 0.0, -20.0]));
}

#[test]
fn values_are_brought_into_range() {
    assert_eq!(read(&floats(-90.0, 7.0, -180.0)), Some([5.0, 1.0, -45.0]));
    assert_eq!(read(&floats(3.0, -7.0, 180.0)), Some([0.3, -1.0, 45.0]));
    let huge = vec![OscType::Double(-1e300), OscType::Long(i64::MAX), OscType::Int(i32::MIN)];
    assert_eq!(read(&message(ADDRESS, huge)), Some([5.0, 1.0, -45.0]));
}

#[test]
fn the_last_of_a_bundle_counts_and_others_are_left_alone() {
    let other = || message("/tracker/quaternion", vec![OscType::String(String::from("é")); 40]);
    let nested = bundle(vec![
        floats(-1.0, 0.0, 0.0),
        other(),
        bundle(vec![floats(-3.0, 0.5, 5.0)]),
    ]);
    assert_eq!(read(&bundle(vec![nested, other()])), Some([3.0, 0.5, 5.0]));
    assert_eq!(read(&bundle(vec![other()])), None);
    assert_eq!(read(&bundle(vec![])), None);
}

#[test]
fn what_does_not_fit_is_refused() {
    let float = OscType::Float;
    for (what, packet) in [
        (
            "another address",
            message("/proscenium/listeners", vec![float(-2.0), float(0.0), float(0.0)]),
        ),
        (
            "part of the address",
            message("/proscenium", vec![float(-2.0), float(0.0), float(0.0)]),
        ),
        ("nothing", message(ADDRESS, vec![])),
        ("two numbers", message(ADDRESS, vec![float(-2.0), float(0.0)])),
        ("four numbers", message(ADDRESS, vec![float(-2.0); 4])),
        (
            "a text",
            message(
                ADDRESS,
                vec![float(-2.0), float(0.0), OscType::String(String::from("5"))],
            ),
        ),
        (
            "a truth",
            message(ADDRESS, vec![float(-2.0), float(0.0), OscType::Bool(true)]),
        ),
        (
            "an array",
            message(
                ADDRESS,
                vec![OscType::Array(OscArray {
                    content: vec![float(-2.0); 3],
                })],
            ),
        ),
        ("not a number", floats(f32::NAN, 0.0, 0.0)),
        ("infinity", floats(-2.0, f32::INFINITY, 0.0)),
        (
            "a double that is none",
            message(ADDRESS, vec![float(-2.0), float(0.0), OscType::Double(f64::NAN)]),
        ),
        (
            "a good one and a bad one",
            bundle(vec![floats(-2.0, 0.0, 0.0), floats(-2.0, f32::NAN, 0.0)]),
        ),
    ] {
        assert_eq!(read(&packet), None, "{what}");
    }
}

#[test]
fn nothing_that_is_cut_or_longer_is_taken() {
    for packet in [
        floats(-2.0, 0.1, 3.0),
        message(ADDRESS, vec![OscType::Double(-2.0); 3]),
        bundle(vec![floats(-2.0, 0.1, 3.0)]),
        bundle(vec![bundle(vec![floats(-2.0, 0.1, 3.0)])]),
    ] {
        let whole = encode(&packet).unwrap();
        assert!(decode_listener(&whole).is_some());
        for length in 0..whole.len() {
            assert_eq!(decode_listener(&whole[..length]), None, "{length} of {packet:?}");
        }
        for more in 1..70 {
            let longer = [&whole[..], &vec![0; more]].concat();
            assert_eq!(decode_listener(&longer), None, "{more} more than {packet:?}");
        }
    }
}

/// Nothing here may take the stack of a thread, or long.
#[test]
fn depth_and_number_are_bounded() {
    let deep = |depth: usize| (0..depth).fold(floats(-2.0, 0.0, 0.0), |inner, _| bundle(vec![inner]));
    assert!(read(&deep(MAX_DEPTH)).is_some());
    assert_eq!(read(&deep(MAX_DEPTH + 1)), None);
    assert_eq!(read(&bundle(vec![floats(-2.0, 0.0, 0.0); 63])), Some([2.0, 0.0, 0.0]));
    assert_eq!(read(&bundle(vec![floats(-2.0, 0.0, 0.0); 64])), None);
    // As deep as a datagram can hold, and as many arrays.
    let mut nest = Vec::new();
    while nest.len() + 20 < 65_507 {
        let size = 65_500 - nest.len() as u32 / 20 * 20;
        nest.extend_from_slice(b"#bundle\0\0\0\0\0\0\0\0\x01");
        nest.extend_from_slice(&(size - 20).to_be_bytes());
    }
    assert_eq!(decode_listener(&nest), None);
    let mut arrays = b"/proscenium/listener\0\0\0\0,".to_vec();
    arrays.resize(65_000, b'[');
    assert_eq!(decode_listener(&arrays), None);
}

#[test]
fn noise_is_never_a_pose_out_of_range() {
    let mut state = 7;
    let seeds = [
        floats(-2.0, 0.1, 3.0),
        bundle(vec![floats(-1.0, 0.0, 0.0), message("/x", vec![])]),
    ];
    let seeds = seeds.map(|packet| encode(&packet).unwrap());
    let mut taken = 0;
    for round in 0..20_000 {
        let mut bytes: Vec<u8> = if round % 2 == 0 {
            seeds[round / 2 % 2].clone()
        } else {
            (0..noise(&mut state)).map(|_| noise(&mut state)).collect()
        };
        for _ in 0..noise(&mut state) % 3 {
            let at = usize::from(noise(&mut state));
            if let Some(byte) = bytes.get_mut(at) {
                *byte = noise(&mut state);
            }
        }
        if let Some(pose) = decode_listener(&bytes) {
            taken += 1;
            assert_eq!(pose, pose.within_ranges());
        }
    }
    assert!((5000..15_000).contains(&taken), "{taken}");
}
