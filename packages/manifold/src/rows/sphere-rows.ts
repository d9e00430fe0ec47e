import { InputError, type RowBlock } from "@nce-geometry/tensor";
import type { ManifoldRows } from "../manifold.ts";
import { CUT_LOCUS_ULPS, cutLocusError } from "../manifolds/cut-locus.ts";
import { combinationNormAt, combinedNorm, mapRows, normAt, zeroRows } from "./float64-rows.ts";
import { membershipChecks } from "./on-manifold.ts";
import { requireCount, standardNormals } from "./sampling.ts";
import { spaceFormRows } from "./space-form-rows.ts";

const DOUBTFUL = 1 / 32;
const EPSILON = 2 ** -52;

/** The sphere on rows; the formulas stand at `sphere`. */
export function sphereRows(d: number, name: string): ManifoldRows {
  const maps = spaceFormRows({
    name,
    dimension: d,
    sigma: 1,
    distance: (x, a, y, b) => {
      return 2 * Math.atan2(combinationNormAt(x, a, y, b, d, -1), combinationNormAt(x, a, y, b, d, 1));
    },
    log: (x, a, y, b, out, at) => writeLog(x, a, y, b, out, at, d),
    requireUnique: (where, x, a, y, b) => {
      if (combinationNormAt(x.data, a, y.data, b, d, 1) <= CUT_LOCUS_ULPS * EPSILON) {
        throw cutLocusError(where, Math.max(a, b) / d, Math.max(x.rows, y.rows));
      }
    },
    fromProduct: (cosine) => {
      if (Math.abs(cosine) > 1 - DOUBTFUL) return Number.NaN;
      return 2 * Math.atan2(Math.sqrt(1 - cosine), Math.sqrt(1 + cosine));
    },
  });
  return {
    ...maps,
    ...membershipChecks(name, d, (data, at, tolerance) => {
      const norm = normAt(data, at, d);
      return Math.abs(norm - 1) <= tolerance ? undefined : `norm ${norm} instead of 1`;
    }),
    projectPoint: (x) => {
      return mapRows(`${name}.projectPoint`, d, { x }, ([a], out, at) => {
        const norm = normAt(x.data, a!, d);
        if (norm === 0) throw zeroRow(`${name}.projectPoint`, "x", a! / d, x.rows);
        for (let k = 0; k < d; k++) out[at + k] = x.data[a! + k]! / norm;
      });
    },
    retract: (x, v) => {
      return mapRows(`${name}.retract`, d, { x, v }, ([a, b], out, at) => {
        const norm = combinedNorm(d, (k) => x.data[a! + k]! + v.data[b! + k]!);
        if (norm === 0) throw zeroRow(`${name}.retract`, "x + v", at / d, Math.max(x.rows, v.rows));
        for (let k = 0; k < d; k++) out[at + k] = (x.data[a! + k]! + v.data[b! + k]!) / norm;
      });
    },
    origin: () => ({ rows: 1, dim: d, data: new Float64Array(d).fill(1, 0, 1) }),
    sampleUniform: (random, n) => {
      requireCount(`${name}.sampleUniform`, n);
      const points = zeroRows(n, d);
      points.data.set(random.normal(n * d));
      for (let at = 0; at < points.data.length; at += d) {
        let norm = normAt(points.data, at, d);
        // No direction: drawn again.
        for (; norm === 0; norm = normAt(points.data, at, d)) points.data.set(random.normal(d), at);
        for (let k = 0; k < d; k++) points.data[at + k] = points.data[at + k]! / norm;
      }
      return points;
    },
    sampleTangent: (random, x) => maps.projectTangent(x, standardNormals(random, x.rows, d)),
  };
}

/** 4U(r)/(A + B)·((y − x) + r(x + y)), A = ‖x − y‖², B = ‖x + y‖², r = A/B, U(r) = atan(√r)/√r. */
function writeLog(x: RowBlock, a: number, y: RowBlock, b: number, out: Float64Array, at: number, d: number): void {
  const [near, far] = [combinationNormAt(x, a, y, b, d, -1), combinationNormAt(x, a, y, b, d, 1)];
  const root = near / far;
  const scale = (4 * (root === 0 ? 1 : Math.atan(root) / root)) / (near * near + far * far);
  const ratio = root * root;
  for (let k = 0; k < d; k++) {
    out[at + k] = scale * (y[b + k]! - x[a + k]! + ratio * (x[a + k]! + y[b + k]!));
  }
}

function zeroRow(where: string, argument: string, row: number, rows: number): InputError {
  return new InputError({
    code: "E_ZERO_ROW",
    where,
    argument,
    expected: "of rows with a direction",
    received: `zeros in row ${row} of ${rows}`,
  });
}
