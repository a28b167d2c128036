"""Reference values of the acoustic models, to 30 digits with mpmath, written as CSV.

    python make_sphere_vectors.py     # needs mpmath; rewrites the CSV files beside this file

Time convention e^{+jwt}, spherical Hankel functions of the second kind, speed of sound 343 m/s.
"""
import csv, os
from mpmath import mp, mpf, mpc, sqrt, pi, besselj, bessely, legendre, exp, cos, sin, asin, radians

mp.dps = 30
C = mpf(343)
HERE = os.path.dirname(os.path.abspath(__file__))


def jn(n, x): return sqrt(pi / (2 * x)) * besselj(n + mpf(1) / 2, x)
def yn(n, x): return sqrt(pi / (2 * x)) * bessely(n + mpf(1) / 2, x)
def hn(n, x): return jn(n, x) - 1j * yn(n, x)
def dhn(n, x): return n / x * hn(n, x) - hn(n + 1, x)
def p(n, x): return mpf(1) if n < 0 else legendre(n, x)


def terms(ka): return int(ka * mpf(1.6) + 34)


def cap_on_sphere(f, a, rad, r, gamma):
    """Far/near field of a rigid circular cap of radius `rad` moving uniformly along the radius of a rigid sphere `a`, at
    distance r from the sphere's centre and angle gamma from the cap axis, divided by the field of a point source with the same volume
    velocity at the sphere's centre (so e^{-jkr}/r is taken out). Dimensionless."""
    k = 2 * pi * f / C; ca = cos(asin(rad / a)); s = mpc(0)
    for n in range(terms(k * max(a, 0) if r < 4 * a else k * a) + 1):
        w = (1 - ca) / 2 if n == 0 else (p(n - 1, ca) - p(n + 1, ca)) / 2
        s += w * hn(n, k * r) / dhn(n, k * a) * p(n, cos(gamma))
    q = 2 * pi * a * a * (1 - ca)
    return -1j * s / (1j * k * q * exp(-1j * k * r) / (4 * pi * r))


def head(f, a, r, gamma):
    """Pressure on a rigid sphere `a` at angle gamma from a point source at distance r from its centre, divided by the free-field
    pressure at the centre. Dimensionless."""
    k = 2 * pi * f / C; s = mpc(0)
    for n in range(terms(k * a) + 1):
        s += (2 * n + 1) * p(n, cos(gamma)) * hn(n, k * r) / dhn(n, k * a)
    return -(r * k) / (k * a) ** 2 * exp(1j * k * r) * s


def rows(fn, cases):
    for case in cases:
        *args, gamma_deg = case
        z = fn(*[mpf(x) for x in args], radians(mpf(gamma_deg)))
        yield [*args, gamma_deg, mp.nstr(z.real, 17), mp.nstr(z.imag, 17)]


if __name__ == "__main__":
    F = [50, 200, 500, 1000, 2000, 4000, 8000, 16000]
    with open(os.path.join(HERE, "cap_on_sphere.csv"), "w", newline="") as o:
        w = csv.writer(o); w.writerow(["frequency_hz", "sphere_radius_m", "cap_radius_m", "distance_m", "angle_deg", "re", "im"])
        w.writerows(rows(cap_on_sphere, [(f, a, b, r, g) for f in F for a, b in (("0.0875", "0.0255"), ("0.06", "0.0125")) for r in ("0.5", "2") for g in (0, 45, 90, 135, 180)]))
    with open(os.path.join(HERE, "head.csv"), "w", newline="") as o:
        w = csv.writer(o); w.writerow(["frequency_hz", "head_radius_m", "distance_m", "angle_deg", "re", "im"])
        w.writerows(rows(head, [(f, "0.0875", r, g) for f in F for r in ("0.3", "0.6", "2") for g in (0, 30, 60, 90, 100, 120, 150, 180)]))
