// Every map gives the same numbers on rows and on tensors, up to the rounding that the laws allow as well.

import { tfjsCpuBackend } from "@nce-geometry/backend-tfjs/cpu";
import { tfjsWasmBackend } from "@nce-geometry/backend-tfjs/wasm";
import { type Backend, createRandom, referenceBackend } from "@nce-geometry/tensor";
import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import type { Float64Rows, ManifoldRows } from "../../src/index.ts";
import { cases, type Sample } from "./cases.ts";
import { settingOf } from "./laws.ts";
import { onBackend } from "./on-backend.ts";

type Result = Float64Rows | Float64Array;

const maps: Readonly<Record<string, (m: ManifoldRows, s: Sample) => Result>> = {
  projectPoint: (m, { x }) => m.projectPoint(doubled(x)),
  projectTangent: (m, { x, y }) => m.projectTangent(x, y),
  tangentInner: (m, { x, u, w }) => m.tangentInner(x, u, w),
  norm: (m, { x, v }) => m.norm(x, v),
  geodesicDistance: (m, { x, y }) => m.geodesicDistance(x, y),
  squaredGeodesicDistance: (m, { x, z }) => m.squaredGeodesicDistance(x, z),
  geodesicDistanceMatrix: (m, { x, y }) => m.geodesicDistanceMatrix(x, y),
  expMap: (m, { x, v }) => m.expMap(x, v),
  logMap: (m, { x, y }) => m.logMap(x, y),
  retract: (m, { x, v }) => m.retract(x, v),
  parallelTransport: (m, { x, y, u }) => m.parallelTransport(x, y, u),
  geodesic: (m, { x, y }) => m.geodesic(x, y, new Float64Array(x.rows).fill(1.25)),
  toRiemannianGradient: (m, { x, y }) => m.toRiemannianGradient(x, y),
  riemannianHessianVectorProduct: (m, { x, u, y, z }) => {
    return m.riemannianHessianVectorProduct(x, u, { gradient: y, hessianVectorProduct: z });
  },
  origin: (m) => m.origin(),
  sampleTangent: (m, { x }) => m.sampleTangent(createRandom(3), x),
};

const backends: Readonly<Record<string, () => Backend | Promise<Backend>>> = {
  reference: referenceBackend,
  "tfjs-cpu": tfjsCpuBackend,
  "tfjs-wasm": tfjsWasmBackend,
};

describe.each(Object.keys(backends))("%s", async (name) => {
  const backend = await backends[name]!();

  test.each(cases.map((kase) => ({ name: kase.manifold.name, kase })))("$name", ({ kase }) => {
    const { manifold } = kase;
    const tensors = onBackend(manifold, backend);
    const { tolerance, ...setting } = settingOf(kase, tensors, backend.epsilon);
    for (const [map, run] of Object.entries(maps)) {
      const [expected, actual] = [run(manifold.rows, setting), run(tensors, setting)].map(numbers);
      const size = expected!.reduce((largest, entry) => Math.max(largest, Math.abs(entry)), 1);
      expect(actual!.length, map).toBe(expected!.length);
      expectAllClose(actual!, expected!, { ulps: 1, epsilon: tolerance, scale: size });
    }
  });

  test("uniform points are the same points", () => {
    const finite = cases.filter(({ manifold }) => manifold.volume !== undefined);
    expect(finite.length).toBe(7);
    for (const { manifold } of finite) {
      const draw = (m: ManifoldRows) => m.sampleUniform(createRandom("uniform"), 20).data;
      // Rounded once, and a ball's once more where they are brought inside.
      expectAllClose(draw(onBackend(manifold, backend)), draw(manifold.rows), { ulps: 16, epsilon: backend.epsilon });
    }
  });
});

function numbers(result: Result): Float64Array {
  return "data" in result ? result.data : result;
}

function doubled(x: Float64Rows): Float64Rows {
  return { ...x, data: x.data.map((entry) => 2 * entry) };
}
