"""What a straightforward NumPy/SciPy program does for the hot paths of @nce-geometry/manifold.

Needs Debian's python3-numpy and python3-scipy. Usage: python3 manifold.py CASE REPEATS; prints one JSON line with the
seconds of each repeat, after one repeat that is not counted.
CASES  sampling: 20,000 draws of the von Mises-Fisher law in 128 dimensions, concentration 50 (Wood 1994, vectorised)
       distances: all geodesic distances of 2,000 and 2,000 unit rows in 128 dimensions, arccos of the clipped Gram matrix
       kernelVolume: log of the kernel volume for 2,000 pairs (dimension, temperature), by the scaled Bessel function
"""
import numpy as np
from scipy.special import ive

from timing import report

rng = np.random.default_rng(1)


def unit(*shape):
    x = rng.standard_normal(shape)
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def sampling(n=20_000, d=128, kappa=50.0):
    mu = unit(d)
    b = (d - 1) / (2 * kappa + np.sqrt(4 * kappa**2 + (d - 1) ** 2))
    x0 = (1 - b) / (1 + b)
    c = kappa * x0 + (d - 1) * np.log(1 - x0**2)
    w = np.empty(0)
    while len(w) < n:
        z = rng.beta((d - 1) / 2, (d - 1) / 2, n)
        t = (1 - (1 + b) * z) / (1 - (1 - b) * z)
        w = np.concatenate([w, t[kappa * t + (d - 1) * np.log(1 - x0 * t) - c >= np.log(rng.random(n))]])
    w = w[:n, None]
    v = rng.standard_normal((n, d))
    v -= (v @ mu)[:, None] * mu
    v /= np.linalg.norm(v, axis=1, keepdims=True)
    return w * mu + np.sqrt(1 - w**2) * v


X, Y = unit(2000, 128), unit(2000, 128)


def distances():
    return np.arccos(np.clip(X @ Y.T, -1, 1))


D, TAU = np.meshgrid([2, 3, 8, 16, 64, 128, 256, 512, 1024, 4096], np.geomspace(1e-3, 1e3, 200))


def kernelVolume():
    nu, kappa = D / 2 - 1, 1 / TAU
    with np.errstate(all="ignore"):
        return D / 2 * np.log(2 * np.pi) - nu * np.log(kappa) + np.log(ive(nu, kappa)) + kappa


report({"sampling": sampling, "distances": distances, "kernelVolume": kernelVolume}, lambda result: np.isfinite(result).mean())
