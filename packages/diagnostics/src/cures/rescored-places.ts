// Places of the targets, and the first k candidates, under rescored cosines. Ties are counted, not broken, for the places.

import { copyRows } from "@nce-geometry/energy";
import type { PairGroups, PairwiseEngine, TargetLists } from "@nce-geometry/pairwise";
import { type RowMatrix, type Rows, type RunControl, throwIfAborted, yieldToEventLoop } from "@nce-geometry/tensor";
import { chiSquareTail } from "../law-tests/chi-square-tail.ts";
import { selectRows } from "../law-tests/pair-angles.ts";
import { augmentCandidates, augmentQueries, type FittedScores, type LinearScores } from "./fit-cure.ts";

/** What is asked of each query: how its targets are placed among candidates of other groups. */
export interface Question {
  readonly targets: TargetLists;
  readonly groups: PairGroups;
}

/** Per target; lists [n, k] per query. */
export interface Places {
  readonly score: Float64Array;
  readonly greater: Int32Array;
  readonly equal: Int32Array;
  readonly k: number;
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

interface Setting extends RunControl {
  readonly engine: PairwiseEngine;
  readonly k: number;
}

/** Places under the cosines themselves (null), or under fitted scores. */
export async function placesOf(
  queries: Rows,
  candidates: Rows,
  fitted: FittedScores | null,
  question: Question,
  setting: Setting,
): Promise<Places> {
  const all = await copyRows(queries, { signal: setting.signal });
  if (fitted === null) return byEngine(all, candidates, question, setting);
  if (fitted.form !== "linear") return dense(all, candidates, fitted, question, setting);
  if (!fitted.active) return linear(all, candidates, fitted, question, setting);
  return gated(all, candidates, { ...fitted, active: fitted.active }, question, setting);
}

async function byEngine(
  queries: RowMatrix,
  candidates: Rows,
  { targets, groups }: Question,
  { engine, k, signal }: Setting,
): Promise<Places> {
  const [ranks, lists] = await engine.reduce(
    queries,
    candidates,
    [
      { kind: "rank", targets, groups },
      { kind: "topK", k },
    ],
    { signal },
  );
  return {
    score: ranks.targetScore,
    greater: ranks.greater,
    equal: ranks.equal,
    k: lists.k,
    indices: lists.indices,
    values: lists.values,
  };
}

async function linear(
  queries: RowMatrix,
  candidates: Rows,
  fitted: LinearScores,
  question: Question,
  setting: Setting,
): Promise<Places> {
  return byEngine(augmentQueries(queries), await augmentCandidates(candidates, fitted), question, setting);
}

/** Rescored where the query's first candidate is active, as it is elsewhere. */
async function gated(
  queries: RowMatrix,
  candidates: Rows,
  fitted: LinearScores & { readonly active: Uint8Array },
  question: Question,
  setting: Setting,
): Promise<Places> {
  const plain = await byEngine(queries, candidates, question, setting);
  const chosen = Int32Array.from({ length: queries.rows }, (_, i) => i).filter(
    (i) => fitted.active[plain.indices[i * plain.k]!],
  );
  if (chosen.length === 0) return plain;
  const part = partOf(question, chosen);
  const cured = await linear(selectRows(queries, chosen), candidates, fitted, part.question, setting);
  for (const [at, target] of part.targetsAt.entries()) {
    plain.score[target] = cured.score[at]!;
    plain.greater[target] = cured.greater[at]!;
    plain.equal[target] = cured.equal[at]!;
  }
  for (const [at, i] of chosen.entries()) {
    plain.indices.set(cured.indices.subarray(at * plain.k, (at + 1) * plain.k), i * plain.k);
    plain.values.set(cured.values.subarray(at * plain.k, (at + 1) * plain.k), i * plain.k);
  }
  return plain;
}

/** The question of some of the queries, and where their targets stand among all. */
function partOf(
  { targets, groups }: Question,
  chosen: Int32Array,
): { readonly question: Question; readonly targetsAt: readonly number[] } {
  const offsets = new Int32Array(chosen.length + 1);
  const targetsAt: number[] = [];
  for (const [at, i] of chosen.entries()) {
    for (let t = targets.offsets[i]!; t < targets.offsets[i + 1]!; t++) targetsAt.push(t);
    offsets[at + 1] = targetsAt.length;
  }
  const columns = Int32Array.from(targetsAt, (t) => targets.columns[t]!);
  const rows = Int32Array.from(chosen, (i) => groups.rows[i]!);
  return { question: { targets: { offsets, columns }, groups: { rows, columns: groups.columns } }, targetsAt };
}

/** Scores that are no inner product: all pairs, a query at a time. */
async function dense(
  queries: RowMatrix,
  candidates: Rows,
  fitted: Exclude<FittedScores, LinearScores>,
  question: Question,
  setting: Setting,
): Promise<Places> {
  const { signal, onProgress } = setting;
  const y = await copyRows(candidates, { signal });
  const k = Math.min(setting.k, y.rows);
  const places = emptyPlaces(question.targets.columns.length, queries.rows, k);
  const rescore = await rescorer(queries, y, fitted, setting);
  for (let i = 0; i < queries.rows; i++) {
    const scores = rescore(cosines(queries, i, y));
    placeTargets(places, scores, question, i);
    const order = Array.from(scores, (_, j) => j).sort((a, b) => scores[b]! - scores[a]! || a - b);
    for (let place = 0; place < k; place++) {
      places.indices[i * k + place] = order[place]!;
      places.values[i * k + place] = scores[order[place]!]!;
    }
    if (i % 32 !== 31) continue;
    await yieldToEventLoop();
    throwIfAborted(signal);
    onProgress?.({ done: i + 1, total: queries.rows, label: "queries" });
  }
  return places;
}

async function rescorer(
  queries: RowMatrix,
  candidates: RowMatrix,
  fitted: Exclude<FittedScores, LinearScores>,
  { engine, signal }: Setting,
): Promise<(cosines: Float64Array) => Float64Array> {
  if (fitted.form === "dual") {
    const { temperature } = fitted;
    const logs = { kind: "logSumExp", critic: { kind: "cosine" }, temperature } as const;
    const [{ columns }] = await engine.reduce(queries, candidates, [logs], { signal });
    return (scores) => scores.map((s, j) => s * Math.exp(s / temperature - columns[j]!));
  }
  const { means, deviations } = fitted;
  return (scores) => {
    const mean = scores.reduce((sum, s) => sum + s, 0) / scores.length;
    const squares = scores.reduce((sum, s) => sum + (s - mean) ** 2, 0);
    const deviation = Math.sqrt(squares / Math.max(1, scores.length - 1));
    // A query with one cosine for all has no opinion of its own.
    const ofQuery = (s: number) => (deviation > 0 ? logNormalProbability((s - mean) / deviation) : 0);
    return scores.map((s, j) => ofQuery(s) + logNormalProbability((s - means[j]!) / deviations[j]!));
  };
}

/** log Φ(z). */
function logNormalProbability(z: number): number {
  const tail = chiSquareTail(z * z, 1) / 2;
  return z < 0 ? Math.log(tail) : Math.log1p(-tail);
}

function cosines(queries: RowMatrix, i: number, { rows, dim, data }: RowMatrix): Float64Array {
  const out = new Float64Array(rows);
  for (let j = 0; j < rows; j++) {
    let sum = 0;
    for (let k = i * dim, l = j * dim; l < (j + 1) * dim; k++, l++) sum += queries.data[k]! * data[l]!;
    out[j] = sum;
  }
  return out;
}

function placeTargets(places: Places, scores: Float64Array, { targets, groups }: Question, i: number): void {
  for (let t = targets.offsets[i]!; t < targets.offsets[i + 1]!; t++) {
    const own = scores[targets.columns[t]!]!;
    places.score[t] = own;
    for (let j = 0; j < scores.length; j++) {
      if (groups.columns[j] === groups.rows[i]) continue;
      if (scores[j]! > own) places.greater[t]!++;
      else if (scores[j]! === own) places.equal[t]!++;
    }
  }
}

function emptyPlaces(targets: number, queries: number, k: number): Places {
  return {
    score: new Float64Array(targets),
    greater: new Int32Array(targets),
    equal: new Int32Array(targets),
    k,
    indices: new Int32Array(queries * k),
    values: new Float64Array(queries * k),
  };
}
