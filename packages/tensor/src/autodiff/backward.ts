// The backward pass: from the cotangent of one result to those of the variables.

import { full } from "../ops/create.ts";
import { add } from "../ops/elementwise.ts";
import type { Tensor } from "../tensor.ts";
import type { TraceBackend } from "./trace-backend.ts";
import type { TraceNode, TraceTensor } from "./trace-tensor.ts";

interface Cotangent {
  readonly tensor: Tensor;
  /** Whether some zeros mean "not chosen". */
  readonly selected: boolean;
}

/** Gradients of a scalar with respect to variables of the same trace; zeros for those it does not depend on. */
export function backward(trace: TraceBackend, output: TraceTensor, variables: readonly TraceTensor[]): Tensor[] {
  const cotangents = new Map<TraceNode, Cotangent>();
  if (output.node !== undefined) {
    const one = full(output.primal.backend, [], 1);
    cotangents.set(output.node, { tensor: one, selected: false });
    for (let index = output.node.index; index >= 0; index--) propagate(trace.nodes[index]!, cotangents);
  }
  return variables.map(({ node, primal }) => {
    return cotangents.get(node!)?.tensor ?? full(primal.backend, primal.shape, 0);
  });
}

function propagate(node: TraceNode, cotangents: Map<TraceNode, Cotangent>): void {
  const cotangent = cotangents.get(node);
  if (cotangent === undefined || node.parents.length === 0) return;
  // Only variables are asked for in the end.
  cotangents.delete(node);
  const selected = cotangent.selected || node.selects;
  node.pullback(cotangent.tensor, cotangent.selected).forEach((contribution, position) => {
    const parent = node.parents[position];
    if (parent === undefined || contribution === undefined) return;
    const tensor = contribution();
    const earlier = cotangents.get(parent);
    cotangents.set(
      parent,
      earlier === undefined
        ? { tensor, selected }
        : { tensor: add(earlier.tensor, tensor), selected: selected || earlier.selected },
    );
  });
}
