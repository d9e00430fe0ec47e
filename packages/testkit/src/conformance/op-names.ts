import type { OpName } from "@nce-geometry/tensor";

/** A record, so that the compiler notices a name too many or too few. */
const NAMES: Readonly<Record<OpName, true>> = {
  neg: true,
  abs: true,
  sign: true,
  exp: true,
  expm1: true,
  log: true,
  log1p: true,
  sqrt: true,
  sin: true,
  cos: true,
  tanh: true,
  sigmoid: true,
  softplus: true,
  add: true,
  sub: true,
  mul: true,
  div: true,
  pow: true,
  atan2: true,
  maximum: true,
  minimum: true,
  equal: true,
  notEqual: true,
  less: true,
  lessEqual: true,
  greater: true,
  greaterEqual: true,
  sum: true,
  max: true,
  min: true,
  matMul: true,
  where: true,
  cast: true,
  reshape: true,
  transpose: true,
  broadcastTo: true,
  slice: true,
  pad: true,
  concat: true,
  gather: true,
  scatterAdd: true,
  topK: true,
};

/** Every operation a backend may declare missing. */
export const OP_NAMES: readonly OpName[] = Object.keys(NAMES) as OpName[];

export function isOpName(name: string): name is OpName {
  return Object.hasOwn(NAMES, name);
}
