// Flat manifolds on rows: straight lines, in coordinates that may wrap.

import type { RowMatrix } from "@nce-geometry/tensor";
import type { ManifoldRows } from "../manifold.ts";
import { cutLocusError } from "../manifolds/cut-locus.ts";
import { distanceMatrix } from "./distance-matrix.ts";
import { checkRows, combinedNorm, dotAt, mapRows, mapValues, normAt, timeOf, type zeroRows } from "./float64-rows.ts";
import { type Defect, membershipChecks } from "./on-manifold.ts";
import { standardNormals } from "./sampling.ts";

/** What tells one flat manifold from another. */
export interface FlatRows {
  readonly name: string;
  readonly dimension: number;
  /** Differences of coordinates and coordinates after a move, brought back into range. @defaultValue as they are */
  readonly wrap?: (coordinate: number) => number;
  /** A difference of coordinates this large or larger has no direction. @defaultValue none has */
  readonly cutLocus?: number;
  readonly projectPoint: ManifoldRows["projectPoint"];
  readonly defect: Defect;
  readonly origin: () => Float64Array;
  readonly sampleUniform: ManifoldRows["sampleUniform"];
}

/** Where two squared norms exceed a squared distance by this factor, their difference has lost more than four bits. */
const DOUBTFUL = 1 / 32;

/** The maps that follow. */
export function flatRows(form: FlatRows): ManifoldRows {
  const { name, dimension: d, projectPoint } = form;
  const copied = (where: string, args: Readonly<Record<string, RowMatrix>>, source: RowMatrix, index: number) => {
    return mapRows(`${name}.${where}`, d, args, (offsets, out, at) => {
      for (let k = 0; k < d; k++) out[at + k] = source.data[offsets[index]! + k]!;
    });
  };
  const moves = flatMoves(form);
  return {
    ...moves,
    ...flatDistances(form),
    ...membershipChecks(name, d, form.defect),
    projectPoint,
    projectTangent: (x, v) => copied("projectTangent", { x, v }, v, 1),
    tangentInner: (x, u, v) => {
      return mapValues(`${name}.tangentInner`, d, { x, u, v }, ([, b, c]) => dotAt(u.data, b!, v.data, c!, d));
    },
    norm: (x, v) => mapValues(`${name}.norm`, d, { x, v }, ([, b]) => normAt(v.data, b!, d)),
    retract: (x, v) => projectPoint(moves.expMap(x, v)),
    parallelTransport: (x, y, v) => copied("parallelTransport", { x, y, v }, v, 2),
    toRiemannianGradient: (x, gradient) => copied("toRiemannianGradient", { x, gradient }, gradient, 1),
    riemannianHessianVectorProduct: (x, v, { gradient, hessianVectorProduct }) => {
      const args = { x, v, gradient, hessianVectorProduct };
      return copied("riemannianHessianVectorProduct", args, hessianVectorProduct, 3);
    },
    origin: () => ({ rows: 1, dim: d, data: form.origin() }),
    sampleUniform: form.sampleUniform,
    sampleTangent: (random, x) => {
      checkRows(`${name}.sampleTangent`, d, { x });
      return standardNormals(random, x.rows, d);
    },
  };
}

function flatMoves({
  name,
  dimension: d,
  wrap = unchanged,
  cutLocus = Number.POSITIVE_INFINITY,
}: FlatRows): Pick<ManifoldRows, "expMap" | "logMap" | "geodesic"> {
  const difference = (where: string, x: RowMatrix, a: number, y: RowMatrix, b: number, k: number): number => {
    const delta = wrap(y.data[b + k]! - x.data[a + k]!);
    if (Math.abs(delta) >= cutLocus && cutLocus < Number.POSITIVE_INFINITY) {
      throw cutLocusError(where, Math.max(a, b) / d, Math.max(x.rows, y.rows));
    }
    return delta;
  };
  return {
    expMap: (x, v) => {
      return mapRows(`${name}.expMap`, d, { x, v }, ([a, b], out, at) => {
        for (let k = 0; k < d; k++) out[at + k] = wrap(x.data[a! + k]! + v.data[b! + k]!);
      });
    },
    logMap: (x, y) => {
      const where = `${name}.logMap`;
      return mapRows(where, d, { x, y }, ([a, b], out, at) => {
        for (let k = 0; k < d; k++) out[at + k] = difference(where, x, a!, y, b!, k);
      });
    },
    geodesic: (x, y, t) => {
      const where = `${name}.geodesic`;
      const time = timeOf(where, t, checkRows(where, d, { x, y }).rows);
      return mapRows(where, d, { x, y }, ([a, b], out, at) => {
        const now = time(at / d);
        for (let k = 0; k < d; k++) out[at + k] = wrap(x.data[a! + k]! + now * difference(where, x, a!, y, b!, k));
      });
    },
  };
}

function flatDistances({
  name,
  dimension: d,
  wrap,
}: FlatRows): Pick<ManifoldRows, "geodesicDistance" | "squaredGeodesicDistance" | "geodesicDistanceMatrix"> {
  const bring = wrap ?? unchanged;
  const distance = (x: RowMatrix, a: number, y: RowMatrix, b: number): number => {
    return combinedNorm(d, (k) => bring(x.data[a + k]! - y.data[b + k]!));
  };
  return {
    geodesicDistance: (x, y) => {
      return mapValues(`${name}.geodesicDistance`, d, { x, y }, ([a, b]) => distance(x, a!, y, b!));
    },
    squaredGeodesicDistance: (x, y) => {
      return mapValues(`${name}.squaredGeodesicDistance`, d, { x, y }, ([a, b]) => distance(x, a!, y, b!) ** 2);
    },
    geodesicDistanceMatrix: (x, y) => {
      const where = `${name}.geodesicDistanceMatrix`;
      const pair = (a: number, b: number): number => distance(x, a, y, b);
      if (wrap !== undefined) return distanceMatrix(where, d, { x, y }, { pair });
      checkRows(where, d, { x });
      checkRows(where, d, { y });
      const [left, right] = [squaredNorms(x), squaredNorms(y)];
      const fromProduct = (product: number, i: number, j: number): number => {
        const size = left[i]! + right[j]!;
        const squared = size - 2 * product;
        return squared > DOUBTFUL * size ? Math.sqrt(squared) : Number.NaN;
      };
      return distanceMatrix(where, d, { x, y }, { pair, left: x, fromProduct });
    },
  };
}

function squaredNorms(x: RowMatrix): Float64Array {
  return new Float64Array(x.rows).map((_, i) => dotAt(x.data, i * x.dim, x.data, i * x.dim, x.dim));
}

function unchanged(coordinate: number): number {
  return coordinate;
}

/** Rows on which every coordinate is mapped by itself. */
export function mapCoordinates(
  where: string,
  x: RowMatrix,
  dimension: number,
  map: (coordinate: number) => number,
): ReturnType<typeof zeroRows> {
  return mapRows(where, dimension, { x }, ([a], out, at) => {
    for (let k = 0; k < dimension; k++) out[at + k] = map(x.data[a! + k]!);
  });
}
