//! SOFA files as others write them, for tests of their reader: netCDF-4 with the dimensions of AES69.

#![allow(clippy::unwrap_used)] // A failed set-up is a failed test.

use netcdf_writer::{DimensionId, NcAttrValue, NcFileBuilder, NcWriteFormat, NcWriteOptions};

/// A file of impulse responses; positions are cartesian, metres.
#[derive(Debug, Clone)]
pub struct Sofa {
    pub convention: &'static str,
    pub data_type: &'static str,
    pub sample_rate_hz: f64,
    /// `[M]`
    pub source_m: Vec<[f64; 3]>,
    /// `[M]`, or one for all.
    pub listener_m: Vec<[f64; 3]>,
    /// `[R]`
    pub receiver_m: Vec<[f64; 3]>,
    /// `[M][R][E][N]`; E is 1 but for `FIR-E`.
    pub responses: Vec<Vec<Vec<Vec<f64>>>>,
    pub delay_samples: f64,
}

impl Sofa {
    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut file = NcFileBuilder::new();
        let sizes = [
            self.responses.len(),
            self.responses[0].len(),
            self.responses[0][0].len(),
            self.responses[0][0][0].len(),
        ];
        let mut dimension = |name: &str, size: usize| file.add_dimension(name, size as u64).unwrap();
        let (one, three) = (dimension("I", 1), dimension("C", 3));
        let [m, r, e, n] = ["M", "R", "E", "N"]
            .iter()
            .zip(sizes)
            .map(|(name, size)| dimension(name, size))
            .collect::<Vec<_>>()[..]
        else {
            unreachable!()
        };
        for (name, text) in [
            ("Conventions", "SOFA"),
            ("Version", "2.1"),
            ("SOFAConventions", self.convention),
            ("SOFAConventionsVersion", "1.0"),
            ("DataType", self.data_type),
            ("RoomType", "free field"),
            ("Title", "fixture"),
        ] {
            file.add_attribute(name, NcAttrValue::Chars(text.into())).unwrap();
        }
        let emitters = self.data_type == "FIR-E";
        let dimensions: &[DimensionId] = if emitters { &[m, r, n, e] } else { &[m, r, n] };
        let mut values = Vec::new();
        for receivers in self.responses.iter().flatten() {
            if emitters {
                for sample in 0..sizes[3] {
                    values.extend(receivers.iter().map(|emitter| emitter[sample]));
                }
            } else {
                values.extend(&receivers[0]);
            }
        }
        add(&mut file, "Data.IR", dimensions, &values, None);
        add(&mut file, "Data.SamplingRate", &[one], &[self.sample_rate_hz], None);
        let delays = vec![self.delay_samples; sizes[1]];
        add(&mut file, "Data.Delay", &[one, r], &delays, None);
        let mut place = |name: &str, rows: &[[f64; 3]], dimensions: &[DimensionId]| {
            add(&mut file, name, dimensions, rows.as_flattened(), Some("cartesian"));
        };
        place("SourcePosition", &self.source_m, &[m, three]);
        let rows = if self.listener_m.len() == 1 { one } else { m };
        place("ListenerPosition", &self.listener_m, &[rows, three]);
        place("ReceiverPosition", &self.receiver_m, &[r, three, one]);
        place("EmitterPosition", &vec![[0.0; 3]; sizes[2]], &[e, three, one]);
        place("ListenerView", &[[1.0, 0.0, 0.0]], &[one, three]);
        let options = NcWriteOptions {
            format: NcWriteFormat::Nc4,
        };
        file.to_vec(options).unwrap().1
    }

    /// A head of few taps with an ear at either side, for sources all around on the horizon.
    pub fn head(directions: usize) -> Self {
        let place = |n: usize| {
            let (sin, cos) = (std::f64::consts::TAU * n as f64 / directions as f64).sin_cos();
            [1.2 * cos, 1.2 * sin, 0.0]
        };
        let source_m: Vec<[f64; 3]> = (0..directions).map(place).collect();
        let ear = |place: &[f64; 3], side: f64| {
            // Louder and earlier on its own side.
            let toward = side * place[1] / 1.2;
            let mut taps = vec![0.0; 128];
            let at = (40.0 - 12.0 * toward) as usize;
            (taps[at], taps[at + 3]) = (1.0 + 0.6 * toward, -0.2);
            vec![taps]
        };
        Self {
            convention: "SimpleFreeFieldHRIR",
            data_type: "FIR",
            sample_rate_hz: 48_000.0,
            responses: source_m
                .iter()
                .map(|place| vec![ear(place, 1.0), ear(place, -1.0)])
                .collect(),
            source_m,
            listener_m: vec![[0.0; 3]],
            receiver_m: vec![[0.0, 0.09, 0.0], [0.0, -0.09, 0.0]],
            delay_samples: 0.0,
        }
    }
}

fn add(file: &mut NcFileBuilder, name: &str, dimensions: &[DimensionId], values: &[f64], kind: Option<&str>) {
    let variable = file.add_variable::<f64>(name, dimensions).unwrap();
    file.write_variable(variable, values).unwrap();
    if let Some(kind) = kind {
        for (name, text) in [("Type", kind), ("Units", "metre")] {
            file.add_variable_attribute(variable, name, NcAttrValue::Chars(text.into()))
                .unwrap();
        }
    }
}
