//! Datagrams of head trackers.

use proscenium::decode_listener;

pub const WORDS: &[&[u8]] = &[
    b"#bundle\0",
    b"\0\0\0\0\0\0\0\x01",
    b"\0\0\0\x14",
    b"\0\0\0\x2c",
    b"/proscenium/listener\0\0\0\0",
    b"/x\0\0",
    b",fff\0\0\0\0",
    b",ddd\0\0\0\0",
    b",iii\0\0\0\0",
    b",[f]",
    b",[[[",
    b",sbt",
    b"\xff\xff\xff\xff",
    b"\x7f\xc0\0\0",
    b"\x7f\x80\0\0",
    b"\xc0\0\0\0",
];

/// A message of three arguments of a type.
fn message(tags: &[u8; 4], arguments: &[u8]) -> Vec<u8> {
    [b"/proscenium/listener\0\0\0\0", &tags[..], b"\0\0\0\0", arguments].concat()
}

/// A bundle of messages or bundles.
fn bundle(elements: &[Vec<u8>]) -> Vec<u8> {
    let sized = |element: &Vec<u8>| [&(element.len() as u32).to_be_bytes()[..], element].concat();
    let elements: Vec<Vec<u8>> = elements.iter().map(sized).collect();
    [b"#bundle\0\0\0\0\0\0\0\0\x01".to_vec(), elements.concat()].concat()
}

pub fn seeds() -> Vec<Vec<u8>> {
    let floats = message(b",fff", &[-2.0_f32, 0.1, 5.0].map(f32::to_be_bytes).concat());
    let doubles = message(b",ddd", &[-1.5_f64, 0.0, -5.0].map(f64::to_be_bytes).concat());
    let integers = message(b",iii", &[-2_i32, 0, 30].map(i32::to_be_bytes).concat());
    let one = bundle(std::slice::from_ref(&floats));
    let nested = bundle(&[doubles.clone(), b"/x\0\0,\0\0\0".to_vec(), one.clone()]);
    vec![floats, doubles, integers, one, nested]
}

/// Reads a datagram; a pose that comes out of it is one that a listener can have.
pub fn read(input: &[u8]) -> bool {
    let Some(pose) = decode_listener(input) else {
        return false;
    };
    assert!((0.3..=5.0).contains(&pose.distance_m) && (-1.0..=1.0).contains(&pose.offset_m));
    assert!((-45.0..=45.0).contains(&pose.yaw_deg));
    true
}
