export type { Backend, BinaryOp, CompareOp, Feature, MatMulOptions, OpName, ReduceOp, StructuralOp, TopKResult, UnaryOp } from "./backend.ts";
export type { Critic } from "./critic.ts";
export { type DType, type FloatDType, isFloat, type TensorData } from "./dtype.ts";
export { InputError, type InputErrorCode, type InputErrorDetails, isInputError } from "./input-error.ts";
export { isRowMatrix, type RowBlock, type RowMatrix, type RowSource, type Rows } from "./rows.ts";
export { type CancelSignal, type Progress, type RunControl, throwIfAborted, yieldToEventLoop } from "./run-control.ts";
export type { Shape, Tensor } from "./tensor.ts";
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
export type { TensorLike } from "./ops/check.ts";
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
export { max, mean, min, type ReduceOptions, sum } from "./ops/reduce.ts";
export { matMul } from "./ops/mat-mul.ts";
export { broadcastTo, concat, type ConcatOptions, pad, reshape, slice, transpose } from "./ops/layout.ts";
export { gather, scatterAdd, type ScatterAddOptions } from "./ops/gather.ts";
export { sort, type SortOptions, topK, type TopKOptions } from "./ops/top-k.ts";
export { logMeanExp, logSumExp } from "./derived/log-sum-exp.ts";
export { logSoftmax, softmax, type SoftmaxOptions } from "./derived/softmax.ts";
export { diagonal, normalizeRows, type NormalizeRowsOptions, rowDot, rowNorms } from "./derived/rows.ts";
export { squaredDistanceMatrix, type SquaredDistanceOptions } from "./derived/squared-distance-matrix.ts";
export { scoreMatrix, scorePerSample } from "./derived/score.ts";
export { type ValueAndGrad, valueAndGrad } from "./autodiff/value-and-grad.ts";
export { type CustomGrad, customGrad, stopGradient } from "./autodiff/custom-grad.ts";
export { referenceBackend } from "./reference/reference-backend.ts";
export { broadcastShapes, formatShape, sizeOf } from "./shape.ts";
export { meanOfArray, sumOfArray } from "./numerics/compensated-sum.ts";
export { log1mexp } from "./numerics/log1mexp.ts";
export { logAddExp, logMeanExpOfArray, logSumExpOfArray } from "./numerics/log-sum-exp.ts";
export { softplusOf } from "./numerics/softplus.ts";
export { createRandom, type IntegerOptions, type Random, type RandomState, restoreRandom, type UniformOptions } from "./random/random.ts";
export { randomNormal, randomUniform } from "./random/random-tensor.ts";
