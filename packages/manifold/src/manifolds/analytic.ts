// Functions of one variable that are analytic although their closed form is 0/0 somewhere. Each is one of a family that is
// closed under differentiation, so that derivatives of any order keep their digits where the closed form has none.

import { add, customGrad, lessEqual, maximum, minimum, mul, type Tensor, where } from "@nce-geometry/tensor";

/** The derivative of the given order of one function, evaluated without regard to its own derivative. */
export type DerivativeFamily = (order: number, x: Tensor) => Tensor;

/** The derivative of the given order as a tensor whose own derivative is the next of the family. */
export function analytic(family: DerivativeFamily, order: number, x: Tensor): Tensor {
  const rule = (t: Tensor) => ({
    value: family(order, t),
    pullback: (g: Tensor) => [mul(g, analytic(family, order + 1, t))],
  });
  return customGrad(rule, [x]);
}

/** Σ_j c_j x^j by Horner's rule. */
export function powerSeries(coefficients: readonly number[], x: Tensor): Tensor {
  const [highest, ...lower] = coefficients.toReversed();
  return lower.reduce((sum, c) => add(mul(sum, x), c), add(mul(x, 0), highest!));
}

/** One form up to a bound and another beyond; neither meets the numbers of the other. */
export function upTo(bound: number, x: Tensor, below: (x: Tensor) => Tensor, above: (x: Tensor) => Tensor): Tensor {
  return where(lessEqual(x, bound), below(minimum(x, bound)), above(maximum(x, bound)));
}

/** Coefficients of the n-th derivative of Σ_j c(j) x^j, as many as count where |x| ≤ bound < 1. */
export function derivedCoefficients(
  c: (j: number) => number,
  n: number,
  precision: { readonly bound: number; readonly epsilon: number },
): number[] {
  const coefficients: number[] = [];
  for (let m = 0; ; m++) {
    let coefficient = c(m + n);
    for (let k = 1; k <= n; k++) coefficient *= m + k;
    coefficients.push(coefficient);
    if (Math.abs(coefficient) * precision.bound ** m < (precision.epsilon / 8) * Math.abs(coefficients[0]!)) {
      return coefficients;
    }
  }
}
