import {
  add,
  cos,
  customGrad,
  div,
  equal,
  exp,
  expm1,
  maximum,
  mul,
  sin,
  sqrt,
  sub,
  type Tensor,
  where,
} from "@nce-geometry/tensor";
import { derivedCoefficients, powerSeries, upTo } from "./analytic.ts";

/** Beyond it the recurrence loses few digits; up to it a series of nine terms reaches float64. */
const SERIES_BOUND = 1;

/**
 * Stumpff functions of σs: cos and sinc of √s for σ = 1, cosh and sinhc for σ = −1, and what their derivatives need.
 *
 * Math:   c_k(σs) = Σ_j (−σs)^j/(2j + k)!;  c₀ = cos √s, c₁ = sin √s/√s for σ = 1;  d/ds c_k(σs) = σ(k c_{k+2} − c_{k+1})/2
 * Domain: s ≥ 0, and as far below as rounding of 0 may lead; analytic there in every order of differentiation.
 */
export function stumpff(k: number, s: Tensor, sigma: 1 | -1): Tensor {
  const rule = (t: Tensor) => ({
    value: evaluate(k, t, sigma),
    pullback: (g: Tensor) => {
      const next = stumpff(k + 1, t, sigma);
      const slope = k === 0 ? mul(next, -1) : sub(mul(stumpff(k + 2, t, sigma), k), next);
      return [mul(g, mul(slope, sigma / 2))];
    },
  });
  return customGrad(rule, [s]);
}

function evaluate(k: number, s: Tensor, sigma: 1 | -1): Tensor {
  if (k < 2) return closedForm(k, s, sigma);
  const series = (t: Tensor) => {
    const precision = { bound: SERIES_BOUND, epsilon: s.backend.epsilon };
    return powerSeries(
      derivedCoefficients((j) => (-sigma) ** j / factorial(2 * j + k), 0, precision),
      t,
    );
  };
  // s·c_{k+2} = 1/k! − c_k
  const recurrence = (t: Tensor): Tensor => {
    let c = closedForm(k % 2, t, sigma);
    for (let index = k % 2; index < k; index += 2) c = div(sub(1 / factorial(index), c), mul(t, sigma));
    return c;
  };
  return upTo(SERIES_BOUND, s, series, recurrence);
}

function closedForm(k: number, s: Tensor, sigma: 1 | -1): Tensor {
  const root = sqrt(maximum(s, 0));
  if (k === 0) return sigma === 1 ? cos(root) : mul(add(exp(root), exp(mul(root, -1))), 0.5);
  const zero = equal(root, 0);
  const divisor = where(zero, 1, root);
  return where(zero, 1, div(sigma === 1 ? sin(divisor) : sinh(divisor), divisor));
}

/** By e^x − 1, which does not cancel near 0. */
function sinh(x: Tensor): Tensor {
  const e = expm1(x);
  return mul(add(e, div(e, add(e, 1))), 0.5);
}

function factorial(n: number): number {
  let product = 1;
  for (let k = 2; k <= n; k++) product *= k;
  return product;
}
