import type { OpName } from "@nce-geometry/tensor";
import { binaryKernels } from "./kernels/binary.ts";
import { compareKernels } from "./kernels/choice.ts";
import { reduceKernels } from "./kernels/reduce.ts";
import { unaryKernels } from "./kernels/unary.ts";

/** The kernels of tf without which an operation cannot run, on any backend. */
export const requiredKernels: ReadonlyMap<OpName, readonly string[]> = new Map<OpName, readonly string[]>([
  ...namedOperations(unaryKernels),
  ...namedOperations(binaryKernels),
  ...namedOperations(compareKernels),
  ...namedOperations(reduceKernels),
  ["matMul", ["BatchMatMul", "Reshape", "Transpose"]],
  ["where", ["Select", "Tile", "Reshape", "Identity"]],
  ["cast", ["Cast", "NotEqual", "Identity"]],
  ["reshape", ["Reshape"]],
  ["transpose", ["Transpose", "Identity"]],
  ["broadcastTo", ["Tile", "Reshape", "Identity"]],
  ["slice", ["Slice", "Identity"]],
  ["pad", ["PadV2", "Identity"]],
  ["concat", ["Concat", "Identity"]],
  ["gather", ["GatherV2"]],
  ["scatterAdd", ["ScatterNd", "Reshape"]],
  ["topK", ["TopK"]],
]);

function namedOperations<T extends OpName>(kernels: Readonly<Record<T, string>>): [OpName, readonly string[]][] {
  return Object.entries<string>(kernels).map(([op, kernel]) => [op as OpName, [kernel]]);
}
