"""Tables of special functions, each value correctly rounded from at least 60 correct digits.

Run:    python3 make_special_functions.py        (Python 3 with mpmath 1.3; writes special-functions.json beside itself)
Method: 0F1 by its power series (positive terms) in integers scaled by 2^BITS, or, beyond, by Hankel's large-argument
        expansion of I_nu, whose smallest term is checked to be below 1e-60 of it; everything else follows from it, from
        mpmath's gamma function, or from series of positive terms. Inputs are doubles and enter exactly.
"""

import json
from pathlib import Path

import mpmath as mp

mp.mp.dps = 120
BITS = 400


def is_hankel(nu, x):
    """Whether Hankel's expansion converges far enough; its terms reach e^(nu^2/2x), which 300 digits outlast."""
    return x > 3000 and mp.mpf(nu) ** 2 / (2 * x) <= 300


def series_0f1(a, x):
    """0F1(; a; x^2/4) by its power series."""
    scale = 1 << BITS
    z_over = mp.mpf(x) ** 2 / 4
    z = int(mp.nint(z_over * scale))
    a_int = int(mp.nint(mp.mpf(a) * 4))
    assert a_int == mp.mpf(a) * 4
    term = scale
    total = scale
    n = 0
    while term:
        term = (term * z * 4) // ((n + 1) * (a_int + 4 * n) * scale)
        total += term
        n += 1
    return mp.mpf(total) / scale


def log_0f1(a, x):
    """log 0F1(; a; x^2/4), also where the sum is 1 + something tiny."""
    a, x = mp.mpf(a), mp.mpf(x)
    if x < mp.mpf("1e-20"):
        z = x * x / 4
        return z / a - z * z / (2 * a * a * (a + 1))
    if is_hankel(a - 1, x):
        return hankel_log_i(a - 1, x) + mp.loggamma(a) - (a - 1) * mp.log(x / 2)
    return mp.log(series_0f1(a, x))


def hankel_log_i(nu, x):
    with mp.workdps(300):
        term, total, k, least = mp.mpf(1), mp.mpf(1), 0, mp.mpf(1)
        while abs(term) > mp.mpf(10) ** -110 * abs(total):
            k += 1
            if k > 2 * x:
                break
            term *= -(4 * nu**2 - (2 * k - 1) ** 2) / (8 * x * k)
            total += term
            least = min(least, abs(term))
        # For half-integer orders the expansion ends, and a term is 0.
        assert least < mp.mpf(10) ** -60 * abs(total), (nu, x, least)
        return x - mp.log(2 * mp.pi * x) / 2 + mp.log(total)


def log_i(nu, x):
    nu, x = mp.mpf(nu), mp.mpf(x)
    if is_hankel(nu, x):
        return hankel_log_i(nu, x)
    return nu * mp.log(x / 2) - mp.loggamma(nu + 1) + log_0f1(nu + 1, x)


def ratio(nu, x):
    nu, x = mp.mpf(nu), mp.mpf(x)
    if x < mp.mpf("1e-20"):
        return x / (2 * (nu + 1))
    if is_hankel(nu + 1, x):
        return mp.exp(hankel_log_i(nu + 1, x) - hankel_log_i(nu, x))
    return x / (2 * (nu + 1)) * series_0f1(nu + 2, x) / series_0f1(nu + 1, x)


def derivative_of_ratio(nu, x, a):
    if mp.mpf(x) < mp.mpf("1e-20"):
        return 1 / (2 * (mp.mpf(nu) + 1))
    return 1 - a**2 - (2 * mp.mpf(nu) + 1) * a / mp.mpf(x)


def bessel_rows():
    orders = [0, 0.5, 1, 1.5, 3, 5.5, 9, 14.5, 20, 24.5, 27, 30, 31, 35.5, 40, 63, 127, 255, 383, 511, 767, 1023, 1535.5, 2047, 2047.5, 5000]
    arguments = [1e-300, 1e-150, 1e-30, 1e-12, 1e-8, 1e-5, 1e-3, 1e-2, 0.07, 0.3, 1, 2, 4.5, 8, 12, 17, 22, 26, 29, 31, 34, 40, 48, 57, 70, 90,
                 130, 200, 330, 500, 800, 1000, 1500, 2200, 4000, 1e4, 2.5e4, 1e5, 3e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e12]
    for nu in orders:
        for x in arguments:
            if x > 10000 and not is_hankel(nu + 1, mp.mpf(x)):
                continue
            a = ratio(nu, x)
            yield {
                "order": nu,
                "x": x,
                "logI": log_i(nu, x),
                "logIScaled": log_i(nu, x) - mp.mpf(x),
                "log0F1": log_0f1(nu + 1, x),
                "ratio": a,
                "complement": 1 - a,
                "derivative": derivative_of_ratio(nu, x, a),
            }


def log_beta_rows():
    values = [0.5, 1, 1.5, 2, 3.5, 7.5, 8, 12.25, 31.5, 128, 511.5, 2047.5, 1e5, 1e8]
    for a in values:
        for b in values:
            if a <= b:
                a_, b_ = mp.mpf(a), mp.mpf(b)
                yield {
                    "a": a,
                    "b": b,
                    "logBeta": mp.loggamma(a_) + mp.loggamma(b_) - mp.loggamma(a_ + b_),
                    "logRatio": mp.loggamma(a_ + b_) - mp.loggamma(a_),
                }


def upper_angle_integral(d, theta):
    """Integral of sin^(d-2) over [0, theta], theta <= pi/2, by a series of positive terms in sin^2 theta or, near the equator, in cos^2 theta."""
    s2 = mp.sin(theta) ** 2
    a = mp.mpf(d - 1) / 2
    half = mp.beta(a, mp.mpf(1) / 2) / 2
    if s2 < mp.mpf("0.9"):
        return s2**a / (2 * a) * series_2f1(a, s2)
    c2 = mp.cos(theta) ** 2
    b = mp.mpf(1) / 2
    return half - c2**b * (1 - c2) ** a / (2 * b) * series_2f1_general(b, a, c2)


def series_2f1(a, x):
    """sqrt(1 - x) 2F1(a + 1/2, 1; a + 1; x): the factor of x^a/a in the incomplete beta function with b = 1/2."""
    return series_2f1_general(a, mp.mpf(1) / 2, x) * mp.sqrt(1 - x)


def series_2f1_general(a, b, x):
    """2F1(a + b, 1; a + 1; x)."""
    term, total, n = mp.mpf(1), mp.mpf(1), 0
    while term > total * mp.mpf(10) ** -90:
        term *= (a + b + n) / (a + 1 + n) * x
        total += term
        n += 1
    return total


def cap_rows():
    dims = [2, 3, 4, 5, 8, 16, 33, 64, 128, 257, 512, 768, 1024, 2048, 4096]
    angles = [1e-300, 1e-100, 1e-12, 1e-5, 1e-2, 0.1, 0.3, 0.7, 1, 1.2, 1.4, 1.5, 1.53, 1.55, 1.565, 1.57, 1.5707963267948966, 1.6, 1.7, 2, 2.5, 3, 3.1, 3.14159]
    for d in dims:
        for angle in angles:
            theta = mp.mpf(angle)
            whole = mp.beta(mp.mpf(d - 1) / 2, mp.mpf(1) / 2)
            small = upper_angle_integral(d, min(theta, mp.pi - theta)) / whole
            probability = small if theta <= mp.pi / 2 else 1 - small
            log_p = mp.log(small) if theta <= mp.pi / 2 else mp.log1p(-small)
            yield {"dim": d, "angle": angle, "logProbability": log_p, "probability": probability}


def incomplete_beta_rows():
    for a in [0.5, 2, 15.5, 200, 2047.5]:
        for b in [0.5, 1, 7, 150, 2047.5]:
            for x in [1e-12, 1e-3, 0.1, 0.4, 0.5, 0.75, 0.93, 0.999]:
                lower = incomplete_beta(mp.mpf(a), mp.mpf(b), mp.mpf(x), 1 - mp.mpf(x))
                yield {"a": a, "b": b, "x": x, "logLower": lower}


def incomplete_beta(a, b, x, y):
    """Logarithm of the regularised lower incomplete beta function; the smaller tail is summed."""
    if x * (a + b) <= a and x < mp.mpf("0.95"):
        return mp.log(x**a * y**b / (a * mp.beta(a, b)) * series_2f1_general(a, b, x))
    return mp.log1p(-(x**a) * y**b / (b * mp.beta(a, b)) * series_2f1_general(b, a, y))


def area_rows():
    for d in [2, 3, 4, 5, 16, 17, 18, 19, 20, 64, 128, 512, 768, 1024, 2048, 4095, 4096]:
        log_area = mp.log(2) + mp.mpf(d) / 2 * mp.log(mp.pi) - mp.loggamma(mp.mpf(d) / 2)
        yield {"dim": d, "logArea": log_area, "logBall": log_area - mp.log(d)}


def kernel_volume_rows():
    """log V = log |S| + log 0F1(; d/2; 1/(4 tau^2)), relative to the surface measure, with 1/tau rounded nowhere."""
    dims = [2, 3, 4, 5, 8, 16, 31, 32, 64, 65, 100, 128, 257, 512, 768, 1024, 1536, 2048, 3071, 4095, 4096]
    taus = [1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.07, 0.1, 0.2, 0.5, 1, 2, 5, 10, 100, 1e3]
    for d in dims:
        for tau in taus:
            x = 1 / mp.mpf(tau)
            log_area = mp.log(2) + mp.mpf(d) / 2 * mp.log(mp.pi) - mp.loggamma(mp.mpf(d) / 2)
            yield {"dim": d, "temperature": tau, "logVolume": log_area + log_0f1(mp.mpf(d) / 2, x)}


def trigamma_rows():
    for x in [0.5, 1, 1.5, 2, 5.5, 9.5, 10, 40, 512, 2048]:
        yield {"x": x, "trigamma": mp.psi(1, mp.mpf(x)), "digamma": mp.psi(0, mp.mpf(x)), "logGamma": mp.loggamma(mp.mpf(x))}


def main():
    tables = {
        "bessel": bessel_rows(),
        "logBeta": log_beta_rows(),
        "caps": cap_rows(),
        "incompleteBeta": incomplete_beta_rows(),
        "areas": area_rows(),
        "kernelVolume": kernel_volume_rows(),
        "gamma": trigamma_rows(),
    }
    lines = [f'"producer": "make_special_functions.py, mpmath {mp.__version__}"']
    for name, rows in tables.items():
        rows = list(rows)
        columns = list(rows[0])
        body = ",\n".join(json.dumps([float(row[c]) for c in columns]) for row in rows)
        lines.append(f'"{name}": {{"columns": {json.dumps(columns)}, "rows": [\n{body}\n]}}')
    path = Path(__file__).with_name("special-functions.json")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
