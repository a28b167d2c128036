//! A picture of a window.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// Red, green and blue of every pixel, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

/// Why a picture could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The file.
    #[error(transparent)]
    File(#[from] std::io::Error),
    /// The encoder.
    #[error(transparent)]
    Encoding(#[from] png::EncodingError),
}

impl Picture {
    /// From four bytes a pixel: blue, green, red, unused. None if there are too few.
    pub(super) fn from_bgrx(width: u32, height: u32, bytes: &[u8]) -> Option<Self> {
        let pixels = width as usize * height as usize;
        let rgb: Vec<u8> = bytes
            .chunks_exact(4)
            .take(pixels)
            .flat_map(|p| [p[2], p[1], p[0]])
            .collect();
        (rgb.len() == 3 * pixels).then_some(Self { width, height, rgb })
    }

    /// Width and height, pixels.
    #[must_use]
    pub fn size(&self) -> [u32; 2] {
        [self.width, self.height]
    }

    /// Number of different colours: a window that shows nothing has one or two.
    #[must_use]
    pub fn colors(&self) -> usize {
        let mut colors: Vec<&[u8]> = self.rgb.chunks_exact(3).collect();
        colors.sort_unstable();
        colors.dedup();
        colors.len()
    }

    /// As [`colors`](Self::colors), but counts no further than `enough`, which is much faster.
    #[must_use]
    pub fn colors_up_to(&self, enough: usize) -> usize {
        let mut seen: Vec<&[u8]> = Vec::new();
        for pixel in self.rgb.chunks_exact(3) {
            if seen.len() >= enough {
                break;
            }
            if !seen.contains(&pixel) {
                seen.push(pixel);
            }
        }
        seen.len()
    }

    /// Upper left, upper right, lower left, lower right quarter.
    #[must_use]
    pub fn quarters(&self) -> [Self; 4] {
        let (width, height) = (self.width / 2, self.height / 2);
        [[0, 0], [1, 0], [0, 1], [1, 1]].map(|[column, row]| {
            let left = 3 * (column * (self.width - width)) as usize;
            let rows = self.rgb.chunks_exact((3 * self.width as usize).max(1));
            let rows = rows.skip((row * (self.height - height)) as usize).take(height as usize);
            let rgb = rows
                .flat_map(|pixels| &pixels[left..left + 3 * width as usize])
                .copied()
                .collect();
            Self { width, height, rgb }
        })
    }

    /// Share of pixels that differ from another picture of the same size; 1 where sizes differ.
    #[must_use]
    pub fn difference(&self, other: &Self) -> f64 {
        if self.size() != other.size() {
            return 1.0;
        }
        let pairs = self.rgb.chunks_exact(3).zip(other.rgb.chunks_exact(3));
        let different = pairs.filter(|(a, b)| a != b).count();
        different as f64 / (self.rgb.len() / 3).max(1) as f64
    }

    /// Writes a PNG file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), PictureError> {
        let file = BufWriter::new(File::create(path)?);
        let mut encoder = png::Encoder::new(file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        encoder.write_header()?.write_image_data(&self.rgb)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_compared_pixel_by_pixel() {
        let picture = |last: u8| Picture::from_bgrx(2, 1, &[1, 2, 3, 0, 4, 5, last, 0]).unwrap();
        assert_eq!(picture(6).rgb, [3, 2, 1, 6, 5, 4]);
        assert_eq!(picture(6).colors(), 2);
        assert_eq!([1, 2, 3].map(|enough| picture(6).colors_up_to(enough)), [1, 2, 2]);
        assert_eq!(picture(6).difference(&picture(7)), 0.5);
        assert!(Picture::from_bgrx(2, 2, &[0; 8]).is_none());
    }

    #[test]
    fn quarters_are_the_corners() {
        let bytes: Vec<u8> = (0..9).flat_map(|pixel| [pixel, 0, 0, 0]).collect();
        let picture = Picture::from_bgrx(3, 3, &bytes).unwrap();
        assert_eq!(picture.quarters().map(|corner| corner.rgb[2]), [0, 2, 6, 8]);
    }
}
