// One seed with one critic: gradients at every N, by the paper's protocol and by one with independent references.

import { type InfoNCESummary, poolInfoNCEOnRows } from "@nce-geometry/losses";
import { type GaussianMixtureLaw, generateGaussianMixture } from "@nce-geometry/synthetic";
import {
  type Critic,
  createRandom,
  type Random,
  type RowMatrix,
  type RunControl,
  throwIfAborted,
} from "@nce-geometry/tensor";
import { leastSquaresSlope } from "../runner/least-squares-slope.ts";
import type { ConsistencyCritic, GradientConsistencyConfig } from "./config.ts";
import { type EncodedRows, encodeRows, firstRows } from "./encoder-pass.ts";
import { type PoolGradient, type PoolGradientOptions, poolEncoderGradient } from "./pool-gradient.ts";

export type ConsistencyUnit = { readonly seed: number; readonly critic: ConsistencyCritic };

/** Lists have one entry per N. */
export type ConsistencyResult = {
  readonly seed: number;
  readonly critic: ConsistencyCritic;
  /** The paper's protocol: prefixes of the reference pool, the positive in the denominator, negatives as `nestedNegatives` says. */
  readonly nested: {
    /** Cosine of the gradient at N with the reference gradient. */
    readonly cosine: readonly number[];
    /** ‖g_N − g‖/‖g‖. */
    readonly relativeError: readonly number[];
  };
  /** Pools of the anchors' law that share nothing, the positive left out of the denominator. */
  readonly independent: {
    readonly cosine: readonly number[];
    /** Against one reference gradient, whose own error is in it. */
    readonly relativeError: readonly number[];
    /** ⟨g_N − g, g_N − g'⟩/⟨g, g'⟩ with two references: the squared relative error free of theirs; may be negative. */
    readonly squaredError: readonly number[];
    /** ‖g − g'‖²/(2⟨g, g'⟩), the reference's own. */
    readonly referenceSquaredError: number;
    /** Slope of log of the error, ½ log squaredError, against log N from `slopeFrom` on; null where it has no logarithm. */
    readonly slope: number | null;
  };
  /** In nats; like all that follows, of pools of the anchors' law. */
  readonly value: {
    readonly loss: readonly number[];
    readonly decoupledLoss: readonly number[];
    /** J_τ + log V_κ(τ) = E[−s⁺]/τ + E log Γ from the reference pools. */
    readonly energyPlusLogVolume: number;
    /** L − J_τ − log(N V_κ), with the positive in the denominator and without. */
    readonly residual: readonly number[];
    readonly decoupledResidual: readonly number[];
  };
  /** Share of the positive in the denominator. */
  readonly positiveMass: readonly number[];
  /** Negatives that share the rest of it. */
  readonly effectiveNegatives: readonly number[];
};

interface Drawn {
  readonly anchors: EncodedRows;
  readonly positives: EncodedRows;
  /** Negatives of the paper's protocol, of which the smaller pools are prefixes. */
  readonly nested: EncodedRows;
  /** Of the anchors' law: one for the smaller pools, two for references. */
  readonly pools: readonly [EncodedRows, EncodedRows, EncodedRows];
}

/** Does one unit. */
export async function runUnit(
  config: GradientConsistencyConfig,
  { seed, critic: kind }: ConsistencyUnit,
  control: RunControl,
): Promise<ConsistencyResult> {
  const setting = settingOf(config, kind);
  const { anchors, positives, nested, pools } = drawRows(config, kind, seed, setting.output);
  const gradientOf = (negatives: EncodedRows, includePositive: boolean) => {
    throwIfAborted(control.signal);
    return poolEncoderGradient({ anchors, positives, negatives }, { ...setting, includePositive });
  };
  const { temperature, critic } = setting;
  const nestedReference = await gradientOf(nested, true);
  const references = [await gradientOf(pools[1], false), await gradientOf(pools[2], false)] as const;
  const prefixes: PoolGradient[] = [];
  const decoupled: PoolGradient[] = [];
  const measures: InfoNCESummary[] = [];
  for (const [k, size] of config.sizes.entries()) {
    control.onProgress?.({ done: k, total: config.sizes.length, label: `N = ${size}` });
    const pool = firstRows(pools[0], size);
    prefixes.push(await gradientOf(firstRows(nested, size), true));
    decoupled.push(await gradientOf(pool, false));
    measures.push(await poolInfoNCEOnRows(anchors.outputs, positives.outputs, pool.outputs, { temperature, critic }));
  }
  control.onProgress?.({ done: config.sizes.length, total: config.sizes.length });
  return {
    seed,
    critic: kind,
    nested: {
      cosine: prefixes.map(({ gradient }) => cosineOf(gradient, nestedReference.gradient)),
      relativeError: prefixes.map(({ gradient }) => relativeErrorOf(gradient, nestedReference.gradient)),
    },
    independent: independentErrors(config, decoupled, references),
    value: valueConsistency(config, measures, references),
    positiveMass: measures.map(({ positiveMass }) => positiveMass),
    effectiveNegatives: measures.map(({ conditionalEffectiveNegatives }) => conditionalEffectiveNegatives),
  };
}

type Setting = Omit<PoolGradientOptions, "includePositive">;

function settingOf(config: GradientConsistencyConfig, kind: ConsistencyCritic): Setting {
  if (kind === "cosine") {
    return { temperature: config.cosineTemperature, critic: { kind: "cosine" }, output: "normalized" };
  }
  const critic: Critic = { kind: "rbf", scale: config.rbfScale };
  return { temperature: config.rbfTemperature, critic, output: "tanh" };
}

/** The data do not depend on the critic, save for the size of the augmentation. */
function drawRows(
  config: GradientConsistencyConfig,
  kind: ConsistencyCritic,
  seed: number,
  output: Setting["output"],
): Drawn {
  const { anchors: rows, reference, inputs, outputs, components, separation } = config;
  const random = createRandom(seed).split("gradient consistency");
  const augmentation = kind === "cosine" ? config.cosineAugmentation : config.rbfAugmentation;
  const mixture = { kind: "gaussianMixture", dim: inputs, components, separation } as const;
  const { x, y, truth } = generateGaussianMixture(random.split("anchors"), { ...mixture, rows, augmentation });
  const { law: other } =
    config.nestedNegatives === "sameMixture"
      ? { law: truth.laws.x }
      : { law: generateGaussianMixture(random.split("other mixture"), { ...mixture, rows: 1 }).truth.laws.x };
  const map = { inputs, outputs, weights: drawWeights(random.split("encoder"), inputs, outputs) };
  const encode = (source: RowMatrix) => encodeRows(map, source, output);
  const pool = (name: string, law: GaussianMixtureLaw, size = reference) =>
    encode(drawMixture(random.split(name), law, size));
  return {
    anchors: encode(x),
    positives: encode(y),
    nested: pool("nested", other),
    pools: [
      pool("first", truth.laws.x, Math.max(...config.sizes)),
      pool("second", truth.laws.x),
      pool("third", truth.laws.x),
    ],
  };
}

/** Rows of a mixture whose components have equal weights. */
function drawMixture(random: Random, { components, deviation, dim }: GaussianMixtureLaw, rows: number): RowMatrix {
  const labels = random.split("labels").integers(rows, { high: components.length });
  const data = random.split("noise").normal(rows * dim);
  for (let at = 0, i = 0; i < rows; i++) {
    const { mean } = components[labels[i]!]!;
    for (let k = 0; k < dim; k++, at++) data[at] = mean[k]! + deviation * data[at]!;
  }
  return { rows, dim, data };
}

/** N(0, 1/inputs). */
function drawWeights(random: Random, inputs: number, outputs: number): Float64Array {
  const deviation = 1 / Math.sqrt(inputs);
  return random.normal(inputs * outputs).map((value) => deviation * value);
}

function independentErrors(
  { sizes, slopeFrom }: GradientConsistencyConfig,
  at: readonly PoolGradient[],
  [{ gradient: first }, { gradient: second }]: readonly [PoolGradient, PoolGradient],
): ConsistencyResult["independent"] {
  const squaredNorm = dot(first, second);
  const squaredError = at.map(({ gradient }) => dot(minus(gradient, first), minus(gradient, second)) / squaredNorm);
  const difference = minus(first, second);
  return {
    cosine: at.map(({ gradient }) => cosineOf(gradient, first)),
    relativeError: at.map(({ gradient }) => relativeErrorOf(gradient, first)),
    squaredError,
    referenceSquaredError: dot(difference, difference) / (2 * squaredNorm),
    slope: slopeOf(sizes, squaredError, slopeFrom),
  };
}

/** V_κ is the same at every N and in J_τ, so that it drops out of the residuals. */
function valueConsistency(
  { sizes, reference }: GradientConsistencyConfig,
  measures: readonly InfoNCESummary[],
  references: readonly [PoolGradient, PoolGradient],
): ConsistencyResult["value"] {
  const energyPlusLogVolume = (references[0].loss + references[1].loss) / 2 - Math.log(reference);
  const residual = (loss: number, k: number) => loss - energyPlusLogVolume - Math.log(sizes[k]!);
  return {
    loss: measures.map(({ loss }) => loss),
    decoupledLoss: measures.map(({ decoupledLoss }) => decoupledLoss),
    energyPlusLogVolume,
    residual: measures.map(({ loss }, k) => residual(loss, k)),
    decoupledResidual: measures.map(({ decoupledLoss }, k) => residual(decoupledLoss, k)),
  };
}

/** Least squares of ½ log squared against log N; null with fewer than two points or where one has no logarithm. */
export function slopeOf(sizes: readonly number[], squared: readonly number[], from: number): number | null {
  const points = sizes.flatMap((size, k) =>
    size >= from ? [[Math.log(size), 0.5 * Math.log(squared[k]!)] as const] : [],
  );
  if (points.length < 2 || !points.every(([, y]) => Number.isFinite(y))) return null;
  const [x, y] = [points.map(([logSize]) => logSize), points.map(([, logError]) => logError)];
  return leastSquaresSlope(x, y);
}

function cosineOf(a: Float64Array, b: Float64Array): number {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

function relativeErrorOf(a: Float64Array, b: Float64Array): number {
  const difference = minus(a, b);
  return Math.sqrt(dot(difference, difference) / dot(b, b));
}

function minus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]!);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
