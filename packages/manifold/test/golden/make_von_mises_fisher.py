"""Closed forms of the von Mises-Fisher law and of two of them, each value correctly rounded from at least 40 correct digits.

Run:    python3 make_von_mises_fisher.py     (Python 3 with mpmath 1.3; writes von-mises-fisher.json beside itself)
Method: the formulas as they stand, in 120-digit arithmetic, with the functions of make_special_functions.py; kernel means of
        two laws by the series of zonal harmonics, with mpmath's own Bessel and Gegenbauer functions.
"""

import json
from pathlib import Path

import mpmath as mp

from make_special_functions import log_0f1, ratio


def log_area(d):
    return mp.log(2) + mp.mpf(d) / 2 * mp.log(mp.pi) - mp.loggamma(mp.mpf(d) / 2)


def log_c(d, kappa):
    return -log_area(d) - (log_0f1(mp.mpf(d) / 2, kappa) if kappa else 0)


def resultant(d, kappa):
    return ratio(mp.mpf(d) / 2 - 1, kappa) if kappa else mp.mpf(0)


def law_rows():
    for d in [2, 3, 8, 33, 128, 512, 1024, 4096]:
        for kappa in [1e-2, 0.5, 5, 10, 14.2857, 50, 300, 1e4, 1e6, 1e9]:
            k = mp.mpf(kappa)
            entropy = -log_c(d, k) - k * resultant(d, k)
            yield {
                "dim": d,
                "concentration": kappa,
                "logNormalizer": log_c(d, k),
                "entropy": entropy,
                "klToUniform": log_area(d) - entropy,
                "renyi2Entropy": log_c(d, 2 * k) - 2 * log_c(d, k),
            }


def pair_rows():
    for d in [2, 3, 8, 128, 512, 4096]:
        for first, second in [(0, 5), (5, 0), (20, 5), (5, 20), (10, 10), (300, 299.9), (7, 7.0001), (0.01, 200), (1e6, 3), (1e9, 1.1e9)]:
            for angle in [0, 1e-6, 1, 3]:
                k1, k2, c = mp.mpf(first), mp.mpf(second), mp.cos(mp.mpf(angle))
                a1, a2 = resultant(d, k1), resultant(d, k2)
                joint = mp.sqrt(k1**2 + k2**2 + 2 * k1 * k2 * c)
                yield {
                    "dim": d,
                    "first": first,
                    "second": second,
                    "angle": angle,
                    "kl": log_c(d, k1) - log_c(d, k2) + a1 * (k1 - k2 * c),
                    "jeffreys": a1 * (k1 - k2 * c) + a2 * (k2 - k1 * c),
                    "logOverlap": log_c(d, k1) + log_c(d, k2) - log_c(d, joint),
                }


def harmonics(d, n):
    if n == 0:
        return mp.mpf(1)
    if d == 2:
        return mp.mpf(2)
    return mp.mpf(2 * n + d - 2) / (d - 2) * mp.binomial(n + d - 3, n)


def polynomial(d, n, c):
    if d == 2:
        return mp.cos(n * mp.acos(c))
    nu = mp.mpf(d) / 2 - 1
    return mp.gegenbauer(n, nu, c) * mp.factorial(n) * mp.gamma(2 * nu) / mp.gamma(2 * nu + n)


def zonal(d, k1, k2, c, eigenvalue, start, terms):
    """Sum of eigenvalue(n) * harmonics * r_n(k1) r_n(k2) P_n, or of the same with the squared-difference combination from n = 1."""
    nu = mp.mpf(d) / 2 - 1
    total = mp.mpf(0)
    for n in range(start, terms):
        r1 = mp.besseli(nu + n, k1) / mp.besseli(nu, k1)
        r2 = mp.besseli(nu + n, k2) / mp.besseli(nu, k2)
        p = polynomial(d, n, c)
        combined = r1 * r2 * p if start == 0 else r1**2 + r2**2 - 2 * r1 * r2 * p
        total += eigenvalue(n) * harmonics(d, n) * combined
    return total


def exponential_eigenvalue(d, gamma):
    nu = mp.mpf(d) / 2 - 1
    return lambda n: mp.gamma(nu + 1) * (2 / gamma) ** nu * mp.besseli(nu + n, gamma)


def chord_eigenvalue(d):
    mean = 2 ** mp.mpf(d - 1) * mp.gamma(mp.mpf(d) / 2) ** 2 / (mp.sqrt(mp.pi) * mp.gamma(d - mp.mpf(1) / 2))
    return lambda n: mean * mp.rf(-mp.mpf(1) / 2, n) / mp.rf(d - mp.mpf(1) / 2, n)


def kernel_rows():
    with mp.workdps(60):
        for d in [2, 3, 8, 64]:
            for first, second, angle in [(20, 5, 1), (6, 3, 1), (4, 4, 2), (30, 30, 0.001), (1, 12, 3)]:
                k1, k2, c = mp.mpf(first), mp.mpf(second), mp.cos(mp.mpf(angle))
                terms = 90
                yield {
                    "dim": d,
                    "first": first,
                    "second": second,
                    "angle": angle,
                    "logExponential4": mp.log(zonal(d, k1, k2, c, exponential_eigenvalue(d, mp.mpf(4)), 0, terms)),
                    "squaredMMD2": mp.exp(-4) * zonal(d, k1, k2, c, exponential_eigenvalue(d, mp.mpf(4)), 1, terms),
                    "energyDistance": -zonal(d, k1, k2, c, chord_eigenvalue(d), 1, terms),
                }


def main():
    lines = [f'"producer": "make_von_mises_fisher.py, mpmath {mp.__version__}"']
    for name, rows in {"laws": law_rows(), "pairs": pair_rows(), "kernels": kernel_rows()}.items():
        rows = list(rows)
        columns = list(rows[0])
        body = ",\n".join(json.dumps([float(row[c]) for c in columns]) for row in rows)
        lines.append(f'"{name}": {{"columns": {json.dumps(columns)}, "rows": [\n{body}\n]}}')
    Path(__file__).with_name("von-mises-fisher.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
