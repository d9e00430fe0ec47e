// log(1 + x) and e^x − 1 near 0 from additions and multiplications alone, for devices whose exp and log are accurate only
// in absolute terms there.

import type { TfRuntime } from "../tf-runtime.ts";
import type { TfTensor } from "../tfjs-core.ts";
import { choose } from "./choice.ts";

/**
 * log(1 + x) = 2·artanh(s) = 2s(1 + s²/3 + s⁴/5 + …) with s = x/(2 + x) where |x| < ¼, hence |s| ≤ 1/7: the first term
 * left out is s¹⁰/11 < 4e-10.
 */
export function log1pSeries(runtime: TfRuntime, x: TfTensor): TfTensor {
  const s = runtime.run("RealDiv", { a: x, b: runtime.run("Add", { a: x, b: runtime.scalar(2) }) });
  const square = runtime.run("Multiply", { a: s, b: s });
  const sum = polynomial(runtime, square, [2, 2 / 3, 2 / 5, 2 / 7, 2 / 9]);
  const near = runtime.run("Multiply", { a: s, b: sum });
  const far = runtime.run("Log", { x: runtime.run("Add", { a: x, b: runtime.scalar(1) }) });
  return choose(runtime, smallerThan(runtime, x, 0.25), near, far);
}

/** e^x − 1 = x(1 + x/2! + x²/3! + …) where |x| < ½: the first term left out is x⁸/9! < 2e-8·½, a quarter of an ulp. */
export function expm1Series(runtime: TfRuntime, x: TfTensor): TfTensor {
  const sum = polynomial(runtime, x, [1, 1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040, 1 / 40320]);
  const near = runtime.run("Multiply", { a: x, b: sum });
  const far = runtime.run("Sub", { a: runtime.run("Exp", { x }), b: runtime.scalar(1) });
  return choose(runtime, smallerThan(runtime, x, 0.5), near, far);
}

/** Σ c_k x^k by Horner's scheme. */
function polynomial(runtime: TfRuntime, x: TfTensor, coefficients: readonly number[]): TfTensor {
  return coefficients
    .slice(0, -1)
    .reduceRight(
      (sum, coefficient) =>
        runtime.run("Add", { a: runtime.run("Multiply", { a: x, b: sum }), b: runtime.scalar(coefficient) }),
      runtime.scalar(coefficients.at(-1)!),
    );
}

function smallerThan(runtime: TfRuntime, x: TfTensor, bound: number): TfTensor {
  return runtime.run("Less", { a: runtime.run("Abs", { x }), b: runtime.scalar(bound) });
}
