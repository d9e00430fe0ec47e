"""The functions behind exponentials and logarithms, and their derivatives, to 50 digits, rounded to float64.

arctan: d^n/dr^n atan(sqrt r)/sqrt r;  arcsinh: d^n/da^n asinh(sqrt a)/sqrt(a(1+a));
stumpff: sum_j (-z)^j/(2j+k)! with z = sigma*s.

Run: python3 analytic_functions.py > analytic-functions.json      (mpmath 1.3.0)
"""
import json
import mpmath as mp

mp.mp.dps = 50
POINTS = [0.0, 1e-12, 1e-3, 0.05, 0.124, 0.126, 0.3, 0.99, 1.01, 4.0, 100.0, 1e6]
HALF = mp.mpf(1) / 2


def derivative(a, b, c, n, x):
    factor = (-1) ** n * mp.rf(a, n) * mp.rf(b, n) / mp.rf(c, n)
    return factor * mp.hyp2f1(a + n, b + n, c + n, -mp.mpf(x))


def stumpff(k, z):
    return mp.hyp1f2(1, (k + 1) * HALF, (k + 2) * HALF, -mp.mpf(z) / 4) / mp.factorial(k)


table = {
    "points": POINTS,
    "arctan": [[float(derivative(HALF, 1, 3 * HALF, n, x)) for x in POINTS] for n in range(4)],
    "arcsinh": [[float(derivative(1, 1, 3 * HALF, n, x)) for x in POINTS] for n in range(4)],
    "stumpff": {
        str(sigma): [[float(stumpff(k, sigma * x)) for x in POINTS if x <= 100] for k in range(6)] for sigma in (1, -1)
    },
}
print(json.dumps(table))
