// What every manifold must obey, whatever computes it. Each law gives its worst violation in units of what rounding can
// account for, so that it holds at ≤ 1, and so that a wrong formula can be seen to break it.

import { createRandom } from "@nce-geometry/tensor";
import type { Float64Rows, ManifoldRows } from "../../src/index.ts";
import { type Case, drawSample, repeat, type Sample, scaleRows } from "./cases.ts";

export interface Setting extends Sample {
  /** The maps under test. */
  readonly maps: ManifoldRows;
  readonly case: Case;
  /** Of the arithmetic under test. */
  readonly epsilon: number;
  /** What lengths and coordinates may be off by. */
  readonly tolerance: number;
}

export type Law = (setting: Setting) => number;

/**
 * A map sums d products (d·ε/2 at worst) and adds some ten roundings of its own; a law composes two to three maps and
 * rounds their arguments on the way: 4(d + 16)ε, times what the case amplifies.
 */
export function settingOf(kase: Case, maps: ManifoldRows, epsilon: number): Setting {
  const sample = drawSample(kase, `laws of ${kase.manifold.name}`);
  const size = [sample.x, sample.y, sample.z].flatMap((points) => [...points.data]).reduce(larger, 1);
  const amplified = kase.amplification * size ** kase.growthOfCoordinates;
  const tolerance = 4 * (kase.manifold.ambientDimension + 16) * amplified * epsilon;
  return { ...sample, maps, case: kase, epsilon, tolerance };
}

export const laws: Readonly<Record<string, Law>> = {
  "log_x(exp_x v) = v": ({ maps, x, v, ...s }) => worst(maps.logMap(x, maps.expMap(x, v)).data, v.data, s),
  "exp_x(log_x y) = y": ({ maps, x, y, ...s }) => worst(maps.expMap(x, maps.logMap(x, y)).data, y.data, s),
  "dist(x, exp_x v) = ‖v‖": ({ maps, x, v, ...s }) => {
    return worst(maps.geodesicDistance(x, maps.expMap(x, v)), maps.norm(x, v), s);
  },
  "dist(x, x) = 0, exactly": ({ maps, x, y }) => {
    const self = [...maps.geodesicDistance(x, x), ...maps.geodesicDistance(y, y)];
    return self.every((distance) => distance === 0) ? 0 : Number.POSITIVE_INFINITY;
  },
  "dist(x, y) = dist(y, x)": ({ maps, x, y, ...s }) => {
    return worst(maps.geodesicDistance(x, y), maps.geodesicDistance(y, x), s);
  },
  "dist(x, z) ≤ dist(x, y) + dist(y, z)": ({ maps, x, y, z, tolerance }) => {
    const [xy, yz, xz] = [maps.geodesicDistance(x, y), maps.geodesicDistance(y, z), maps.geodesicDistance(x, z)];
    return Math.max(...xz.map((distance, i) => (distance - xy[i]! - yz[i]!) / tolerance));
  },
  "squaredGeodesicDistance = dist²": ({ maps, x, y, ...s }) => {
    const squares = maps.geodesicDistance(x, y).map((distance) => distance ** 2);
    return worst(maps.squaredGeodesicDistance(x, y), squares, s);
  },
  "geodesicDistanceMatrix = dist of all pairs": ({ maps, x, y, ...s }) => {
    const matrix = maps.geodesicDistanceMatrix(x, y);
    const pairs = Array.from({ length: x.rows * y.rows }, (_, k) => [Math.floor(k / y.rows), k % y.rows] as const);
    const expected = maps.geodesicDistance(
      gatherRows(
        x,
        pairs.map(([i]) => i),
      ),
      gatherRows(
        y,
        pairs.map(([, j]) => j),
      ),
    );
    return worst(matrix.data, expected, s);
  },
  "geodesic: from x to y at constant speed": ({ maps, x, y, ...s }) => {
    const whole = maps.geodesicDistance(x, y);
    const third = maps.geodesic(x, y, new Float64Array(x.rows).fill(1 / 3));
    return Math.max(
      worst(maps.geodesic(x, y, 0).data, x.data, s),
      worst(maps.geodesic(x, y, 1).data, y.data, s),
      worst(
        maps.geodesicDistance(x, third),
        whole.map((distance) => distance / 3),
        s,
      ),
      worst(
        maps.geodesicDistance(third, y),
        whole.map((distance) => (2 * distance) / 3),
        s,
      ),
    );
  },
  "exp_x v and projections lie on the manifold": ({ maps, x, v, tolerance, case: { manifold } }) => {
    // Geodesics leave a domain with a boundary.
    const bounded = manifold.kind === "ball" || manifold.kind === "box";
    const ends = bounded ? maps.retract(x, v) : maps.expMap(x, v);
    const everywhere = maps.projectPoint(scaleRows(ambient(x, "points"), () => 3));
    const within = { tolerance };
    return maps.isOnManifold(ends, within) && maps.isOnManifold(everywhere, within) ? 0 : Number.POSITIVE_INFINITY;
  },
  "projectPoint is idempotent": ({ maps, x, ...s }) => {
    const once = maps.projectPoint(scaleRows(ambient(x, "points"), () => 3));
    return Math.max(worst(maps.projectPoint(once).data, once.data, s), worst(maps.projectPoint(x).data, x.data, s));
  },
  "projectTangent is idempotent, orthogonal, and of rank m": ({ maps, x, case: { manifold }, ...s }) => {
    const [a, b] = [ambient(x, "a"), ambient(x, "b")];
    const [once, other] = [maps.projectTangent(x, a), maps.projectTangent(x, b)];
    const normal = { ...b, data: b.data.map((entry, k) => entry - other.data[k]!) };
    const orthogonal = maps.tangentInner(x, once, normal);
    const trace = new Float64Array(x.rows);
    for (let k = 0; k < x.dim; k++) {
      const axis = { ...rowOf(x, 0), data: new Float64Array(x.dim).fill(1, k, k + 1) };
      const image = maps.projectTangent(x, axis);
      for (let i = 0; i < x.rows; i++) trace[i] = trace[i]! + image.data[i * x.dim + k]!;
    }
    // Ambient vectors of length 1 become tangent vectors of the coordinates' size squared where that matters.
    const square = { ...s, tolerance: s.tolerance * size(once) ** 2 };
    return Math.max(
      worst(maps.projectTangent(x, once).data, once.data, square),
      worst(orthogonal, new Float64Array(x.rows), square),
      worst(trace, new Float64Array(x.rows).fill(manifold.dimension), s),
    );
  },
  "‖v‖² = ⟨v, v⟩": ({ maps, x, v, u, ...s }) => {
    const squares = (t: Float64Rows) => maps.norm(x, t).map((length) => length ** 2);
    return Math.max(
      worst(squares(v), maps.tangentInner(x, v, v), s),
      worst(squares(u), new Float64Array(x.rows).fill(1), s),
    );
  },
  "parallelTransport is an isometry onto tangent vectors": ({ maps, x, y, u, w, ...s }) => {
    const [movedU, movedW] = [maps.parallelTransport(x, y, u), maps.parallelTransport(x, y, w)];
    return Math.max(
      worst(maps.tangentInner(y, movedU, movedW), maps.tangentInner(x, u, w), s),
      worst(maps.tangentInner(y, movedU, movedU), maps.tangentInner(x, u, u), s),
      worst(maps.projectTangent(y, movedU).data, movedU.data, s),
    );
  },
  "parallelTransport carries log_x y to −log_y x": ({ maps, x, y, v, ...s }) => {
    const back = maps.logMap(y, x);
    return worst(
      maps.parallelTransport(x, y, v).data,
      back.data.map((entry) => -entry),
      s,
    );
  },
  "parallelTransport there and back is the identity": ({ maps, x, y, u, ...s }) => {
    return worst(maps.parallelTransport(y, x, maps.parallelTransport(x, y, u)).data, u.data, s);
  },
  "toRiemannianGradient is tangent and represents the derivative": ({ maps, x, u, ...s }) => {
    const gradient = ambient(x, "gradient");
    const tangent = maps.toRiemannianGradient(x, gradient);
    const derivative = new Float64Array(x.rows);
    for (let k = 0; k < u.data.length; k++) {
      const row = Math.floor(k / x.dim);
      derivative[row] = derivative[row]! + gradient.data[k]! * u.data[k]!;
    }
    const square = { ...s, tolerance: s.tolerance * size(tangent) };
    return Math.max(
      worst(maps.projectTangent(x, tangent).data, tangent.data, square),
      worst(maps.tangentInner(x, tangent, u), derivative, square),
    );
  },
  "the Riemannian Hessian is tangent and symmetric": ({ maps, x, u, w, ...s }) => {
    const q = quadratic(x.dim);
    const image = (t: Float64Rows) => {
      const derivatives = { gradient: q.times(x), hessianVectorProduct: q.times(t) };
      return maps.riemannianHessianVectorProduct(x, t, derivatives);
    };
    const [hu, hw] = [image(u), image(w)];
    const scaled = { ...s, tolerance: s.tolerance * size(hu) * size(hw) };
    return Math.max(
      worst(maps.tangentInner(x, hu, w), maps.tangentInner(x, u, hw), scaled),
      worst(maps.projectTangent(x, hu).data, hu.data, scaled),
    );
  },
  "⟨Hess f·u, u⟩ is the second derivative along the geodesic": ({ maps, x, u, epsilon, case: { manifold } }) => {
    const q = quadratic(x.dim);
    const derivatives = { gradient: q.times(x), hessianVectorProduct: q.times(u) };
    const second = maps.tangentInner(x, maps.riemannianHessianVectorProduct(x, u, derivatives), u);
    // Along unit speed all derivatives of f are of the size of f; differences are taken exactly, of float64 points.
    const h = 1e-3;
    const along = (t: number) =>
      q.of(
        manifold.rows.expMap(
          x,
          scaleRows(u, () => t),
        ),
      );
    const [ahead, here, behind] = [along(h), along(0), along(-h)];
    const violations = second.map((value, i) => {
      const magnitude = 16 * (Math.abs(here[i]!) + 1) * size(u) ** 2;
      const allowed = magnitude * (h * h + (4 * 2 ** -52) / (h * h) + 64 * epsilon);
      return Math.abs(value - (ahead[i]! - 2 * here[i]! + behind[i]!) / (h * h)) / allowed;
    });
    return Math.max(...violations);
  },
  "retract agrees with exp to second order: the difference falls like t³": ({ maps, x, u, tolerance }) => {
    const apart = (t: number) => {
      const step = scaleRows(u, () => t);
      return maps.geodesicDistance(maps.retract(x, step), maps.expMap(x, step));
    };
    const [far, near] = [apart(0.2), apart(0.1)];
    const violations = far.map((distance, i) => {
      // Terms of order t⁴ and t⁵ change the factor 8 by less than a fifth at t = 0.2; rounding blurs what is left.
      return (near[i]! - tolerance) / Math.max(distance / 6.5, Number.MIN_VALUE);
    });
    return Math.max(0, ...violations);
  },
  "sampleTangent: tangent, E⟨s, u⟩² = 1, E‖s‖² = m": ({ maps, case: { manifold }, ...s }) => {
    const n = 500;
    const point = manifold.rows.expMap(rowOf(s.x, 4), rowOf(s.v, 4));
    const at = repeat(point, n);
    const drawn = maps.sampleTangent(createRandom("tangent"), at);
    const direction = maps.parallelTransport(rowOf(s.x, 4), point, rowOf(s.u, 4));
    const along = maps.tangentInner(at, drawn, direction).map((value) => value ** 2);
    const lengths = maps.tangentInner(at, drawn, drawn);
    const m = manifold.dimension;
    // Four standard errors: Var ⟨s, u⟩² = 2, Var ‖s‖² = 2m.
    return Math.max(
      worst(maps.projectTangent(at, drawn).data, drawn.data, { tolerance: s.tolerance * size(drawn) }),
      Math.abs(mean(along) - 1) / (4 * Math.sqrt(2 / n)),
      Math.abs(mean(lengths) - m) / (4 * Math.sqrt((2 * m) / n)),
    );
  },
};

/** f(x) = ½ Σ_kl q_kl x_k x_l with an irregular symmetric q of entries up to 1. */
function quadratic(dim: number): { times(x: Float64Rows): Float64Rows; of(x: Float64Rows): Float64Array } {
  const q = (k: number, l: number): number => Math.cos(1 + k * l + 2 * (k + l));
  const times = (x: Float64Rows): Float64Rows => {
    const data = new Float64Array(x.data.length);
    for (let at = 0; at < data.length; at++) {
      const [row, k] = [Math.floor(at / dim), at % dim];
      for (let l = 0; l < dim; l++) data[at] = data[at]! + q(k, l) * x.data[row * dim + l]!;
    }
    return { ...x, data };
  };
  return {
    times,
    of: (x) => {
      const image = times(x);
      const values = new Float64Array(x.rows);
      x.data.forEach((entry, at) => {
        const row = Math.floor(at / dim);
        values[row] = values[row]! + 0.5 * entry * image.data[at]!;
      });
      return values;
    },
  };
}

/** Any rows of the shape of x, of length about 1. */
function ambient(x: Float64Rows, label: string): Float64Rows {
  const data = createRandom(label).normal(x.data.length);
  return { ...x, data: data.map((entry) => entry / Math.sqrt(x.dim)) };
}

function rowOf(x: Float64Rows, row: number): Float64Rows {
  return gatherRows(x, [row]);
}

function gatherRows(x: Float64Rows, rows: readonly number[]): Float64Rows {
  const data = rows.flatMap((row) => [...x.data.subarray(row * x.dim, (row + 1) * x.dim)]);
  return { rows: rows.length, dim: x.dim, data: Float64Array.from(data) };
}

/** Largest coordinate, at least 1. */
function size(x: Float64Rows): number {
  return x.data.reduce(larger, 1);
}

function larger(largest: number, entry: number): number {
  return Math.max(largest, Math.abs(entry));
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The largest difference in units of the tolerance; anything that is not a number counts as infinitely wrong. */
function worst(
  actual: Float64Array,
  expected: ArrayLike<number>,
  { tolerance }: { readonly tolerance: number },
): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  const violations = actual.map((value, i) => {
    const violation = Math.abs(value - expected[i]!) / tolerance;
    return Number.isNaN(violation) ? Number.POSITIVE_INFINITY : violation;
  });
  return violations.reduce((largest, violation) => Math.max(largest, violation), 0);
}
