import { InputError, type Random } from "@nce-geometry/tensor";
import type { Float64Rows } from "../manifold.ts";

/** Independent standard normal numbers. */
export function standardNormals(random: Random, rows: number, dim: number): Float64Rows {
  return { rows, dim, data: random.normal(rows * dim) };
}

/** Throws E_OPTION unless n is a number of points that memory could hold. */
export function requireCount(where: string, n: number): void {
  if (Number.isSafeInteger(n) && n >= 0) return;
  throw new InputError({ code: "E_OPTION", where, argument: "n", expected: "an integer ≥ 0", received: String(n) });
}

/** The refusal of a uniform law on a manifold of infinite volume. */
export function noUniformLaw(where: string): InputError {
  return new InputError({
    code: "E_UNSUPPORTED",
    where,
    argument: "this",
    expected: "of finite volume",
    received: "a manifold without a uniform law",
    hint: "Draw tangent vectors at a point with sampleTangent and follow them with expMap.",
  });
}
