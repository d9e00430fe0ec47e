// The laws are worth as much as what they reject: the usual mistakes, planted one at a time.

import { describe, expect, test } from "vitest";
import { type Float64Rows, lorentz, type ManifoldRows, sphere } from "../../src/index.ts";
import type { Case } from "./cases.ts";
import { laws, settingOf } from "./laws.ts";

const kinds = {
  sphere: (): Case => {
    const manifold = sphere(5);
    return {
      manifold,
      points: (r, n) => manifold.rows.sampleUniform(r, n),
      growthOfCoordinates: 1,
      amplification: 4.3,
    };
  },
  lorentz: (): Case => {
    const { rows, ...manifold } = lorentz(5);
    const points = (random: Parameters<ManifoldRows["sampleUniform"]>[0], n: number): Float64Rows => {
      const here = { rows: n, dim: 5, data: new Float64Array(5 * n).map((_, k) => (k % 5 === 0 ? 1 : 0)) };
      return rows.expMap(
        here,
        map(rows.sampleTangent(random, here), (entry) => 0.35 * entry),
      );
    };
    return { manifold: { ...manifold, rows }, points, growthOfCoordinates: 2, amplification: 1 };
  },
};

interface Mutant {
  readonly mistake: string;
  readonly of: keyof typeof kinds;
  readonly plant: (maps: ManifoldRows) => Partial<ManifoldRows>;
  /** A law that must notice. */
  readonly law: keyof typeof laws;
}

const map = (x: Float64Rows, f: (entry: number, index: number) => number): Float64Rows => ({
  ...x,
  data: x.data.map(f),
});

const clampedArcCosine: ManifoldRows["geodesicDistance"] = (x, y) => {
  return new Float64Array(Math.max(x.rows, y.rows)).map((_, i) => {
    let cosine = 0;
    for (let k = 0; k < x.dim; k++) cosine += x.data[i * x.dim + k]! * y.data[i * x.dim + k]!;
    return Math.acos(Math.min(1 - 1e-7, Math.max(1e-7 - 1, cosine)));
  });
};

const mutants: readonly Mutant[] = [
  {
    mistake: "a clamped arc cosine: equal points are apart",
    of: "sphere",
    plant: () => ({ geodesicDistance: clampedArcCosine }),
    law: "dist(x, x) = 0, exactly",
  },
  {
    mistake: "a clamped arc cosine: near points are too far",
    of: "sphere",
    plant: () => ({ geodesicDistance: clampedArcCosine }),
    law: "dist(x, exp_x v) = ‖v‖",
  },
  {
    mistake: "half the angle: 2 dropped before atan2",
    of: "sphere",
    plant: (maps) => ({ geodesicDistance: (x, y) => maps.geodesicDistance(x, y).map((distance) => distance / 2) }),
    law: "dist(x, exp_x v) = ‖v‖",
  },
  {
    mistake: "the length of the projected difference instead of the angle: θ dropped for sin θ",
    of: "sphere",
    plant: (maps) => ({
      logMap: (x, y) => {
        const distances = maps.geodesicDistance(x, y);
        return map(maps.logMap(x, y), (entry, k) => {
          const theta = distances[Math.floor(k / x.dim)]!;
          return theta === 0 ? entry : (entry * Math.sin(theta)) / theta;
        });
      },
    }),
    law: "log_x(exp_x v) = v",
  },
  {
    mistake: "vectors not projected to the tangent space",
    of: "sphere",
    plant: () => ({ projectTangent: (_, v) => ({ ...v, data: Float64Array.from(v.data) }) }),
    law: "projectTangent is idempotent, orthogonal, and of rank m",
  },
  {
    mistake: "points not projected after a step",
    of: "sphere",
    plant: () => ({
      retract: (x, v) => ({ ...x, data: Float64Array.from(x.data, (entry, k) => entry + v.data[k]!) }),
    }),
    law: "retract agrees with exp to second order: the difference falls like t³",
  },
  {
    mistake: "transport by projection, which shortens",
    of: "sphere",
    plant: (maps) => ({ parallelTransport: (_, y, v) => maps.projectTangent(y, v) }),
    law: "parallelTransport is an isometry onto tangent vectors",
  },
  {
    mistake: "the ambient gradient taken for the Riemannian one",
    of: "sphere",
    plant: () => ({ toRiemannianGradient: (_, gradient) => ({ ...gradient, data: Float64Array.from(gradient.data) }) }),
    law: "toRiemannianGradient is tangent and represents the derivative",
  },
  {
    mistake: "the projected Hessian without the term of the curvature",
    of: "sphere",
    plant: (maps) => ({
      riemannianHessianVectorProduct: (x, _, derivatives) => {
        return maps.projectTangent(x, derivatives.hessianVectorProduct);
      },
    }),
    law: "⟨Hess f·u, u⟩ is the second derivative along the geodesic",
  },
  {
    mistake: "a gradient whose sign of time was not changed",
    of: "lorentz",
    plant: (maps) => ({ toRiemannianGradient: (x, gradient) => maps.projectTangent(x, gradient) }),
    law: "toRiemannianGradient is tangent and represents the derivative",
  },
  {
    mistake: "a retraction of first order only",
    of: "lorentz",
    plant: (maps) => ({
      retract: (x, v) => {
        return maps.projectPoint({ ...x, data: Float64Array.from(x.data, (entry, k) => entry + v.data[k]!) });
      },
    }),
    law: "retract agrees with exp to second order: the difference falls like t³",
  },
  {
    mistake: "sin in place of sinh",
    of: "lorentz",
    plant: (maps) => ({
      expMap: (x, v) => {
        const lengths = maps.norm(x, v);
        const shrink = (k: number): number => {
          const t = lengths[Math.floor(k / x.dim)]!;
          return t === 0 ? 1 : Math.sin(t) / Math.sinh(t);
        };
        return maps.expMap(x, { ...v, data: Float64Array.from(v.data, (entry, k) => entry * shrink(k)) });
      },
    }),
    law: "dist(x, exp_x v) = ‖v‖",
  },
];

describe("planted mistakes are rejected", () => {
  test.each(mutants)("$of: $mistake", ({ of, plant, law }) => {
    const kase = kinds[of]();
    const { rows } = kase.manifold;
    expect(laws[law]!(settingOf(kase, rows, 2 ** -52))).toBeLessThanOrEqual(1);
    // Also at the tolerance of float32, so that no backend could hide the mistake. A lost order of t counts as 6.5/4.
    for (const epsilon of [2 ** -52, 2 ** -23]) {
      expect(laws[law]!(settingOf(kase, { ...rows, ...plant(rows) }, epsilon))).toBeGreaterThan(1.5);
    }
  });
});
