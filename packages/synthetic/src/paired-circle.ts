// Two modalities on the circle, the model of the multimodal experiment: a latent angle θ, seen as
//   θ_x = θ + σ_x N,   θ_y = R(θ' + σ_y N'),   x = (cos θ_x, sin θ_x) + noise,  y likewise,
// R a rotation or a reflection. θ' = θ, or an angle of another law that is coupled to θ as strongly as an order can couple:
// one uniform number chooses both components, another the quantile within each.

import type { Random, RowMatrix } from "@nce-geometry/tensor";
import { bestAlignment } from "./circle-alignment.ts";
import { type CircleComponent, type CircleLaw, circleEntropy, circleJeffreys, movedLaw } from "./circle-law.ts";
import { type CirclePairing, circlePairing } from "./circle-pairing.ts";
import type { Quadrature } from "./known.ts";
import {
  requireCount,
  requireFinite,
  requireNonNegative,
  requireOneOf,
  requireOption,
  requireWithin,
} from "./option-checks.ts";
import { makeRows } from "./rows.ts";
import { vonMisesTable } from "./von-mises-table.ts";

/** How the angles of y are turned against those of x. */
export type CircleRelation =
  | { readonly kind: "rotation" /** y = θ + angle; radians. */; readonly angle: number }
  | { readonly kind: "reflection" /** y = angle − θ; radians. */; readonly angle: number };

export interface PairedCircleOptions {
  readonly kind: "pairedCircle";
  /** Pairs n, at least 1. */
  readonly pairs: number;
  /** Law of the latent angle. @defaultValue 0.7·vM(0, 6) + 0.3·vM(π, 6) */
  readonly components?: readonly CircleComponent[];
  /** Law of the latent angle of y where it is another one, with as many components. @defaultValue that of x, and θ' = θ */
  readonly componentsY?: readonly CircleComponent[];
  /** Misalignment σ_x in [0, 6], radians. @defaultValue 0 */
  readonly misalignmentX?: number;
  /** Misalignment σ_y in [0, 6], radians. @defaultValue 0.3 */
  readonly misalignmentY?: number;
  /** R. @defaultValue { kind: "rotation", angle: 0 } */
  readonly relation?: CircleRelation;
  /** Deviation of the noise on each coordinate of the features. @defaultValue 0.02 */
  readonly featureNoise?: number;
}

export interface PairedCircleTruth extends CirclePairing {
  readonly kind: "pairedCircle";
  /** Laws of the angles of x and of y. */
  readonly laws: { readonly x: CircleLaw; readonly y: CircleLaw };
  /** Differential entropies of the angles, nats. */
  readonly entropy: { readonly x: Quadrature; readonly y: Quadrature };
  /** D(x‖y) + D(y‖x) of the laws of the angles: the gap that the data have before any encoder. Nats. */
  readonly jeffreys: Quadrature;
  /**
   * The same for the directions of the noisy features: the noise ε blurs an angle by about ε, up to a relative error of order ε².
   */
  readonly jeffreysOfFeatures: Quadrature;
  /** D_S = jeffreys/2. */
  readonly symmetricKL: Quadrature;
  /** What is left of the Jeffreys divergence when y is turned, or mirrored and turned, as well as can be; radians. */
  readonly aligned: {
    readonly rotation: { readonly angle: number; readonly jeffreys: number };
    readonly reflection: { readonly angle: number; readonly jeffreys: number };
  };
}

const defaultComponents: readonly CircleComponent[] = [
  { weight: 0.7, mean: 0, concentration: 6 },
  { weight: 0.3, mean: Math.PI, concentration: 6 },
];

/**
 * Pairs of points near the circle whose marginal laws, and what separates them, are known.
 *
 * Shapes:   → x, y [n, 2] features; anglesX, anglesY [n, 1] in (−π, π].
 * Limits:   σ_x = σ_y, no relation → jeffreys 0;  a rotation is removable: aligned.rotation.jeffreys as without it;
 *           default law and noise, σ_y = 0.2, 0.3, 0.4, 0.5, 0.6, 0.7 → jeffreysOfFeatures 0.0182, 0.0746, 0.184, 0.343, 0.537, 0.744.
 * Numerics: truths by trapezoidal sums on the circle with their changes under refinement; κ ≤ 1000 keeps them small.
 * Throws:   InputError E_OPTION.
 * Source:   arXiv:2601.19597.
 */
export function generatePairedCircle(
  random: Random,
  options: PairedCircleOptions,
): {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
  readonly anglesX: RowMatrix;
  readonly anglesY: RowMatrix;
  readonly truth: PairedCircleTruth;
} {
  const resolved = resolve(options);
  const { pairs, misalignmentX, misalignmentY, relation, featureNoise } = resolved;
  const [latentX, latentY] = drawLatents(random, resolved);
  const errorsX = random.split("misalignment of x").normal(pairs);
  const errorsY = random.split("misalignment of y").normal(pairs);
  const sign = relation.kind === "reflection" ? -1 : 1;
  const anglesX = latentX.map((angle, i) => wrapped(angle + misalignmentX * errorsX[i]!));
  const anglesY = latentY.map((angle, i) => wrapped(relation.angle + sign * (angle + misalignmentY * errorsY[i]!)));
  return {
    x: features(random.split("features of x"), anglesX, featureNoise),
    y: features(random.split("features of y"), anglesY, featureNoise),
    anglesX: { rows: pairs, dim: 1, data: anglesX },
    anglesY: { rows: pairs, dim: 1, data: anglesY },
    truth: truthOf(resolved),
  };
}

type Resolved = Required<Omit<PairedCircleOptions, "componentsY">> & Pick<PairedCircleOptions, "componentsY">;

function resolve(options: PairedCircleOptions): Resolved {
  const where = "generatePairedCircle";
  const { components = defaultComponents, componentsY, misalignmentX = 0, misalignmentY = 0.3 } = options;
  const { relation = { kind: "rotation", angle: 0 }, featureNoise = 0.02, kind, pairs } = options;
  requireCount(where, "pairs", pairs, 1);
  checkComponents(where, "components", components);
  if (componentsY !== undefined) {
    checkComponents(where, "componentsY", componentsY);
    const expected = `as many components as \`components\`, ${components.length}`;
    requireOption(where, "componentsY", componentsY.length === components.length, expected, componentsY.length);
  }
  requireWithin(where, "misalignmentX", misalignmentX, 0, 6);
  requireWithin(where, "misalignmentY", misalignmentY, 0, 6);
  requireOneOf(where, "relation.kind", relation?.kind, ["rotation", "reflection"]);
  requireFinite(where, "relation.angle", relation.angle);
  requireNonNegative(where, "featureNoise", featureNoise);
  const resolved = { kind, pairs, components, misalignmentX, misalignmentY, relation, featureNoise };
  return componentsY === undefined ? resolved : { ...resolved, componentsY };
}

function checkComponents(where: string, argument: string, components: readonly CircleComponent[]): void {
  const isList = Array.isArray(components) && components.length > 0;
  requireOption(where, argument, isList, "a list of one or more { weight, mean, concentration }", components);
  components.forEach((component, k) => {
    requireOption(where, `${argument}[${k}].weight`, component?.weight > 0, "a number > 0", component?.weight);
    requireFinite(where, `${argument}[${k}].mean`, component.mean);
    requireWithin(where, `${argument}[${k}].concentration`, component.concentration, 0, 1000);
  });
  const sum = components.reduce((total, { weight }) => total + weight, 0);
  requireOption(where, argument, Math.abs(sum - 1) <= 1e-9, "weights with sum 1", sum);
}

function drawLatents(random: Random, { pairs, components, componentsY }: Resolved): [Float64Array, Float64Array] {
  const choices = random.split("components").uniform(pairs);
  const shares = random.split("angles").uniform(pairs);
  const angles = (law: readonly CircleComponent[]): Float64Array => {
    const tables = law.map(vonMisesTable);
    return choices.map((u, i) => {
      const k = componentAt(law, u);
      return law[k]!.mean + tables[k]!.quantile(shares[i]!);
    });
  };
  const first = angles(components);
  return [first, componentsY === undefined ? first : angles(componentsY)];
}

/** The component in whose part of [0, 1) u lies. */
function componentAt(components: readonly CircleComponent[], u: number): number {
  let [k, sum] = [0, components[0]!.weight];
  while (k < components.length - 1 && u >= sum) sum += components[++k]!.weight;
  return k;
}

function features(random: Random, angles: Float64Array, deviation: number): RowMatrix {
  const noise = random.normal(2 * angles.length);
  return makeRows(angles.length, 2, (row, i) => {
    row[0] = Math.cos(angles[i]!) + deviation * noise[2 * i]!;
    row[1] = Math.sin(angles[i]!) + deviation * noise[2 * i + 1]!;
  });
}

/** Into (−π, π]. */
function wrapped(angle: number): number {
  return angle - 2 * Math.PI * Math.ceil((angle - Math.PI) / (2 * Math.PI));
}

function truthOf(options: Resolved): PairedCircleTruth {
  const { components, componentsY = components, misalignmentX, misalignmentY, relation, featureNoise } = options;
  const x: CircleLaw = { kind: "circle", components, blur: misalignmentX };
  const plain: CircleLaw = { kind: "circle", components: componentsY, blur: misalignmentY };
  const y = movedLaw(plain, relation.angle, relation.kind === "reflection");
  const jeffreys = circleJeffreys(x, y);
  return {
    kind: "pairedCircle",
    laws: { x, y },
    entropy: { x: circleEntropy(x), y: circleEntropy(y) },
    jeffreys,
    jeffreysOfFeatures: circleJeffreys(blurredBy(x, featureNoise), blurredBy(y, featureNoise)),
    symmetricKL: { value: jeffreys.value / 2, change: jeffreys.change / 2 },
    aligned: { rotation: bestAlignment(x, y, false), reflection: bestAlignment(x, y, true) },
    ...circlePairing(options),
  };
}

function blurredBy(law: CircleLaw, noise: number): CircleLaw {
  return { ...law, blur: Math.hypot(law.blur, noise) };
}
