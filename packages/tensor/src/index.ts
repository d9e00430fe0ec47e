// The contract

export type {
  Backend,
  BinaryOp,
  CompareOp,
  Feature,
  MatMulOptions,
  OpName,
  ReduceOp,
  StructuralOp,
  TopKResult,
  UnaryOp,
} from "./backend.ts";
export { type DType, type FloatDType, isFloat, type TensorData } from "./dtype.ts";
export { broadcastShapes, formatShape, sizeOf } from "./shape.ts";
export type { Shape, Tensor } from "./tensor.ts";

// What everything shares

export type { Critic, DenominatorKind } from "./critic.ts";
export { InputError, type InputErrorCode, type InputErrorDetails, isInputError } from "./input-error.ts";
export { isRowMatrix, type RowBlock, type RowMatrix, type RowSource, type Rows } from "./rows.ts";
export { type CancelSignal, type Progress, type RunControl, throwIfAborted, yieldToEventLoop } from "./run-control.ts";

// Backends

export { referenceBackend } from "./reference/reference-backend.ts";

// Operations

export type { TensorLike } from "./ops/check.ts";
export {
  cast,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  notEqual,
  where,
} from "./ops/compare.ts";
export {
  arange,
  type CreateOptions,
  eye,
  fromArray,
  fromData,
  full,
  type NestedNumbers,
  ones,
  scalar,
  zeros,
} from "./ops/create.ts";
export {
  abs,
  add,
  atan2,
  cos,
  div,
  exp,
  expm1,
  log,
  log1p,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  sigmoid,
  sign,
  sin,
  softplus,
  sqrt,
  square,
  sub,
  tanh,
} from "./ops/elementwise.ts";
export { gather, type ScatterAddOptions, scatterAdd } from "./ops/gather.ts";
export { broadcastTo, type ConcatOptions, concat, pad, reshape, slice, transpose } from "./ops/layout.ts";
export { matMul } from "./ops/mat-mul.ts";
export { max, mean, min, type ReduceOptions, sum } from "./ops/reduce.ts";
export { type SortOptions, sort, type TopKOptions, topK } from "./ops/top-k.ts";

// Derived operations

export { logMeanExp, logSumExp } from "./derived/log-sum-exp.ts";
export { diagonal, type NormalizeRowsOptions, normalizeRows, rowDot, rowNorms } from "./derived/rows.ts";
export { scoreMatrix, scorePerSample } from "./derived/score.ts";
export { logSoftmax, type SoftmaxOptions, softmax } from "./derived/softmax.ts";
export { type SquaredDistanceOptions, squaredDistanceMatrix } from "./derived/squared-distance-matrix.ts";

// Differentiation

export { type CustomGrad, customGrad, stopGradient } from "./autodiff/custom-grad.ts";
export { type ValueAndGrad, valueAndGrad } from "./autodiff/value-and-grad.ts";

// Random numbers

export {
  createRandom,
  type IntegerOptions,
  type Random,
  type RandomState,
  restoreRandom,
  type UniformOptions,
} from "./random/random.ts";
export { randomNormal, randomUniform } from "./random/random-tensor.ts";

// Plain arrays of float64

export { meanOfArray, sumOfArray } from "./numerics/compensated-sum.ts";
export { logAddExp, logMeanExpOfArray, logSumExpOfArray } from "./numerics/log-sum-exp.ts";
export { log1mexp } from "./numerics/log1mexp.ts";
export {
  linesInPanels,
  PANEL,
  type Panels,
  panelDifferences,
  panelOffset,
  panelProducts,
} from "./numerics/panel-products.ts";
export { softplusOf } from "./numerics/softplus.ts";
