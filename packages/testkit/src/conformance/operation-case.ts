import type { Tensor } from "@nce-geometry/tensor";
import type { HostArray } from "./host-array.ts";

/** One call of one operation, to be made on the backend under test and on the reference. */
export interface OperationCase {
  /** The exported function. */
  readonly operation: string;
  /** What is special about this call; unique within the operation. */
  readonly title: string;
  readonly inputs: readonly HostArray[];
  /** The call; its results are the tensors compared. */
  readonly run: (...inputs: Tensor[]) => Tensor | readonly Tensor[];
  /** Roundings on the way to an element, the length of its sum included. */
  readonly ulps: number;
  /**
   * Size of the terms of each element of the first result, where they may cancel; run on the reference.
   * @defaultValue the result itself, so that the error is relative
   */
  readonly magnitude?: (...inputs: Tensor[]) => Tensor;
  /** Whether the result is smooth at these inputs, as a function of the float ones. @defaultValue false */
  readonly smooth?: boolean;
}
