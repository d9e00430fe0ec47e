// Sphere and hyperboloid on rows: the same formulas up to the sign σ of the curvature, with ⟨u, v⟩ = σu₀v₀ + Σ_{k≥1} u_k v_k
// and ⟨x, x⟩ = σ on the manifold.

import type { RowBlock, RowMatrix } from "@nce-geometry/tensor";
import type { ManifoldRows } from "../manifold.ts";
import { distanceMatrix } from "./distance-matrix.ts";
import { checkRows, dotAt, mapRows, mapValues, normAt, type RowOffsets, timeOf } from "./float64-rows.ts";

/** What tells one space form from another. */
export interface SpaceFormRows {
  readonly name: string;
  readonly dimension: number;
  readonly sigma: 1 | -1;
  /** The distance of the rows that begin at a and b. */
  readonly distance: (x: RowBlock, a: number, y: RowBlock, b: number) => number;
  /** log_x y, written to `out` from `at` on. */
  readonly log: (x: RowBlock, a: number, y: RowBlock, b: number, out: Float64Array, at: number) => void;
  /** Throws where row b of y lies on the cut locus of row a of x. */
  readonly requireUnique: (where: string, x: RowMatrix, a: number, y: RowMatrix, b: number) => void;
  /** As in PairForms; the product is the form's ⟨x_i, y_j⟩. */
  readonly fromProduct: (product: number, i: number, j: number, x: RowMatrix, y: RowMatrix) => number;
}

export type SpaceFormMaps = Pick<
  ManifoldRows,
  | "projectTangent"
  | "tangentInner"
  | "norm"
  | "geodesicDistance"
  | "squaredGeodesicDistance"
  | "geodesicDistanceMatrix"
  | "expMap"
  | "logMap"
  | "parallelTransport"
  | "geodesic"
  | "toRiemannianGradient"
  | "riemannianHessianVectorProduct"
>;

/** The maps that follow from the form. */
export function spaceFormRows(form: SpaceFormRows): SpaceFormMaps {
  const { name, dimension: d, sigma } = form;
  const inner = innerProduct(form);
  return {
    tangentInner: (x, u, v) => {
      return mapValues(`${name}.tangentInner`, d, { x, u, v }, ([, b, c]) => inner(u.data, b!, v.data, c!));
    },
    norm: (x, v) => {
      return mapValues(`${name}.norm`, d, { x, v }, ([, b]) => {
        return sigma === 1 ? normAt(v.data, b!, d) : Math.sqrt(Math.max(0, inner(v.data, b!, v.data, b!)));
      });
    },
    geodesicDistance: (x, y) => {
      return mapValues(`${name}.geodesicDistance`, d, { x, y }, ([a, b]) => form.distance(x.data, a!, y.data, b!));
    },
    squaredGeodesicDistance: (x, y) => {
      const where = `${name}.squaredGeodesicDistance`;
      return mapValues(where, d, { x, y }, ([a, b]) => form.distance(x.data, a!, y.data, b!) ** 2);
    },
    geodesicDistanceMatrix: (x, y) => {
      return distanceMatrix(
        `${name}.geodesicDistanceMatrix`,
        d,
        { x, y },
        {
          pair: (a, b) => form.distance(x.data, a, y.data, b),
          left: sigma === 1 ? x : flipFirst(x),
          fromProduct: (product, i, j) => form.fromProduct(product, i, j, x, y),
        },
      );
    },
    ...velocities(form),
    ...derivatives(form),
  };
}

function velocities(form: SpaceFormRows): Pick<SpaceFormMaps, "expMap" | "logMap" | "geodesic" | "parallelTransport"> {
  const { name, dimension: d, sigma } = form;
  const inner = innerProduct(form);
  return {
    expMap: (x, v) => {
      return mapRows(`${name}.expMap`, d, { x, v }, ([a, b], out, at) => {
        const { along, across } = coefficients(sigma, inner(v.data, b!, v.data, b!));
        for (let k = 0; k < d; k++) out[at + k] = along * x.data[a! + k]! + across * v.data[b! + k]!;
      });
    },
    logMap: (x, y) => {
      return mapRows(`${name}.logMap`, d, { x, y }, ([a, b], out, at) => {
        form.requireUnique(`${name}.logMap`, x, a!, y, b!);
        form.log(x.data, a!, y.data, b!, out, at);
      });
    },
    geodesic: (x, y, t) => {
      const where = `${name}.geodesic`;
      const time = timeOf(where, t, checkRows(where, d, { x, y }).rows);
      const velocity = new Float64Array(d);
      return mapRows(where, d, { x, y }, ([a, b], out, at) => {
        form.requireUnique(where, x, a!, y, b!);
        form.log(x.data, a!, y.data, b!, velocity, 0);
        const now = time(at / d);
        const { along, across } = coefficients(sigma, now * now * inner(velocity, 0, velocity, 0));
        for (let k = 0; k < d; k++) out[at + k] = along * x.data[a! + k]! + now * across * velocity[k]!;
      });
    },
    parallelTransport: (x, y, v) => {
      const where = `${name}.parallelTransport`;
      return mapRows(where, d, { x, y, v }, ([a, b, c], out, at) => {
        form.requireUnique(where, x, a!, y, b!);
        // v − σ·2⟨y, v⟩/B·(x + y), B = σ⟨x + y, x + y⟩
        for (let k = 0; k < d; k++) out[at + k] = x.data[a! + k]! + y.data[b! + k]!;
        const factor = (2 * inner(y.data, b!, v.data, c!)) / inner(out, at, out, at);
        for (let k = 0; k < d; k++) out[at + k] = v.data[c! + k]! - factor * out[at + k]!;
      });
    },
  };
}

function derivatives(
  form: SpaceFormRows,
): Pick<SpaceFormMaps, "projectTangent" | "toRiemannianGradient" | "riemannianHessianVectorProduct"> {
  const { name, dimension: d, sigma } = form;
  const inner = innerProduct(form);
  /** From v to v − σ⟨x, v⟩x, in place. */
  const project = (x: RowBlock, a: number, out: Float64Array, at: number): void => {
    const normal = sigma * inner(x, a, out, at);
    for (let k = 0; k < d; k++) out[at + k] = out[at + k]! - normal * x[a + k]!;
  };
  /** With J = diag(σ, 1, …, 1), which makes a vector of a gradient. */
  const writeRaised = (g: RowBlock, b: number, out: Float64Array, at: number): void => {
    for (let k = 0; k < d; k++) out[at + k] = g[b + k]!;
    out[at] = sigma * g[b]!;
  };
  return {
    projectTangent: (x, v) => {
      return mapRows(`${name}.projectTangent`, d, { x, v }, ([a, b]: RowOffsets, out, at) => {
        for (let k = 0; k < d; k++) out[at + k] = v.data[b! + k]!;
        project(x.data, a!, out, at);
      });
    },
    toRiemannianGradient: (x, gradient) => {
      return mapRows(`${name}.toRiemannianGradient`, d, { x, gradient }, ([a, b], out, at) => {
        writeRaised(gradient.data, b!, out, at);
        project(x.data, a!, out, at);
      });
    },
    riemannianHessianVectorProduct: (x, v, { gradient, hessianVectorProduct }) => {
      const where = `${name}.riemannianHessianVectorProduct`;
      return mapRows(where, d, { x, v, gradient, hessianVectorProduct }, ([a, b, g, h], out, at) => {
        writeRaised(hessianVectorProduct.data, h!, out, at);
        project(x.data, a!, out, at);
        // ⟨x, Jg⟩ of the form is the plain Σ x_k g_k.
        const bend = sigma * dotAt(x.data, a!, gradient.data, g!, d);
        for (let k = 0; k < d; k++) out[at + k] = out[at + k]! - bend * v.data[b! + k]!;
      });
    },
  };
}

/** c₀(σs) and c₁(σs): cos and sinc of √s, or cosh and sinhc. */
function coefficients(sigma: 1 | -1, s: number): { readonly along: number; readonly across: number } {
  const root = Math.sqrt(Math.max(0, s));
  if (root === 0) return { along: 1, across: 1 };
  if (sigma === 1) return { along: Math.cos(root), across: Math.sin(root) / root };
  return { along: Math.cosh(root), across: Math.sinh(root) / root };
}

function innerProduct({ dimension, sigma }: SpaceFormRows): (u: RowBlock, a: number, v: RowBlock, b: number) => number {
  if (sigma === 1) return (u, a, v, b) => dotAt(u, a, v, b, dimension);
  return (u, a, v, b) => dotAt(u, a + 1, v, b + 1, dimension - 1) - u[a]! * v[b]!;
}

function flipFirst(x: RowMatrix): RowMatrix {
  const data = Float64Array.from(x.data);
  for (let at = 0; at < data.length; at += x.dim) data[at] = -data[at]!;
  return { rows: x.rows, dim: x.dim, data };
}
