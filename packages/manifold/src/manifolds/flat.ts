// Flat manifolds on tensors: straight lines, in coordinates that may wrap.

import {
  abs,
  add,
  div,
  greater,
  logicalNot,
  matMul,
  max,
  maximum,
  mul,
  randomNormal,
  rowNorms,
  sqrt,
  sub,
  type Tensor,
  transpose,
  where,
} from "@nce-geometry/tensor";
import type { Manifold, ManifoldRows } from "../manifold.ts";
import { onRows } from "./arguments.ts";
import { column, copy, flat, rowSum, squaredNorms } from "./columns.ts";
import { awayFromCutLocus } from "./cut-locus.ts";
import { distanceMatrix, type ProductForm } from "./distance-matrix.ts";
import { assemble, type ManifoldFacts } from "./tensor-support.ts";

/** What tells one flat manifold from another. */
export interface FlatForm {
  readonly facts: ManifoldFacts;
  readonly rows: ManifoldRows;
  readonly projectPoint: (x: Tensor) => Tensor;
  /** Differences of coordinates and coordinates after a move, brought back into range. @defaultValue as they are */
  readonly wrap?: (coordinates: Tensor) => Tensor;
  /** A difference of coordinates this large has no direction. @defaultValue none has */
  readonly cutLocus?: number;
}

/** The manifold that follows. */
export function flatManifold(form: FlatForm): Manifold {
  const { name, ambientDimension: d } = form.facts;
  const wrap = form.wrap ?? ((x: Tensor) => x);
  const log = (where_: string, x: Tensor, y: Tensor): Tensor => {
    const velocity = wrap(sub(y, x));
    if (form.cutLocus === undefined) return velocity;
    return awayFromCutLocus(where_, sub(form.cutLocus, max(abs(velocity), { axis: 1 })), velocity);
  };
  const product = form.wrap === undefined ? { product: productForm } : {};
  const pairs = (x: Tensor, y: Tensor): Tensor => rowNorms(wrap(sub(x, y)));
  return assemble(
    form.facts,
    {
      projectPoint: (x) => onRows(`${name}.projectPoint`, d, { x }, (a) => form.projectPoint(a!)),
      projectTangent: (x, v) => onRows(`${name}.projectTangent`, d, { x, v }, (_, b) => copy(b!)),
      tangentInner: (x, u, v) => onRows(`${name}.tangentInner`, d, { x, u, v }, (_, a, b) => flat(rowSum(mul(a!, b!)))),
      norm: (x, v) => onRows(`${name}.norm`, d, { x, v }, (_, b) => rowNorms(b!)),
      geodesicDistance: (x, y) => onRows(`${name}.geodesicDistance`, d, { x, y }, (a, b) => pairs(a!, b!)),
      squaredGeodesicDistance: (x, y) => {
        return onRows(`${name}.squaredGeodesicDistance`, d, { x, y }, (a, b) => flat(squaredNorms(wrap(sub(a!, b!)))));
      },
      geodesicDistanceMatrix: (x, y) => distanceMatrix(name, d, x, y, { pairs, ...product }),
      expMap: (x, v) => onRows(`${name}.expMap`, d, { x, v }, (a, b) => wrap(add(a!, b!))),
      logMap: (x, y) => onRows(`${name}.logMap`, d, { x, y }, (a, b) => log(`${name}.logMap`, a!, b!)),
      retract: (x, v) => onRows(`${name}.retract`, d, { x, v }, (a, b) => form.projectPoint(add(a!, b!))),
      parallelTransport: (x, y, v) => onRows(`${name}.parallelTransport`, d, { x, y, v }, (_a, _b, c) => copy(c!)),
      geodesic: (x, y, t) => {
        const where_ = `${name}.geodesic`;
        const time = typeof t === "number" ? t : column(t);
        return onRows(where_, d, { x, y }, (a, b) => wrap(add(a!, mul(time, log(where_, a!, b!)))));
      },
      toRiemannianGradient: (x, gradient) => {
        return onRows(`${name}.toRiemannianGradient`, d, { x, gradient }, (_, g) => copy(g!));
      },
      riemannianHessianVectorProduct: (x, v, { gradient, hessianVectorProduct }) => {
        const where_ = `${name}.riemannianHessianVectorProduct`;
        return onRows(where_, d, { x, v, gradient, hessianVectorProduct }, (_x, _v, _g, h) => copy(h!));
      },
      sampleTangent: (random, x) => {
        return onRows(`${name}.sampleTangent`, d, { x }, (a) => randomNormal(random, a!.backend, a!.shape));
      },
    },
    form.rows,
  );
}

/** Where two squared norms exceed a squared distance by this factor, their difference has lost more than four bits. */
const DOUBTFUL = 1 / 32;

const productForm: ProductForm = {
  lower: copy,
  distances: (x, y) => {
    const sizes = add(squaredNorms(x), transpose(squaredNorms(y)));
    const squared = sub(sizes, mul(matMul(x, y, { transposeB: true }), 2));
    // Written so that what is not a number is looked at again, too.
    const doubtful = logicalNot(greater(squared, mul(sizes, DOUBTFUL)));
    return { value: sqrt(maximum(squared, 0)), doubtful };
  },
  weights: (g, distances) => {
    const regular = greater(distances, 0);
    const weights = where(regular, div(g, where(regular, distances, 1)), 0);
    return { self: weights, other: weights };
  },
};
