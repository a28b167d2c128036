//! Reads head poses from OSC datagrams (Open Sound Control 1.0).
//!
//! `/proscenium/listener x y yaw`: where the head is in listener-aligned axes with the device at the origin – `x` forward
//! from the listener to the device, `y` to the listener's left, metres – and its turn to the left in degrees. A listener
//! two metres in front of the device is at x = −2. Each may be a float, a double or an integer. Messages may come in
//! bundles; their time tags are not heeded.

use std::panic::catch_unwind;

use rosc::{OscPacket, OscType};

use super::pose::ListenerPose;

/// The message's address.
const ADDRESS: &str = "/proscenium/listener";
/// Length of the longest valid message: the padded address, type tags, and three doubles. Longer ones are not decoded, which
/// bounds what the decoder allocates and how deep its arrays nest.
const MAX_MESSAGE_BYTES: usize = 24 + 8 + 3 * 8;
/// Begin of a bundle, before its time tag.
const BUNDLE: &[u8] = b"#bundle\0";
const BUNDLE_HEADER_BYTES: usize = 16;
/// How deep bundles may nest, and how many messages and bundles a datagram may hold.
const MAX_DEPTH: usize = 4;
const MAX_ELEMENTS: usize = 64;

/// Not OSC, or not what the address takes.
struct Malformed;

/// The pose in a datagram, within the parameters' ranges: the last one if there are several. None if it holds none or
/// anything in it is malformed, such as a value that is not finite. Other addresses are left alone.
pub fn decode_listener(datagram: &[u8]) -> Option<ListenerPose> {
    let mut elements = 0;
    packet(datagram, 0, &mut elements).ok().flatten()
}

/// The last pose in a message or bundle. Bundles are taken apart here, since the decoder would follow them to any depth.
fn packet(bytes: &[u8], depth: usize, elements: &mut usize) -> Result<Option<ListenerPose>, Malformed> {
    *elements += 1;
    if depth > MAX_DEPTH || *elements > MAX_ELEMENTS {
        return Err(Malformed);
    }
    if !bytes.starts_with(BUNDLE) {
        return message(bytes);
    }
    let mut rest = bytes.get(BUNDLE_HEADER_BYTES..).ok_or(Malformed)?;
    let mut last = None;
    while !rest.is_empty() {
        let (size, after) = rest.split_first_chunk().ok_or(Malformed)?;
        let size = u32::from_be_bytes(*size) as usize;
        if size == 0 || !size.is_multiple_of(4) || size > after.len() {
            return Err(Malformed);
        }
        let (element, after) = after.split_at(size);
        last = packet(element, depth + 1, elements)?.or(last);
        rest = after;
    }
    Ok(last)
}

/// The pose in a message; none if it is for another address.
fn message(bytes: &[u8]) -> Result<Option<ListenerPose>, Malformed> {
    if bytes.first() != Some(&b'/') {
        return Err(Malformed);
    }
    let address = bytes.split(|byte| *byte == 0).next();
    if address != Some(ADDRESS.as_bytes()) {
        return Ok(None);
    }
    if bytes.len() > MAX_MESSAGE_BYTES {
        return Err(Malformed);
    }
    let decoded = catch_unwind(|| rosc::decoder::decode_udp(bytes)).map_err(|_| Malformed)?;
    let Ok(([], OscPacket::Message(message))) = decoded else {
        return Err(Malformed);
    };
    let [x, y, yaw] = message.args.as_slice() else {
        return Err(Malformed);
    };
    let pose = ListenerPose {
        distance_m: -number(x)?,
        offset_m: number(y)?,
        yaw_deg: number(yaw)?,
    };
    Ok(Some(pose.within_ranges()))
}

/// A finite number of any kind.
fn number(argument: &OscType) -> Result<f32, Malformed> {
    let number = match *argument {
        OscType::Float(number) => f64::from(number),
        OscType::Double(number) => number,
        OscType::Int(number) => f64::from(number),
        OscType::Long(number) => number as f64,
        _ => return Err(Malformed),
    };
    if number.is_finite() {
        // Beyond a single's range it is still beyond any parameter's.
        Ok(number.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32)
    } else {
        Err(Malformed)
    }
}

#[cfg(test)]
mod tests;
