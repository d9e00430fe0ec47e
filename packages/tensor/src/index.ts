export type { Backend, BinaryOp, CompareOp, Feature, MatMulOptions, OpName, ReduceOp, StructuralOp, TopKResult, UnaryOp } from "./backend.ts";
export type { Critic } from "./critic.ts";
export { type DType, type FloatDType, isFloat, type TensorData } from "./dtype.ts";
export { InputError, type InputErrorCode, type InputErrorDetails, isInputError } from "./input-error.ts";
export { isRowMatrix, type RowBlock, type RowMatrix, type RowSource, type Rows } from "./rows.ts";
export { type CancelSignal, type Progress, type RunControl, throwIfAborted, yieldToEventLoop } from "./run-control.ts";
export type { Shape, Tensor } from "./tensor.ts";
