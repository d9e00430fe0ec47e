import { add, concat, type Random, slice, square, type Tensor } from "@nce-geometry/tensor";
import type { Manifold } from "../manifold.ts";
import { optionError } from "../quadrature/option-checks.ts";
import { productRows } from "../rows/product-rows.ts";
import { inScope, onRows, requireColumns } from "./arguments.ts";
import { rootOrZero } from "./columns.ts";
import { assemble } from "./tensor-support.ts";

/** A product, which also knows its factors. */
export interface ProductManifold extends Manifold {
  readonly factors: readonly Manifold[];
}

/**
 * The Riemannian product: a point is a row that holds a point of each factor, one after the other.
 *
 * Math:     dist² = Σ_f dist_f²;  every map acts on each factor by itself.
 * Domain:   at least one factor. The product is on its cut locus where any factor is.
 * Limits:   dimensions add, volumes multiply; the injectivity radius is the least of the factors'.
 * Numerics: those of the factors. Factor f draws its random numbers from `random.split(f)`.
 * Throws:   InputError E_OPTION; whatever a factor throws, in its own name.
 */
export function product(...factors: readonly Manifold[]): ProductManifold {
  if (factors.length === 0) throw optionError("product", "factors", "at least one manifold", "none");
  const name = `product(${factors.map((factor) => factor.name).join(", ")})`;
  const total = (size: (factor: Manifold) => number): number => factors.reduce((sum, f) => sum + size(f), 0);
  const finite = factors.every((factor) => factor.logVolume !== undefined);
  const manifold = assemble(
    {
      name,
      kind: "product",
      ambientDimension: total((factor) => factor.ambientDimension),
      dimension: total((factor) => factor.dimension),
      injectivityRadius: Math.min(...factors.map((factor) => factor.injectivityRadius)),
      volume: finite ? factors.reduce((volume, factor) => volume * factor.volume!, 1) : undefined,
      logVolume: finite ? total((factor) => factor.logVolume!) : undefined,
    },
    productMaps(name, factors),
    productRows(name, factors),
  );
  return { ...manifold, factors };
}

type OfFactor = (factor: Manifold, parts: readonly Tensor[]) => Tensor;

function productMaps(name: string, factors: readonly Manifold[]): Parameters<typeof assemble>[1] {
  const dimension = factors.reduce((sum, factor) => sum + factor.ambientDimension, 0);
  const results = (xs: readonly Tensor[], of: OfFactor): Tensor[] => {
    let start = 0;
    return factors.map((factor) => {
      const width = factor.ambientDimension;
      const parts = xs.map((x) => slice(x, [0, start], [x.shape[0]!, width]));
      start += width;
      return of(factor, parts);
    });
  };
  const rows = (map: string, args: Readonly<Record<string, Tensor>>, of: OfFactor): Tensor => {
    return onRows(`${name}.${map}`, dimension, args, (...xs) => concat(results(xs, of), { axis: 1 }));
  };
  const sums = (map: string, args: Readonly<Record<string, Tensor>>, of: OfFactor): Tensor => {
    return onRows(`${name}.${map}`, dimension, args, (...xs) => results(xs, of).reduce((sum, part) => add(sum, part)));
  };
  return {
    projectPoint: (x) => rows("projectPoint", { x }, (f, [a]) => f.projectPoint(a!)),
    projectTangent: (x, v) => rows("projectTangent", { x, v }, (f, [a, b]) => f.projectTangent(a!, b!)),
    tangentInner: (x, u, v) => sums("tangentInner", { x, u, v }, (f, [a, b, c]) => f.tangentInner(a!, b!, c!)),
    norm: (x, v) => {
      return inScope([x, v], () => rootOrZero(sums("norm", { x, v }, (f, [a, b]) => square(f.norm(a!, b!)))));
    },
    geodesicDistance: (x, y) => {
      return inScope([x, y], () => {
        return rootOrZero(sums("geodesicDistance", { x, y }, (f, [a, b]) => f.squaredGeodesicDistance(a!, b!)));
      });
    },
    squaredGeodesicDistance: (x, y) => {
      return sums("squaredGeodesicDistance", { x, y }, (f, [a, b]) => f.squaredGeodesicDistance(a!, b!));
    },
    geodesicDistanceMatrix: (x, y) => {
      const where = `${name}.geodesicDistanceMatrix`;
      requireColumns(where, "x", x, dimension);
      requireColumns(where, "y", y, dimension);
      return inScope([x, y], () => {
        const squares = results([x, y], (f, [a, b]) => square(f.geodesicDistanceMatrix(a!, b!)));
        return rootOrZero(squares.reduce((sum, part) => add(sum, part)));
      });
    },
    expMap: (x, v) => rows("expMap", { x, v }, (f, [a, b]) => f.expMap(a!, b!)),
    logMap: (x, y) => rows("logMap", { x, y }, (f, [a, b]) => f.logMap(a!, b!)),
    retract: (x, v) => rows("retract", { x, v }, (f, [a, b]) => f.retract(a!, b!)),
    parallelTransport: (x, y, v) => {
      return rows("parallelTransport", { x, y, v }, (f, [a, b, c]) => f.parallelTransport(a!, b!, c!));
    },
    geodesic: (x, y, t) => rows("geodesic", { x, y }, (f, [a, b]) => f.geodesic(a!, b!, t)),
    toRiemannianGradient: (x, gradient) => {
      return rows("toRiemannianGradient", { x, gradient }, (f, [a, g]) => f.toRiemannianGradient(a!, g!));
    },
    riemannianHessianVectorProduct: (x, v, { gradient, hessianVectorProduct }) => {
      const args = { x, v, gradient, hessianVectorProduct };
      return rows("riemannianHessianVectorProduct", args, (f, [a, b, g, h]) => {
        return f.riemannianHessianVectorProduct(a!, b!, { gradient: g!, hessianVectorProduct: h! });
      });
    },
    sampleTangent: (random: Random, x) => {
      return rows("sampleTangent", { x }, (f, [a]) => f.sampleTangent(random, a!));
    },
  };
}
