// Two modalities that answer each other's density with their best one on or above a floor.

import { type RunControl, yieldToEventLoop } from "@nce-geometry/tensor";
import { refuseOption, requireInteger, requireOneOf, requirePositive } from "../checks.ts";
import type { Pair } from "../grid/denominators.ts";
import { freeEnergyMultimodal } from "../grid/free-energy-multimodal.ts";
import type { GridFunction } from "../grid/grid-function.ts";
import { assertProbability, type GridMeasure, massesOf } from "../grid/grid-measure.ts";
import { type BestResponse, bestVertex } from "./best-response.ts";
import { finitePotentialOn } from "./finite-potential.ts";
import { type FloorOptions, logFloorOf, projectOnto } from "./floor.ts";
import { schedules } from "./grid-flow.ts";
import { meeting } from "./grid-trajectory.ts";

/** Two modalities on a grid. */
export interface BestResponseGame {
  /** U₁₂ and U₂₁. */
  readonly potentials: Pair<GridFunction>;
  /** Temperature τ > 0. */
  readonly temperature: number;
}

export interface BestResponseDynamicsOptions extends FloorOptions, RunControl {
  /** `alternating`: 1 answers, then 2 answers the answer. `simultaneous`: both answer what they see. @defaultValue "alternating" */
  readonly schedule?: "alternating" | "simultaneous";
  /** Damping: the share of the way to the best response that is gone, in (0, 1]. @defaultValue 1 */
  readonly rate?: number;
  /** Largest number of steps of this call. @defaultValue 100 */
  readonly maxSteps?: number;
  /** Mass that may differ between states that count as the same. @defaultValue 1e-12 */
  readonly tolerance?: number;
  /** Longest cycle that is looked for. @defaultValue 64 */
  readonly maxPeriod?: number;
  /** Whether the trajectory has the masses of all cells. @defaultValue false */
  readonly recordMasses?: boolean;
}

/** All that is needed to continue, as plain JSON. */
export interface BestResponseState {
  readonly step: number;
  readonly logDensities: Pair<readonly number[]>;
  /** The densities of the last steps, oldest first: a cycle is a return to one of them. */
  readonly recent: readonly Pair<readonly number[]>[];
}

/** The same on the way. */
interface LiveState {
  readonly step: number;
  readonly logDensities: Pair<Float64Array>;
  readonly recent: readonly Pair<Float64Array>[];
}

/** A state with what each modality answered on the way there. */
export interface BestResponseStep {
  readonly step: number;
  /** F^Sym. Unit: nats. */
  readonly objective: number;
  /** D_S. Unit: nats. */
  readonly symmetricKL: number;
  /** ∫ min(ρ₁, ρ₂) dμ. */
  readonly overlap: number;
  /** The cell of most mass of each modality, the lowest index where several have it. */
  readonly cells: Pair<number>;
  /** Mass of each modality on that cell. */
  readonly massOfCells: Pair<number>;
  /** The cell that each modality's best response puts the free mass on; absent at the start. */
  readonly responses?: Pair<number>;
  /** How many cells were equally good; absent at the start. */
  readonly ties?: Pair<number>;
  /** How many cells of each modality lie on the floor. */
  readonly cellsAtFloor: Pair<number>;
  /** Mass of each modality in every cell, [n]; where they were asked for. */
  readonly masses?: Pair<readonly number[]>;
}

/**
 * `settled`: a step changes nothing. `cycle`: a step leads back to an earlier state. `maxSteps`: neither yet. `aborted`: the signal was.
 */
export type BestResponseStatus = "settled" | "cycle" | "maxSteps" | "aborted";

export interface BestResponseResult {
  readonly status: BestResponseStatus;
  /** Steps of the cycle, of a `cycle`. */
  readonly period?: number;
  /** Whether both end with every cell but one on the floor: the end state is then fixed by the floor and not by the functional alone. */
  readonly atFloor: boolean;
  /** To save, or to continue from. */
  readonly state: BestResponseState;
  /** The log densities of that state, [n] each. */
  readonly logDensities: Pair<Float64Array>;
  /** Steps taken by this call. */
  readonly steps: number;
  /** The first state and every step. */
  readonly trajectory: readonly BestResponseStep[];
}

/**
 * Best-response dynamics of F^Sym under a density floor.
 *
 * Math:     ρ_i ← (1 − rate)·ρ_i + rate·BR_i(ρ_j), BR_i the vertex of {@link bestResponse}
 * Shapes:   measure [n]; start: [log ρ₁, log ρ₂], lifted onto the floor, or a state returned earlier.
 * Domain:   τ > 0, 0 < rate ≤ 1, U finite.
 * Limits:   alternating, rate 1: F^Sym never rises, so it settles;  simultaneous, two equal wells, both in one of them: a cycle of period 2;
 *           the second modality joins the first one's cell iff ΔU/τ > {@link coLocationBarrier};  k steps, continued for k more, are 2k steps, bit for bit.
 * Numerics: ties go to the lowest index and are counted. Cost: O(n) a step, O(n · maxPeriod) to look for cycles.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN. Being aborted is a status.
 * Source:   arXiv:2601.19597 (best response under a density floor).
 */
export async function bestResponseDynamics(
  measure: GridMeasure,
  game: BestResponseGame,
  start: BestResponseState | Pair<Float64Array>,
  options: BestResponseDynamicsOptions,
): Promise<BestResponseResult> {
  const { maxSteps = 100, signal, onProgress } = options;
  const play = checkedPlay(measure, game, options);
  let state = checkedStart(play, start);
  let shape: { status: BestResponseStatus; period?: number } = { status: "maxSteps" };
  const first = state.step;
  const trajectory = [describe(play, state)];
  while (state.step - first < maxSteps) {
    const done = state.step - first;
    onProgress?.({ done, total: maxSteps, label: "steps" });
    if (signal?.aborted) {
      shape = { status: "aborted" };
      break;
    }
    const { next, responses } = answer(play, state);
    trajectory.push(describe(play, next, responses));
    const period = periodOf(play, next);
    state = next;
    if (period !== undefined) {
      shape = period === 1 ? { status: "settled" } : { status: "cycle", period };
      break;
    }
    if (done % BREATH === BREATH - 1) await yieldToEventLoop();
  }
  const n = measure.weights.length;
  const atFloor = trajectory.at(-1)!.cellsAtFloor.every((count) => count === n - 1);
  const { step, logDensities } = state;
  return { ...shape, atFloor, state: savedState(state), logDensities, steps: step - first, trajectory };
}

/** Steps between two chances for timers and signals. */
const BREATH = 16;

interface Play {
  readonly measure: GridMeasure;
  readonly potentials: Pair<Float64Array>;
  readonly temperature: number;
  readonly logFloor: Float64Array;
  readonly alternating: boolean;
  readonly rate: number;
  readonly tolerance: number;
  readonly maxPeriod: number;
  readonly recordMasses: boolean;
}

function answer(play: Play, { step, logDensities, recent }: LiveState) {
  const [first, second] = logDensities;
  const towards = (k: 0 | 1, from: Float64Array, other: Float64Array): { to: Float64Array; response: BestResponse } => {
    const response = bestVertex(play.measure, { ...play, potential: play.potentials[k], other });
    return { to: partWay(from, response.logDensity, play.rate), response };
  };
  const x = towards(0, first, second);
  const y = towards(1, second, play.alternating ? x.to : first);
  const next: LiveState = {
    step: step + 1,
    logDensities: [x.to, y.to],
    recent: [...recent, logDensities].slice(-play.maxPeriod),
  };
  return { next, responses: [x.response, y.response] as const };
}

/** log((1 − rate)·a + rate·b); b itself at rate 1. */
function partWay(from: Float64Array, to: Float64Array, rate: number): Float64Array {
  if (rate === 1) return to;
  // Relative to the larger, so that equal densities stay what they are.
  return from.map((a, i) => {
    const b = to[i]!;
    return a >= b ? a + Math.log1p(rate * Math.expm1(b - a)) : b + Math.log1p((1 - rate) * Math.expm1(a - b));
  });
}

/** How many steps ago the densities were the same, if they were. */
function periodOf({ measure, tolerance }: Play, { logDensities, recent }: LiveState): number | undefined {
  for (let back = 1; back <= recent.length; back++) {
    const before = recent[recent.length - back]!;
    if (logDensities.every((logDensity, k) => movedMass(measure, logDensity, before[k]!) <= tolerance)) return back;
  }
  return undefined;
}

function movedMass(measure: GridMeasure, a: Float64Array, b: Float64Array): number {
  const before = massesOf(measure, b);
  return massesOf(measure, a).reduce((sum, mass, i) => sum + Math.abs(mass - before[i]!) / 2, 0);
}

function describe(play: Play, { step, logDensities }: LiveState, responses?: Pair<BestResponse>): BestResponseStep {
  const { measure, potentials, temperature, logFloor } = play;
  const each = <T>(f: (logDensity: Float64Array) => T): Pair<T> => [f(logDensities[0]), f(logDensities[1])];
  const masses = each((logDensity) => massesOf(measure, logDensity));
  const cells = [fullest(masses[0]), fullest(masses[1])] as const;
  return {
    step,
    objective: freeEnergyMultimodal(measure, logDensities, { potentials, temperature }).value,
    ...meeting(measure, ...logDensities),
    cells,
    massOfCells: [masses[0][cells[0]]!, masses[1][cells[1]]!],
    ...(responses && {
      responses: [responses[0].cell, responses[1].cell],
      ties: [responses[0].ties.length, responses[1].ties.length],
    }),
    cellsAtFloor: each((logDensity) => logDensity.filter((value, i) => value - logFloor[i]! <= AT_FLOOR).length),
    ...(play.recordMasses && { masses: [Array.from(masses[0]), Array.from(masses[1])] as const }),
  };
}

/** How far above the floor, in nats, still counts as on it: the square root of a rounding, as damped states approach it without end. */
const AT_FLOOR = 2 ** -26;

function fullest(masses: Float64Array): number {
  return masses.reduce((best, mass, i) => (mass > masses[best]! ? i : best), 0);
}

function checkedPlay(measure: GridMeasure, game: BestResponseGame, options: BestResponseDynamicsOptions): Play {
  const where = "bestResponseDynamics";
  const { schedule = "alternating", rate = 1, maxSteps = 100, tolerance = 1e-12, maxPeriod = 64 } = options;
  requirePositive(where, "temperature", game.temperature);
  requireOneOf(where, "schedule", schedule, schedules);
  requireInteger(where, "maxSteps", maxSteps, 0);
  requireInteger(where, "maxPeriod", maxPeriod, 1);
  requirePositive(where, "tolerance", tolerance);
  if (!(rate > 0 && rate <= 1)) refuseOption(where, "rate", "a number in (0, 1]", String(rate));
  const potentialOf = (k: 0 | 1) =>
    finitePotentialOn(measure, game.potentials[k], { where, argument: `potentials[${k}]` });
  return {
    measure,
    potentials: [potentialOf(0), potentialOf(1)],
    temperature: game.temperature,
    logFloor: logFloorOf(where, measure, options.floor),
    alternating: schedule === "alternating",
    rate,
    tolerance,
    maxPeriod,
    recordMasses: options.recordMasses ?? false,
  };
}

function checkedStart({ measure, logFloor }: Play, start: BestResponseState | Pair<Float64Array>): LiveState {
  const where = "bestResponseDynamics";
  const { step, logDensities, recent } = "step" in start ? liveState(start) : { ...fresh, logDensities: start };
  logDensities.forEach((logDensity, k) => {
    assertProbability(measure, logDensity, { where, argument: `start[${k}]` });
  });
  if ("step" in start) return { step, logDensities, recent };
  const lifted = (k: 0 | 1) => projectOnto(measure, logDensities[k], logFloor).logDensity;
  return { step, logDensities: [lifted(0), lifted(1)], recent };
}

const fresh = { step: 0, recent: [] } as const;

function savedState({ step, logDensities, recent }: LiveState): BestResponseState {
  const plain = ([x, y]: Pair<Float64Array>) => [Array.from(x), Array.from(y)] as const;
  return { step, logDensities: plain(logDensities), recent: recent.map(plain) };
}

function liveState({ step, logDensities, recent }: BestResponseState): LiveState {
  const typed = ([x, y]: Pair<readonly number[]>) => [Float64Array.from(x), Float64Array.from(y)] as const;
  return { step, logDensities: typed(logDensities), recent: recent.map(typed) };
}
