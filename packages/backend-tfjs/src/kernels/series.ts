// Functions near 0 from additions and multiplications alone, for devices whose own are accurate only in absolute terms
// there: WebGPU grants sin an error of 2⁻¹¹ and log one of 2⁻²¹. Each step is a kernel of its own, so that no compiler
// rearranges them.

import type { TfRuntime } from "../tf-runtime.ts";
import type { TfTensor } from "../tfjs-core.ts";
import { choose } from "./choice.ts";

/** The arithmetic of the series, on tensors of one shape and numbers. */
export class Arithmetic {
  readonly #runtime: TfRuntime;

  constructor(runtime: TfRuntime) {
    this.#runtime = runtime;
  }

  apply(kernel: string, x: TfTensor): TfTensor {
    return this.#runtime.run(kernel, { x });
  }

  add(a: TfTensor, b: TfTensor | number): TfTensor {
    return this.#binary("Add", a, b);
  }

  subtract(a: TfTensor, b: TfTensor | number): TfTensor {
    return this.#binary("Sub", a, b);
  }

  times(a: TfTensor, b: TfTensor | number): TfTensor {
    return this.#binary("Multiply", a, b);
  }

  over(a: TfTensor, b: TfTensor): TfTensor {
    return this.#binary("RealDiv", a, b);
  }

  less(a: TfTensor, b: number): TfTensor {
    return this.#binary("Less", a, b);
  }

  equal(a: TfTensor, b: number): TfTensor {
    return this.#binary("Equal", a, b);
  }

  choose(condition: TfTensor, a: TfTensor | number, b: TfTensor): TfTensor {
    return choose(this.#runtime, condition, this.#tensor(a), b);
  }

  /** Σ c_k x^k by Horner's scheme. */
  polynomial(x: TfTensor, coefficients: readonly number[]): TfTensor {
    const highest = this.#tensor(coefficients.at(-1)!);
    return coefficients.slice(0, -1).reduceRight((sum, c) => this.add(this.times(x, sum), c), highest);
  }

  #tensor(value: TfTensor | number): TfTensor {
    return typeof value === "number" ? this.#runtime.scalar(value) : value;
  }

  #binary(kernel: string, a: TfTensor, b: TfTensor | number): TfTensor {
    return this.#runtime.run(kernel, { a, b: this.#tensor(b) });
  }
}

/**
 * log(1 + x) = 2·artanh(s) = 2s(1 + s²/3 + s⁴/5 + …) with s = x/(2 + x) where |x| < ¼, hence |s| ≤ 1/7: the first term
 * left out is s¹⁰/11 < 4e-10.
 */
export function log1pSeries(math: Arithmetic, x: TfTensor): TfTensor {
  const s = math.over(x, math.add(x, 2));
  const near = math.times(s, math.polynomial(math.times(s, s), [2, 2 / 3, 2 / 5, 2 / 7, 2 / 9]));
  const far = math.apply("Log", math.add(x, 1));
  return math.choose(math.less(math.apply("Abs", x), 0.25), near, far);
}

/** e^x − 1 = x(1 + x/2! + x²/3! + …) where |x| < ½: the first term left out is x⁸/9!, 0.1 ulp at most. */
export function expm1Series(math: Arithmetic, x: TfTensor): TfTensor {
  const factorials = [1, 1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040, 1 / 40320];
  const near = math.times(x, math.polynomial(x, factorials));
  const far = math.subtract(math.apply("Exp", x), 1);
  return math.choose(math.less(math.apply("Abs", x), 0.5), near, far);
}

/** tanh |x| = −m/(m + 2) with m = e^(−2|x|) − 1, and tanh is odd. */
export function tanhSeries(math: Arithmetic, x: TfTensor): TfTensor {
  const m = expm1Series(math, math.times(math.apply("Abs", x), -2));
  const negative = math.over(m, math.add(m, 2));
  return math.choose(math.less(x, 0), negative, math.apply("Neg", negative));
}

/**
 * sin(x + quarterTurns·π/2). x is reduced to r = x − k·π/2 with π/2 in three parts, the first two of so few bits that k
 * times them is exact; on |r| ≤ π/4 the polynomials of degree 7 and 8 err by less than an ulp. Good for |x| < 8192.
 *
 * Source: W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980), for the reduction.
 */
export function sineSeries(math: Arithmetic, x: TfTensor, quarterTurns: 0 | 1): TfTensor {
  const k = math.apply("Round", math.times(x, 2 / Math.PI));
  const parts = [1.5703125, 4.837512969970703e-4, 7.549789948768648e-8];
  const r = parts.reduce((rest, part) => math.subtract(rest, math.times(k, part)), x);
  const square = math.times(r, r);
  const sine = math.times(r, math.polynomial(square, [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362880]));
  const cosine = math.polynomial(square, [1, -1 / 2, 1 / 24, -1 / 720, 1 / 40320]);
  const quadrant = remainder(math, math.add(k, quarterTurns), 4);
  const swapped = math.equal(remainder(math, quadrant, 2), 1);
  const value = math.choose(swapped, cosine, sine);
  return math.choose(math.less(quadrant, 2), value, math.apply("Neg", value));
}

/** x − n·⌊x/n⌋ for integers x. */
function remainder(math: Arithmetic, x: TfTensor, n: number): TfTensor {
  return math.subtract(x, math.times(math.apply("Floor", math.times(x, 1 / n)), n));
}
