import { neg, type Tensor } from "@nce-geometry/tensor";
import type { Manifold } from "../manifold.ts";

export interface MoveOptions {
  /** How a step follows its tangent vector: `retract` (cheap, agrees to second order) or `exp` (the geodesic). @defaultValue "retract" */
  readonly move?: "retract" | "exp";
}

/** A point after a step, and the state after it. */
export interface StepResult<State> {
  readonly x: Tensor;
  readonly state: State;
}

/** The point at the end of the tangent vector v at x, put back onto the manifold against the drift of rounding. */
export function moveAlong(manifold: Manifold, x: Tensor, v: Tensor, { move = "retract" }: MoveOptions): Tensor {
  return manifold.projectPoint(move === "exp" ? manifold.expMap(x, v) : manifold.retract(x, v));
}

/** The same against the direction v. */
export function moveAgainst(manifold: Manifold, x: Tensor, v: Tensor, options: MoveOptions): Tensor {
  return moveAlong(manifold, x, neg(v), options);
}
