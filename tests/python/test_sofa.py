"""Exported SOFA files in sofar, which reads them with netCDF's own library and holds them to AES69."""

import json
import subprocess

import numpy as np
import pytest
import sofar
import soundfile


@pytest.mark.parametrize("device", ["tabletop", "tablet", "soundbar"])
def test_a_file_is_valid_and_holds_the_filters(cli, tmp_path, device):
    options = ["--device", device, "--offset", "0.1", "--yaw", "10", "--rate", "44100", "-o", tmp_path]
    told = json.loads(cli("export", "--to", "sofa", *options, "--json"))
    cli("design", *options)
    sofa = sofar.read_sofa(tmp_path / "filters.sofa", verify=True, verbose=False)
    assert sofa.GLOBAL_SOFAConventions == "GeneralFIR"
    assert sofa.Data_SamplingRate == 44_100 and not np.any(sofa.Data_Delay)
    assert list(sofa.MeasurementDescriptions) == told["measurements"]
    assert list(sofa.ReceiverDescriptions) == [entry["driver"] for entry in told["routing"]]
    names = [f"{path}-{strength}" for path in ("left", "right", "center") for strength in ("base", "full")]
    names += ["left-far", "right-far"]
    waves = np.stack([soundfile.read(tmp_path / f"{name}.wav", dtype="float32", always_2d=True)[0].T for name in names])
    assert waves.shape == sofa.Data_IR.shape
    assert np.array_equal(waves, sofa.Data_IR.astype(np.float32))


def test_positions_are_those_of_the_drivers_and_of_the_ears(cli, tmp_path):
    cli("export", "--to", "sofa", "--device", "laptop", "--yaw", "20", "-o", tmp_path)
    sofa = sofar.read_sofa(tmp_path / "filters.sofa", verify=True, verbose=False)
    assert np.allclose(sofa.ReceiverPosition, [[0, 0.13, 0], [0, -0.13, 0]])
    left, right, middle = sofa.SourcePosition[1], sofa.SourcePosition[3], sofa.SourcePosition[5]
    assert np.allclose(middle, [-0.6, 0, 0], atol=1e-6)
    # Ears at 100° from the front of a head that is turned to its left by 20°.
    for ear, angle in ((left, 120), (right, -80)):
        turned = np.deg2rad(angle)
        assert np.allclose(ear - middle, 0.0875 * np.array([np.cos(turned), np.sin(turned), 0]), atol=1e-6)


def test_names_beyond_ascii_are_read(cli, tmp_path):
    device = cli("devices", "show", "laptop").replace('"left"', '"gauche é"').replace('"Laptop"', '"Größe"')
    (tmp_path / "device.toml").write_text(device, encoding="utf-8")
    cli("export", "--to", "sofa", "--device", tmp_path / "device.toml", "-o", tmp_path)
    sofa = sofar.read_sofa(tmp_path / "filters.sofa", verify=True, verbose=False)
    assert list(sofa.ReceiverDescriptions) == ["gauche _", "right"]
    assert sofa.GLOBAL_Title == "Filters for Größe"
