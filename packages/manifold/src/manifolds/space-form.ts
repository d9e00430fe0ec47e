// Sphere and hyperboloid on tensors: the same formulas up to the sign σ of the curvature, with
// ⟨u, v⟩ = σu₀v₀ + Σ_{k≥1} u_k v_k and ⟨x, x⟩ = σ on the manifold.

import { add, div, mul, sub, type Tensor } from "@nce-geometry/tensor";
import { onRows } from "./arguments.ts";
import { column, flat, rowSum } from "./columns.ts";
import { distanceMatrix, type ProductForm } from "./distance-matrix.ts";
import { stumpff } from "./stumpff.ts";
import type { TensorMaps } from "./tensor-support.ts";

/** What tells one space form from another. Vectors [n] of numbers per row are columns [n, 1] here. */
export interface SpaceForm {
  readonly name: string;
  readonly dimension: number;
  readonly sigma: 1 | -1;
  /** J = diag(σ, 1, …, 1), from vectors to covectors and back. */
  readonly lower: (x: Tensor) => Tensor;
  readonly norm: (v: Tensor) => Tensor;
  readonly distance: (x: Tensor, y: Tensor) => Tensor;
  readonly squaredDistance: (x: Tensor, y: Tensor) => Tensor;
  readonly log: (x: Tensor, y: Tensor) => Tensor;
  /** `result` once it is certain that the shortest geodesics from x to y are unique. */
  readonly requireUnique: (where: string, x: Tensor, y: Tensor, result: Tensor) => Tensor;
  readonly product: Pick<ProductForm, "distances" | "weights">;
}

export type SpaceFormMaps = Omit<TensorMaps, "projectPoint" | "retract">;

/** The maps that follow from the form. */
export function spaceFormMaps(form: SpaceForm): SpaceFormMaps {
  const { name, dimension: d } = form;
  const inner = innerProduct(form);
  return {
    tangentInner: (x, u, v) => onRows(`${name}.tangentInner`, d, { x, u, v }, (_, a, b) => flat(inner(a!, b!))),
    norm: (x, v) => onRows(`${name}.norm`, d, { x, v }, (_, b) => flat(form.norm(b!))),
    geodesicDistance: (x, y) => {
      return onRows(`${name}.geodesicDistance`, d, { x, y }, (a, b) => flat(form.distance(a!, b!)));
    },
    squaredGeodesicDistance: (x, y) => {
      return onRows(`${name}.squaredGeodesicDistance`, d, { x, y }, (a, b) => flat(form.squaredDistance(a!, b!)));
    },
    geodesicDistanceMatrix: (x, y) => {
      const pairs = (a: Tensor, b: Tensor): Tensor => flat(form.distance(a, b));
      return distanceMatrix(name, d, x, y, { pairs, product: { ...form.product, lower: form.lower } });
    },
    ...velocities(form),
    ...derivatives(form),
  };
}

function velocities(form: SpaceForm): Pick<SpaceFormMaps, "expMap" | "logMap" | "geodesic" | "parallelTransport"> {
  const { name, dimension: d, sigma } = form;
  const inner = innerProduct(form);
  const exp = (x: Tensor, v: Tensor): Tensor => {
    const s = inner(v, v);
    return add(mul(stumpff(0, s, sigma), x), mul(stumpff(1, s, sigma), v));
  };
  return {
    expMap: (x, v) => onRows(`${name}.expMap`, d, { x, v }, (a, b) => exp(a!, b!)),
    logMap: (x, y) => {
      const where = `${name}.logMap`;
      return onRows(where, d, { x, y }, (a, b) => form.requireUnique(where, a!, b!, form.log(a!, b!)));
    },
    geodesic: (x, y, t) => {
      const where = `${name}.geodesic`;
      const time = typeof t === "number" ? t : column(t);
      return onRows(where, d, { x, y }, (a, b) => {
        return exp(a!, form.requireUnique(where, a!, b!, mul(time, form.log(a!, b!))));
      });
    },
    parallelTransport: (x, y, v) => {
      const where = `${name}.parallelTransport`;
      return onRows(where, d, { x, y, v }, (a, b, u) => {
        const total = add(a!, b!);
        const factor = div(mul(inner(b!, u!), 2), inner(total, total));
        return form.requireUnique(where, a!, b!, sub(u!, mul(factor, total)));
      });
    },
  };
}

function derivatives(
  form: SpaceForm,
): Pick<SpaceFormMaps, "projectTangent" | "toRiemannianGradient" | "riemannianHessianVectorProduct"> {
  const { name, dimension: d, sigma, lower } = form;
  const inner = innerProduct(form);
  const project = (x: Tensor, v: Tensor): Tensor => sub(v, mul(mul(inner(x, v), sigma), x));
  return {
    projectTangent: (x, v) => onRows(`${name}.projectTangent`, d, { x, v }, (a, b) => project(a!, b!)),
    toRiemannianGradient: (x, gradient) => {
      return onRows(`${name}.toRiemannianGradient`, d, { x, gradient }, (a, g) => project(a!, lower(g!)));
    },
    riemannianHessianVectorProduct: (x, v, { gradient, hessianVectorProduct }) => {
      const where = `${name}.riemannianHessianVectorProduct`;
      return onRows(where, d, { x, v, gradient, hessianVectorProduct }, (a, u, g, h) => {
        // ⟨x, Jg⟩ of the form is the plain Σ x_k g_k.
        return sub(project(a!, lower(h!)), mul(mul(rowSum(mul(a!, g!)), sigma), u!));
      });
    },
  };
}

/** ⟨u, v⟩ of the form, row by row, as a column. */
export function innerProduct({ sigma, lower }: Pick<SpaceForm, "sigma" | "lower">): (u: Tensor, v: Tensor) => Tensor {
  return (u, v) => rowSum(mul(u, sigma === 1 ? v : lower(v)));
}
