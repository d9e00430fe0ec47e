import { InputError, type RowBlock, type RowMatrix } from "@nce-geometry/tensor";
import type { Float64Rows, Manifold, ManifoldRows } from "../manifold.ts";
import { checkRows, requireDimension, timeOf, zeroRows } from "./float64-rows.ts";

type RowArguments = Readonly<Record<string, RowMatrix>>;
type OfFactor<T> = (factor: ManifoldRows, parts: readonly RowMatrix[], index: number) => T;

/** The product on rows. */
export function productRows(name: string, factors: readonly Manifold[]): ManifoldRows {
  const widths = factors.map((factor) => factor.ambientDimension);
  const dimension = widths.reduce((sum, width) => sum + width, 0);
  const results = <T>(xs: readonly RowMatrix[], of: OfFactor<T>): T[] => {
    let start = 0;
    return factors.map((factor, index) => {
      const parts = xs.map((x) => columns(x, start, widths[index]!));
      start += widths[index]!;
      return of(factor.rows, parts, index);
    });
  };
  const rows = (map: string, args: RowArguments, of: OfFactor<Float64Rows>): Float64Rows => {
    const count = checkRows(`${name}.${map}`, dimension, args).rows;
    return join(results(Object.values(args), of), count, dimension);
  };
  const sums = (map: string, args: RowArguments, of: OfFactor<Float64Array>): Float64Array => {
    const total = new Float64Array(checkRows(`${name}.${map}`, dimension, args).rows);
    for (const part of results(Object.values(args), of)) addTo(total, part);
    return total;
  };
  const roots = (squares: Float64Array): Float64Array => squares.map(Math.sqrt);
  const first = (x: RowMatrix, explain: (factor: ManifoldRows, part: RowMatrix) => string | undefined) => {
    const problems = results([x], (f, [a], index) => {
      const problem = explain(f, a!);
      return problem && `${problem}, in factor ${index}, ${factors[index]!.name}`;
    });
    return problems.find((problem) => problem !== undefined);
  };
  const explainOnManifold: ManifoldRows["explainOnManifold"] = (x, options = {}) => {
    requireDimension(`${name}.explainOnManifold`, "x", x, dimension);
    return first(x, (f, part) => f.explainOnManifold(part, options));
  };
  const squaredDistances: ManifoldRows["squaredGeodesicDistance"] = (x, y) => {
    return sums("squaredGeodesicDistance", { x, y }, (f, [a, b]) => f.squaredGeodesicDistance(a!, b!));
  };
  return {
    explainOnManifold,
    isOnManifold: (x, options) => explainOnManifold(x, options) === undefined,
    assertOnManifold: (x, { where = "assertOnManifold", argument = "x", ...options } = {}) => {
      requireDimension(where, argument, x, dimension);
      const received = explainOnManifold(x, options);
      if (received === undefined) return;
      const hint = "Move points there with projectPoint, or allow more with `tolerance`.";
      throw new InputError({ code: "E_DOMAIN", where, argument, expected: `on ${name}`, received, hint });
    },
    projectPoint: (x) => rows("projectPoint", { x }, (f, [a]) => f.projectPoint(a!)),
    projectTangent: (x, v) => rows("projectTangent", { x, v }, (f, [a, b]) => f.projectTangent(a!, b!)),
    tangentInner: (x, u, v) => sums("tangentInner", { x, u, v }, (f, [a, b, c]) => f.tangentInner(a!, b!, c!)),
    norm: (x, v) => roots(sums("norm", { x, v }, (f, [a, b]) => f.norm(a!, b!).map((length) => length ** 2))),
    geodesicDistance: (x, y) => roots(squaredDistances(x, y)),
    squaredGeodesicDistance: squaredDistances,
    geodesicDistanceMatrix: (x, y) => {
      requireDimension(`${name}.geodesicDistanceMatrix`, "x", x, dimension);
      requireDimension(`${name}.geodesicDistanceMatrix`, "y", y, dimension);
      const total = zeroRows(x.rows, y.rows);
      for (const { data } of results([x, y], (f, [a, b]) => f.geodesicDistanceMatrix(a!, b!))) {
        addTo(
          total.data,
          data.map((distance) => distance ** 2),
        );
      }
      return { ...total, data: roots(total.data) };
    },
    expMap: (x, v) => rows("expMap", { x, v }, (f, [a, b]) => f.expMap(a!, b!)),
    logMap: (x, y) => rows("logMap", { x, y }, (f, [a, b]) => f.logMap(a!, b!)),
    retract: (x, v) => rows("retract", { x, v }, (f, [a, b]) => f.retract(a!, b!)),
    parallelTransport: (x, y, v) => {
      return rows("parallelTransport", { x, y, v }, (f, [a, b, c]) => f.parallelTransport(a!, b!, c!));
    },
    geodesic: (x, y, t) => {
      timeOf(`${name}.geodesic`, t, checkRows(`${name}.geodesic`, dimension, { x, y }).rows);
      return rows("geodesic", { x, y }, (f, [a, b]) => f.geodesic(a!, b!, t));
    },
    toRiemannianGradient: (x, gradient) => {
      return rows("toRiemannianGradient", { x, gradient }, (f, [a, g]) => f.toRiemannianGradient(a!, g!));
    },
    riemannianHessianVectorProduct: (x, v, { gradient, hessianVectorProduct }) => {
      const args = { x, v, gradient, hessianVectorProduct };
      return rows("riemannianHessianVectorProduct", args, (f, [a, b, g, h]) => {
        return f.riemannianHessianVectorProduct(a!, b!, { gradient: g!, hessianVectorProduct: h! });
      });
    },
    origin: () =>
      join(
        results([], (f) => f.origin()),
        1,
        dimension,
      ),
    sampleUniform: (random, n) => {
      return join(
        results([], (f) => f.sampleUniform(random, n)),
        n,
        dimension,
      );
    },
    sampleTangent: (random, x) => {
      return rows("sampleTangent", { x }, (f, [a]) => f.sampleTangent(random, a!));
    },
  };
}

function addTo(total: Float64Array, part: Float64Array): void {
  for (let k = 0; k < total.length; k++) total[k] = total[k]! + part[k]!;
}

function columns(x: RowMatrix, start: number, width: number): RowMatrix {
  const data: RowBlock =
    x.data instanceof Float32Array ? new Float32Array(x.rows * width) : new Float64Array(x.rows * width);
  for (let i = 0; i < x.rows; i++) {
    data.set(x.data.subarray(i * x.dim + start, i * x.dim + start + width), i * width);
  }
  return { rows: x.rows, dim: width, data };
}

function join(parts: readonly Float64Rows[], rows: number, dimension: number): Float64Rows {
  const result = zeroRows(rows, dimension);
  let start = 0;
  for (const { data, dim } of parts) {
    for (let i = 0; i < rows; i++) result.data.set(data.subarray(i * dim, (i + 1) * dim), i * dimension + start);
    start += dim;
  }
  return result;
}
