// How high one must climb from one state to another, along a path that is stated. Every path gives an upper bound of the least climb.

import { refuseOption, requireInteger, requirePositive } from "../checks.ts";
import { type GridMeasure, massesOf } from "../grid/grid-measure.ts";
import { type Floor, logFloorOf, projectionOnto } from "./floor.ts";
import { type GridFunctional, type GridProblem, gridProblem, startingState } from "./grid-problem.ts";

export interface PathBarrierOptions {
  /** States at which the functional is looked at, both ends included. @defaultValue 65 */
  readonly images?: number;
  /**
   * Rounds of the string method: every inner state takes a mirror step, then all are spread out again at equal distances. 0 leaves the path linear
   * in the logarithms. @defaultValue 0
   */
  readonly relaxSteps?: number;
  /** Size of those mirror steps. @defaultValue 0.1 */
  readonly stepSize?: number;
  /** Every state of the path is projected onto this floor. @defaultValue none */
  readonly floor?: Floor;
}

export interface PathBarrier {
  /** The path. `logLinear`: log ρ_t = (1 − t)·log ρ_0 + t·log ρ_1 − log Z_t. `string`: that one, relaxed. */
  readonly path: "logLinear" | "string";
  /** Highest value on the path above that of the first state. Unit: nats. */
  readonly heightFromStart: number;
  /** The same above that of the last state. */
  readonly heightFromEnd: number;
  /** Where on the path, 0 … 1, the highest value is. */
  readonly at: number;
  /** The highest value. */
  readonly value: number;
  /** The functional at the images, in order. */
  readonly values: readonly number[];
  /** The densities at the highest value. */
  readonly logDensities: readonly Float64Array[];
}

/**
 * Height of the barrier between two states along a path.
 *
 * Math:     max_t F(ρ_t) − F(ρ_0), and the same above F(ρ_1)
 * Shapes:   measure [n]; start and end: one log density [n] per modality.
 * Domain:   densities positive everywhere, or a floor lifts them; relaxing F^Sym + λ·D_S with λ < 1 needs a floor, or it may overflow.
 * Limits:   start = end → 0;  F convex (λ ≥ 1) between any states → no more than the higher end;  an end that is a maximum → 0 from there.
 * Numerics: the maximum among the images, then golden sections between its neighbours. An upper bound of the least barrier; relaxing lowers it.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN.
 * Source:   W. E, W. Ren, E. Vanden-Eijnden, Phys. Rev. B 66 (2002), for the string method.
 */
export function pathBarrier(
  measure: GridMeasure,
  functional: GridFunctional,
  [start, end]: readonly [readonly Float64Array[], readonly Float64Array[]],
  options: PathBarrierOptions = {},
): PathBarrier {
  const where = "pathBarrier";
  const { images = 65, relaxSteps = 0, stepSize = 0.1, floor } = options;
  requireInteger(where, "images", images, 3);
  requireInteger(where, "relaxSteps", relaxSteps, 0);
  requirePositive(where, "stepSize", stepSize);
  if (stepSize > 1) refuseOption(where, "stepSize", "a number ≤ 1", String(stepSize));
  const problem = gridProblem(where, measure, functional);
  const logFloor = floor && logFloorOf(where, measure, floor);
  const onto = projectionOnto(measure, logFloor);
  const context: Context = { measure, problem, onto, stepSize };
  const ends = [start, end].map((state) => startingState(where, measure, problem, state, onto).logDensities);
  let path: Path = spread(context, [ends[0]!, ends[1]!], images);
  for (let round = 0; round < relaxSteps; round++) path = spread(context, relaxed(context, path), images);
  return { path: relaxSteps > 0 ? "string" : "logLinear", ...summit(context, path) };
}

interface Context {
  readonly measure: GridMeasure;
  readonly problem: GridProblem;
  readonly onto: (logDensity: Float64Array) => Float64Array;
  readonly stepSize: number;
}

type State = readonly Float64Array[];
type Path = readonly State[];

/** The state at time t of the polygon through the images, straight in the logarithms between neighbours. */
function between({ onto }: Context, path: Path, t: number): State {
  const along = t * (path.length - 1);
  const k = Math.min(Math.floor(along), path.length - 2);
  const share = along - k;
  const [before, after] = [path[k]!, path[k + 1]!];
  if (share === 0) return before;
  if (share === 1) return after;
  return before.map((logDensity, m) => onto(logDensity.map((value, i) => value + share * (after[m]![i]! - value))));
}

/** The same polygon with `images` states; a polygon of more than one side is parametrised by its length. */
function spread(context: Context, path: Path, images: number): Path {
  const lengths = path.slice(1).map((state, k) => distance(context, path[k]!, state));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return Array.from({ length: images }, (_, k) => {
    const share = k / (images - 1);
    if (path.length === 2 || total === 0 || k === 0 || k === images - 1) return between(context, path, share);
    let rest = share * total;
    let side = 0;
    while (side < lengths.length - 1 && rest > lengths[side]!) rest -= lengths[side++]!;
    return between(context, path, (side + (lengths[side]! > 0 ? rest / lengths[side]! : 0)) / lengths.length);
  });
}

/** Angle between the square roots of the densities, the distance of the Fisher–Rao geometry but for its scale. */
function distance({ measure }: Context, a: State, b: State): number {
  return Math.hypot(
    ...a.map((logDensity, m) => {
      const root = (values: Float64Array) => massesOf(measure, values).map(Math.sqrt);
      const [p, q] = [root(logDensity), root(b[m]!)];
      const chord = Math.sqrt(p.reduce((total, value, i) => total + (value - q[i]!) ** 2, 0));
      const sum = Math.sqrt(p.reduce((total, value, i) => total + (value + q[i]!) ** 2, 0));
      return 2 * Math.atan2(chord, sum);
    }),
  );
}

/** Every inner image moved by a mirror step. */
function relaxed({ problem, onto, stepSize }: Context, path: Path): Path {
  return path.map((state, k) => {
    if (k === 0 || k === path.length - 1) return state;
    const variations = problem.firstVariations(state);
    return state.map((logDensity, m) => onto(logDensity.map((value, i) => value - stepSize * variations[m]![i]!)));
  });
}

function summit(context: Context, path: Path): Omit<PathBarrier, "path"> {
  const valueAt = (state: State) => context.problem.terms(state).value;
  const values = path.map(valueAt);
  const top = values.indexOf(Math.max(...values));
  const last = path.length - 1;
  const at = goldenMaximum((t) => valueAt(between(context, path, t)), {
    low: Math.max(0, top - 1) / last,
    high: Math.min(last, top + 1) / last,
    first: top / last,
  });
  const logDensities = between(context, path, at);
  const value = valueAt(logDensities);
  return { heightFromStart: value - values[0]!, heightFromEnd: value - values[last]!, at, value, values, logDensities };
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** The argument of the largest value met, `first` among them. */
function goldenMaximum(
  f: (t: number) => number,
  { low, high, first }: { readonly low: number; readonly high: number; readonly first: number },
): number {
  let best = { t: first, value: f(first) };
  let [a, b] = [low, high];
  const look = (t: number) => {
    const value = f(t);
    if (value > best.value) best = { t, value };
    return value;
  };
  let [c, d] = [b - GOLDEN * (b - a), a + GOLDEN * (b - a)];
  let [fc, fd] = [look(c), look(d)];
  for (let step = 0; step < 40; step++) {
    if (fc >= fd) {
      [b, d, fd] = [d, c, fc];
      c = b - GOLDEN * (b - a);
      fc = look(c);
    } else {
      [a, c, fc] = [c, d, fd];
      d = a + GOLDEN * (b - a);
      fd = look(d);
    }
  }
  return best.t;
}
