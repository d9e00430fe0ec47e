// What a bank of queries says about each candidate.
//
// Four of the cures rank the candidates of a query like a_y·⟨x, y⟩ + c_y: that is the inner product of (x, 1) with (a_y·y, c_y), so that
// any engine finds their neighbours.

import { copyRows } from "@nce-geometry/energy";
import type { PairwiseEngine } from "@nce-geometry/pairwise";
import { InputError, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import type { ResolvedCure } from "./cure.ts";

/** Scores a_y·s + c_y; where `active` is given, only for queries whose first candidate is active. */
export interface LinearScores {
  readonly form: "linear";
  readonly slopes: Float64Array;
  readonly offsets: Float64Array;
  readonly active?: Uint8Array;
}

/** Means and standard deviations of each candidate's cosines with the bank. */
export interface ProximityScores {
  readonly form: "proximity";
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

/** log Σ e^{s/τ} of each candidate over all queries is taken when they are known. */
export interface DualScores {
  readonly form: "dual";
  readonly temperature: number;
}

export type FittedScores = LinearScores | ProximityScores | DualScores;

/** Fits a cure to candidates and a bank of queries. */
export async function fitScores(
  where: string,
  candidates: Rows,
  bank: Rows,
  cure: ResolvedCure,
  { engine, signal }: { readonly engine: PairwiseEngine } & RunControl,
): Promise<FittedScores> {
  const control = { signal };
  const { k, temperature } = cure;
  const m = candidates.rows;
  switch (cure.kind) {
    case "csls": {
      const [near] = await engine.reduce(candidates, bank, [{ kind: "topK", k }], control);
      const offsets = Float64Array.from({ length: m }, (_, j) => -meanOfRow(near.values, near.k, j));
      return { form: "linear", slopes: new Float64Array(m).fill(2), offsets };
    }
    case "localScaling": {
      const [near] = await engine.reduce(candidates, bank, [{ kind: "topK", k }], control);
      const slopes = Float64Array.from({ length: m }, (_, j) => {
        const distance = Math.sqrt(2 - 2 * near.values[(j + 1) * near.k - 1]!);
        if (!(distance > 0)) throw noDistance(where, j, near.k);
        return 2 / distance;
      });
      return { form: "linear", slopes, offsets: slopes.map((slope) => -slope) };
    }
    case "invertedSoftmax":
      return invertedSoftmax(candidates, bank, temperature, engine, control);
    case "queryBank": {
      const linear = await invertedSoftmax(candidates, bank, temperature, engine, control);
      const [first] = await engine.reduce(bank, candidates, [{ kind: "topK", k: cure.activation }], control);
      const active = new Uint8Array(m);
      for (const index of first.indices) active[index] = 1;
      return { ...linear, active };
    }
    case "dualSoftmax":
      return { form: "dual", temperature };
    case "mutualProximity":
      return cosineMoments(where, candidates, bank, engine, control);
  }
}

/** s/τ − log Σ_bank e^{s(b, y)/τ}. */
async function invertedSoftmax(
  candidates: Rows,
  bank: Rows,
  temperature: number,
  engine: PairwiseEngine,
  control: RunControl,
): Promise<LinearScores> {
  const logs = { kind: "logSumExp", critic: { kind: "cosine" }, temperature } as const;
  const [{ columns }] = await engine.reduce(bank, candidates, [logs], control);
  const slopes = new Float64Array(candidates.rows).fill(1 / temperature);
  return { form: "linear", slopes, offsets: columns.map((log) => -log) };
}

/** (a_y·y, c_y) of each candidate. */
export async function augmentCandidates(candidates: Rows, { slopes, offsets }: LinearScores): Promise<RowMatrix> {
  const { rows, dim, data } = await copyRows(candidates, {});
  const wide = new Float64Array(rows * (dim + 1));
  for (let j = 0; j < rows; j++) {
    for (let k = 0; k < dim; k++) wide[j * (dim + 1) + k] = slopes[j]! * data[j * dim + k]!;
    wide[j * (dim + 1) + dim] = offsets[j]!;
  }
  return { rows, dim: dim + 1, data: wide };
}

/** (x, 1) of each query. */
export function augmentQueries({ rows, dim, data }: RowMatrix): RowMatrix {
  const wide = new Float64Array(rows * (dim + 1)).fill(1);
  for (let i = 0; i < rows; i++) wide.set(data.subarray(i * dim, (i + 1) * dim), i * (dim + 1));
  return { rows, dim: dim + 1, data: wide };
}

/** s = 1 − ‖x − y‖²/2, so that both moments are sums of powers of squared distances. */
async function cosineMoments(
  where: string,
  candidates: Rows,
  bank: Rows,
  engine: PairwiseEngine,
  control: RunControl,
): Promise<ProximityScores> {
  const square = {
    kind: "mapped",
    of: "squaredDistance",
    map: { kind: "power", exponent: 2 },
    scale: 1,
  } as const;
  const [distances, squares] = await engine.reduce(
    bank,
    candidates,
    [
      { kind: "sum", value: { kind: "squaredDistance" } },
      { kind: "sum", value: square },
    ],
    control,
  );
  const n = bank.rows;
  const means = distances.columns.map((sum) => 1 - sum / n / 2);
  const deviations = means.map((mean, j) => {
    const variance = squares.columns[j]! / n / 4 - (1 - mean) ** 2;
    if (!(variance > n * Number.EPSILON)) throw noSpread(where, j);
    return Math.sqrt((variance * n) / (n - 1));
  });
  return { form: "proximity", means, deviations };
}

function meanOfRow(values: Float64Array, k: number, row: number): number {
  let sum = 0;
  for (let at = row * k; at < (row + 1) * k; at++) sum += values[at]!;
  return sum / k;
}

function noDistance(where: string, row: number, k: number): InputError {
  const expected = "without candidates that equal k of its rows";
  const hint = "Local scaling divides by the distance of the k-th nearest bank query; raise k or remove duplicates.";
  const received = `${k} queries that equal candidate ${row}`;
  return new InputError({ code: "E_DOMAIN", where, argument: "bank", expected, received, hint });
}

function noSpread(where: string, row: number): InputError {
  const expected = "of queries with different cosines to each candidate";
  const received = `equal cosines with candidate ${row}`;
  return new InputError({ code: "E_DOMAIN", where, argument: "bank", expected, received });
}
