"""Reference values of the path from driver to ear, written as ears.csv.

    python make_plant_vectors.py     # needs numpy and scipy; rewrites ears.csv beside this file

Listener-aligned axes: x forward from the listener to the device, y to the listener's left, z up; device origin 0, nominal
head centre (-distance, 0, 0). Time convention e^{+jwt}. Each driver's pressure at the head centre, times the response of a
rigid sphere to a source at the device's distance and in the direction that the lateral phase gradient tells.
"""
import csv, os
import numpy as np
from scipy.special import spherical_jn, spherical_yn, eval_legendre, j1

C, A_HEAD, EAR_AZ = 343.0, 0.0875, np.radians(100.0)
HERE = os.path.dirname(os.path.abspath(__file__))


def h2(n, x, d=False): return spherical_jn(n, x, d) - 1j * spherical_yn(n, x, d)
def p(n, x): return 1.0 if n < 0 else eval_legendre(n, x)


def cap(k, a, rad, r, cosg):
    """Cap on a rigid sphere, pressure of a unit point source 1/r."""
    ca = np.cos(np.arcsin(min(rad / a, 1.0))); s = 0
    for n in range(int(np.ceil(k * a * 1.5 + 14)) + 1):
        w = (1 - ca) / 2 if n == 0 else (p(n - 1, ca) - p(n + 1, ca)) / 2
        s = s + w * h2(n, k * r) / h2(n, k * a, True) * eval_legendre(n, cosg)
    return -1j * s / (1j * k * 2 * np.pi * a * a * (1 - ca) / (4 * np.pi))


def piston(k, pos, axis, rad, P):
    v = P - pos; r = np.linalg.norm(v); c = v @ axis / np.linalg.norm(axis) / r
    x = k * rad * np.sqrt(max(0.0, 1 - c * c))
    return (2 * j1(x) / x if x > 0 else 1.0) * np.exp(-1j * k * r) / r


def head(k, r, cosg):
    s = 0
    for n in range(int(np.ceil(k * A_HEAD * 1.5 + 16)) + 1):
        s = s + (2 * n + 1) * eval_legendre(n, cosg) * h2(n, k * r) / h2(n, k * A_HEAD, True)
    return -(r * k) / (k * A_HEAD) ** 2 * np.exp(1j * k * r) * s


def field(k, dev, q, P):
    if dev["sphere"] is None:
        return piston(k, np.array(q["pos"]), np.array(q["axis"]), q["radius"], P)
    az, el = np.radians(q["az"]), np.radians(q["el"]); a = dev["sphere"]
    u = np.array([-np.cos(el) * np.cos(az), np.cos(el) * np.sin(az), np.sin(el)]); r = np.linalg.norm(P)
    # flat on its own axis in the far field
    return cap(k, a, q["radius"], r, np.clip(P @ u / r, -1, 1)) / (abs(cap(k, a, q["radius"], 100.0, 1.0)) * 100.0)


def ears(f, dev, q, distance, offset, depth, yaw):
    k = 2 * np.pi * f / C; eps = 0.004; P = np.array([depth - distance, offset, 0.0]); side = np.array([0, eps, 0])
    z, zl, zr = (field(k, dev, q, x) for x in (P, P + side, P - side))
    az = np.arcsin(np.clip(np.angle(zl / zr) / (2 * eps) / k, -1, 1)) - yaw
    return [z * head(k, np.linalg.norm(P), np.cos(az - e)) for e in (EAR_AZ, -EAR_AZ)]


TABLETOP = dict(sphere=0.0875, drivers=[dict(az=a, el=e, radius=0.0255) for a, e in ((90, 0), (-90, 0), (0, 90), (0, 0))])
PAIR = dict(sphere=None, drivers=[dict(pos=[0.02, y, 0.1], axis=[-0.8, -y, 0.1], radius=0.05) for y in (0.5, -0.5)])
SMALL = dict(sphere=0.05, drivers=[dict(az=35, el=-20, radius=0.008), dict(az=180, el=0, radius=0.05)])
POSES = [(2.0, 0.0, 0.0, 0.0), (2.0, 0.05, 0.0, 0.0), (2.0, -0.2, 0.09, 0.0), (2.0, 0.0, 0.0, 10.0), (0.6, 0.03, -0.05, -25.0)]

if __name__ == "__main__":
    with open(os.path.join(HERE, "ears.csv"), "w", newline="") as o:
        w = csv.writer(o, lineterminator="\n")
        w.writerow("device driver frequency_hz distance_m offset_m depth_m yaw_deg left_re left_im right_re right_im".split())
        for index, dev in enumerate((TABLETOP, PAIR, SMALL)):
            for n, q in enumerate(dev["drivers"]):
                for f in (40, 300, 1000, 3000, 8000, 19000):
                    for d, y, x, yaw in POSES:
                        l, r = ears(f, dev, q, d, y, x, np.radians(yaw))
                        w.writerow([index, n, f, d, y, x, yaw, *(f"{v:.12g}" for v in (l.real, l.imag, r.real, r.imag))])
