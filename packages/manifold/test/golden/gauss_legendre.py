"""Gauss-Legendre nodes and weights to 50 digits, rounded to float64: the 8 largest nodes and 8 about a third of the way in.

Run: python3 gauss_legendre.py > gauss-legendre.json      (mpmath 1.3.0)
"""
import json
import mpmath as mp

mp.mp.dps = 50


def value_and_slope(n, theta):
    x = mp.cos(theta)
    previous, current = mp.mpf(1), x
    for k in range(1, n):
        previous, current = current, ((2 * k + 1) * x * current - k * previous) / (k + 1)
    return current, n * (x * current - previous) / mp.sin(theta)


def node(n, k):
    phi = (4 * k + 3) * mp.pi / (4 * n + 2)
    theta = phi + mp.cot(phi) / (8 * (n + mp.mpf(1) / 2) ** 2)
    for _ in range(8):
        value, slope = value_and_slope(n, theta)
        theta -= value / slope
    _, slope = value_and_slope(n, theta)
    return float(theta), float(mp.cos(theta)), float(2 / slope**2)


rows = []
for n in (2, 3, 5, 20, 64, 257, 1024):
    half = n // 2
    ranks = sorted({k for k in list(range(8)) + list(range(n // 3, n // 3 + 8)) if k < half})
    for k in ranks:
        theta, x, weight = node(n, k)
        rows.append({"n": n, "rank": k, "angle": theta, "node": x, "weight": weight})
print(json.dumps({"producer": "gauss_legendre.py, mpmath 1.3.0, 50 digits", "rows": rows}, indent=1))
