// Arc over chord: what logarithms and distances multiply differences of points by.

import {
  add,
  atan2,
  div,
  equal,
  log1p,
  maximum,
  mul,
  sqrt,
  square,
  sub,
  type Tensor,
  where,
} from "@nce-geometry/tensor";
import { analytic, derivedCoefficients, powerSeries, upTo } from "./analytic.ts";

/** Up to it a series of some 20 terms reaches float64; beyond it the recurrence loses about a digit per order. */
const SERIES_BOUND = 1 / 8;

/**
 * Math:   U(r) = atan(√r)/√r = Σ_j (−r)^j/(2j + 1);  2rU⁽ⁿ⁺¹⁾ + (2n + 1)U⁽ⁿ⁾ = (−1)ⁿ n!/(1 + r)ⁿ⁺¹
 * Domain: r ≥ 0; analytic there in every order of differentiation, also at 0.
 */
export function arctanRatio(r: Tensor): Tensor {
  return analytic(arctanDerivative, 0, r);
}

/**
 * Math:   K(a) = asinh(√a)/√(a(1 + a)) = Σ_j (−a)^j j!/(3/2)_j;
 *         2a(1 + a)K⁽ⁿ⁺¹⁾ + (2n + 1)(1 + 2a)K⁽ⁿ⁾ + 2n²K⁽ⁿ⁻¹⁾ = 1 for n = 0, else 0
 * Domain: a ≥ 0, and as far below as rounding of 0 may lead; analytic there in every order of differentiation.
 */
export function arcsinhRatio(a: Tensor): Tensor {
  return analytic(arcsinhDerivative, 0, a);
}

/** asinh x for x ≥ 0, without cancellation near 0. */
export function asinh(x: Tensor): Tensor {
  const s = square(x);
  return log1p(add(x, div(s, add(sqrt(add(s, 1)), 1))));
}

function arctanDerivative(n: number, r: Tensor): Tensor {
  if (n === 0) return overRoot(r, (root) => atan2(root, 1));
  const series = (t: Tensor) =>
    powerSeries(
      coefficients((j) => (-1) ** j / (2 * j + 1), n, t),
      t,
    );
  const recurrence = (t: Tensor): Tensor => {
    let u = arctanDerivative(0, t);
    let power: Tensor = div(1, add(t, 1));
    for (let k = 0; k < n; k++) {
      u = div(sub(power, mul(u, 2 * k + 1)), mul(t, 2));
      power = div(mul(power, -(k + 1)), add(t, 1));
    }
    return u;
  };
  return upTo(SERIES_BOUND, r, series, recurrence);
}

function arcsinhDerivative(n: number, a: Tensor): Tensor {
  const series = (t: Tensor) => powerSeries(coefficients(arcsinhCoefficient, n, t), t);
  const recurrence = (t: Tensor): Tensor => {
    let previous = mul(t, 0);
    let current = div(overRoot(t, asinh), sqrt(add(t, 1)));
    for (let k = 0; k < n; k++) {
      const known = add(mul(mul(add(mul(t, 2), 1), 2 * k + 1), current), mul(previous, 2 * k * k));
      const next = div(sub(k === 0 ? 1 : 0, known), mul(mul(t, 2), add(t, 1)));
      previous = current;
      current = next;
    }
    return current;
  };
  return upTo(SERIES_BOUND, a, series, recurrence);
}

function arcsinhCoefficient(j: number): number {
  let coefficient = (-1) ** j;
  for (let k = 1; k <= j; k++) coefficient *= k / (k + 0.5);
  return coefficient;
}

function coefficients(c: (j: number) => number, n: number, x: Tensor): number[] {
  return derivedCoefficients(c, n, { bound: SERIES_BOUND, epsilon: x.backend.epsilon });
}

/** f(√x)/√x, and 1 at 0. */
function overRoot(x: Tensor, f: (root: Tensor) => Tensor): Tensor {
  const root = sqrt(maximum(x, 0));
  const zero = equal(root, 0);
  const divisor = where(zero, 1, root);
  return where(zero, 1, div(f(divisor), divisor));
}
