import type { RowBlock } from "@nce-geometry/tensor";
import type { ManifoldRows } from "../manifold.ts";
import { dotAt, mapRows, zeroRows } from "./float64-rows.ts";
import { membershipChecks } from "./on-manifold.ts";
import { noUniformLaw } from "./sampling.ts";
import { spaceFormRows } from "./space-form-rows.ts";

const DOUBTFUL = 1 / 32;

/** The hyperboloid on rows; the formulas stand at `lorentz`. */
export function lorentzRows(d: number, name: string): ManifoldRows {
  const maps = spaceFormRows({
    name,
    dimension: d,
    sigma: -1,
    distance: (x, a, y, b) => length(quarterChord(x, a, y, b, d)),
    log: (x, a, y, b, out, at) => {
      const q = quarterChord(x, a, y, b, d);
      const root = Math.sqrt(Math.max(0, q));
      const scale = root === 0 ? 1 : Math.asinh(root) / (root * Math.sqrt(1 + q));
      for (let k = 0; k < d; k++) out[at + k] = scale * (y[b + k]! - x[a + k]! - 2 * q * x[a + k]!);
    },
    requireUnique: () => {},
    fromProduct: (product, i, j, x, y) => {
      const q = -0.5 * (1 + product);
      return q < DOUBTFUL * x.data[i * d]! * y.data[j * d]! ? Number.NaN : length(q);
    },
  });
  const origin = { rows: 1, dim: d, data: new Float64Array(d).fill(1, 0, 1) };
  return {
    ...maps,
    ...membershipChecks(name, d, (data, at, tolerance) => defect(data, at, tolerance, d)),
    projectPoint: (x) => {
      return mapRows(`${name}.projectPoint`, d, { x }, ([a], out, at) => {
        for (let k = 1; k < d; k++) out[at + k] = x.data[a! + k]!;
        out[at] = Math.sqrt(1 + dotAt(out, at + 1, out, at + 1, d - 1));
      });
    },
    retract: (x, v) => {
      return mapRows(`${name}.retract`, d, { x, v }, ([a, b], out, at) => {
        const s = dotAt(v.data, b! + 1, v.data, b! + 1, d - 1) - v.data[b!]! ** 2;
        const stretch = Math.sqrt(1 + s);
        for (let k = 0; k < d; k++) out[at + k] = stretch * x.data[a! + k]! + v.data[b! + k]!;
      });
    },
    origin: () => ({ ...origin, data: origin.data.slice() }),
    sampleUniform: () => {
      throw noUniformLaw(`${name}.sampleUniform`);
    },
    sampleTangent: (random, x) => {
      const vectors = zeroRows(x.rows, d);
      const normals = random.normal(x.rows * (d - 1));
      for (let i = 0; i < x.rows; i++) {
        vectors.data.set(normals.subarray(i * (d - 1), (i + 1) * (d - 1)), i * d + 1);
      }
      return maps.parallelTransport(origin, x, vectors);
    },
  };
}

/** a = ¼⟨x − y, x − y⟩ = −½(1 + ⟨x, y⟩), by the one of the two that cancels less. */
function quarterChord(x: RowBlock, a: number, y: RowBlock, b: number, d: number): number {
  const time = x[a]! - y[b]!;
  if (time * time > x[a]! * y[b]!) return -0.5 * (1 + dotAt(x, a + 1, y, b + 1, d - 1) - x[a]! * y[b]!);
  let space = 0;
  for (let k = 1; k < d; k++) space += (x[a + k]! - y[b + k]!) ** 2;
  return 0.25 * (space - time * time);
}

/** 2 asinh √a; rounding may have made a negative, NaN stays. */
function length(a: number): number {
  return 2 * Math.asinh(Math.sqrt(Math.max(0, a)));
}

function defect(data: RowBlock, at: number, tolerance: number, d: number): string | undefined {
  const form = dotAt(data, at + 1, data, at + 1, d - 1) - data[at]! ** 2;
  // Coordinates of size x₀ round to ε·x₀, their squares to ε·x₀².
  if (!(Math.abs(form + 1) <= tolerance * Math.max(1, data[at]! ** 2))) return `⟨x, x⟩ = ${form} instead of −1`;
  return data[at]! > 0 ? undefined : `x₀ = ${data[at]}, which is not positive`;
}
