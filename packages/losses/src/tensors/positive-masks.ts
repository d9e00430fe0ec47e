import { cast, equal, eye, fromData, greater, InputError, logicalOr, matMul, type Tensor } from "@nce-geometry/tensor";
import type { Side } from "../contrast/contrast-options.ts";
import type { RowGroups } from "../contrast/positive-groups.ts";

/** Which pairs are positive, and which pairs within a side are therefore no negatives. */
export interface PositiveMasks {
  /** [n, m], true at positives. */
  readonly cross: Tensor;
  /** [n, n] or [m, m]: the row itself, and rows with which it belongs together. */
  own(side: Side): Tensor;
}

/** Rows belong together where their groups are equal. */
export function groupMasks({ backend }: Tensor, groups: RowGroups): PositiveMasks {
  const equality = (a: Int32Array, b: Int32Array) =>
    equal(fromData(backend, a, [a.length, 1]), fromData(backend, b, [1, b.length]));
  return { cross: equality(groups.x, groups.y), own: (side) => equality(groups[side], groups[side]) };
}

/** Rows belong together where they share a positive. */
export function givenMasks(where: string, like: Tensor, mask: Tensor, shape: readonly number[]): PositiveMasks {
  if (mask.dtype !== "bool" || mask.shape.length !== 2 || mask.shape.some((size, axis) => size !== shape[axis])) {
    const received = `${mask.dtype} of shape [${mask.shape.join(", ")}]`;
    const expected = `bool of shape [${shape.join(", ")}], one entry for each pair`;
    throw new InputError({ code: "E_SHAPE", where, argument: "positives.mask", expected, received });
  }
  const own = (side: Side) => {
    const numbers = cast(mask, like.dtype);
    const shared = matMul(numbers, numbers, side === "x" ? { transposeB: true } : { transposeA: true });
    return logicalOr(greater(shared, 0), cast(eye(mask.backend, shared.shape[0]!), "bool"));
  };
  return { cross: mask, own };
}
