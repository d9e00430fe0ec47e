// Functions of one operand on a GPU. Its own turn some NaN into numbers, take log 0 for a finite number, and lose small
// values in exp(x) − 1, log(1 + x) and tanh.

import type { UnaryOp } from "@nce-geometry/tensor";
import type { TfRuntime } from "../tf-runtime.ts";
import type { TfTensor } from "../tfjs-core.ts";
import { Arithmetic, expm1Series, log1pSeries, sineSeries, tanhSeries } from "./series.ts";

type Formula = (math: Arithmetic, x: TfTensor) => TfTensor;

/** The kernel to run instead of tf's own, where there is one. */
export function gpuKernel(op: UnaryOp): ((runtime: TfRuntime, x: TfTensor) => TfTensor) | undefined {
  const formula = formulas[op];
  if (formula === undefined) return undefined;
  return (runtime, x) => {
    const math = new Arithmetic(runtime);
    return math.choose(math.apply("IsNan", x), x, formula(math, x));
  };
}

const formulas: Readonly<Partial<Record<UnaryOp, Formula>>> = {
  sign: (math, x) => math.apply("Sign", x),
  exp: (math, x) => math.apply("Exp", x),
  expm1: expm1Series,
  log: logarithm,
  log1p: (math, x) => math.choose(math.equal(x, -1), Number.NEGATIVE_INFINITY, log1pSeries(math, x)),
  sqrt: (math, x) => math.apply("Sqrt", x),
  sin: (math, x) => sineSeries(math, x, 0),
  cos: (math, x) => sineSeries(math, x, 1),
  tanh: tanhSeries,
  sigmoid: (math, x) => math.apply("Sigmoid", x),
  softplus: (math, x) => {
    const correction = log1pSeries(math, math.apply("Exp", math.apply("Neg", math.apply("Abs", x))));
    return math.add(math.apply("Relu", x), correction);
  },
};

function logarithm(math: Arithmetic, x: TfTensor): TfTensor {
  return math.choose(math.equal(x, 0), Number.NEGATIVE_INFINITY, math.apply("Log", x));
}
