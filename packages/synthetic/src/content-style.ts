// Two views of the same content. Latents of a pair are normal, coordinate by coordinate independent:
//   c of both sides: correlation r_c;   e of both sides: correlation r_e;   style s = a·B c + √(1 − a²)·e;   private p: none.
// Each modality sees its latent (c, s, p) through an invertible mixing:  x = f(c, s, p),  y = g(c̃, s̃, p̃).

import type { Random, RowMatrix } from "@nce-geometry/tensor";
import { applyMixing, type Mixing, randomMixing } from "./mixing.ts";
import { requireCount, requireOneOf, requireOption, requireWithin } from "./option-checks.ts";
import { makeRows } from "./rows.ts";

export interface ContentStyleOptions {
  readonly kind: "contentStyle";
  /** Pairs n, at least 1. */
  readonly pairs: number;
  /** Dimension of the content, at least 1. @defaultValue 4 */
  readonly contentDim?: number;
  /** Dimension of the style, at least 0. @defaultValue 3 */
  readonly styleDim?: number;
  /** Dimension of what each modality has to itself, at least 0. @defaultValue 1 */
  readonly privateDim?: number;
  /** Correlation r_c of a content coordinate and its partner, in [0, 1]; 1: shared exactly. @defaultValue 1 */
  readonly contentCorrelation?: number;
  /** Correlation r_e of a style innovation and its partner, in [0, 1]; 0: style always changes. @defaultValue 0 */
  readonly styleCorrelation?: number;
  /** How much content determines style: a in [0, 1). @defaultValue 0 */
  readonly causal?: number;
  /** Whether both modalities are mixed by the same map. @defaultValue "separate" */
  readonly mixing?: "shared" | "separate";
  /** Layers of the mixing, 0 to 16; 0: the latents themselves. @defaultValue 3 */
  readonly layers?: number;
  /** Condition number of each layer's matrix, in [1, 1000]. @defaultValue 4 */
  readonly condition?: number;
  /** Slope of the negative half of the leaky ReLU, in [0.01, 1]. @defaultValue 0.2 */
  readonly slope?: number;
}

export interface ContentStyleTruth {
  readonly kind: "contentStyle";
  /** Columns of the latents: content first, then style, then private. */
  readonly blocks: { readonly content: number; readonly style: number; readonly private: number };
  /** Correlations of a coordinate and its partner on the other side. */
  readonly correlation: { readonly content: number; readonly style: number };
  /**
   * −½Σ log(1 − r²) over content and style, nats: invertible mixings leave it as it is. Null where it is infinite (r = 1).
   */
  readonly mutualInformation: number | null;
  /** R² of the best prediction of a coordinate of y's latent from x: r_c²,  a²r_c² + (1 − a²)r_e²,  0. */
  readonly predictable: { readonly content: number; readonly style: number; readonly private: 0 };
  readonly mixing: { readonly x: Mixing; readonly y: Mixing };
}

/**
 * Pairs that share content, seen through invertible mixings.
 *
 * Shapes:   → x, y, latentX, latentY [n, contentDim + styleDim + privateDim].
 * Limits:   layers = 0 → x = latentX;  contentCorrelation = 1 → the content columns of both latents are equal.
 * Numerics: `invertMixing(truth.mixing.x, x)` gives latentX back; `mixing.x.conditionBound` bounds the loss of digits.
 * Throws:   InputError E_OPTION.
 */
export function generateContentStyle(
  random: Random,
  options: ContentStyleOptions,
): {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
  readonly latentX: RowMatrix;
  readonly latentY: RowMatrix;
  readonly truth: ContentStyleTruth;
} {
  const resolved = resolve(options);
  const { contentDim, styleDim, privateDim, layers, condition, slope } = resolved;
  const [latentX, latentY] = drawLatents(random, resolved);
  const dim = contentDim + styleDim + privateDim;
  const mixingOf = (label: string): Mixing => randomMixing(random.split(label), { dim, layers, condition, slope });
  const mixing = {
    x: mixingOf("mixing of x"),
    y: mixingOf(resolved.mixing === "shared" ? "mixing of x" : "mixing of y"),
  };
  const x = applyMixing(mixing.x, latentX);
  const y = applyMixing(mixing.y, latentY);
  return { x, y, latentX, latentY, truth: truthOf(resolved, mixing) };
}

type Resolved = Required<ContentStyleOptions>;

function resolve(options: ContentStyleOptions): Resolved {
  const where = "generateContentStyle";
  const { contentDim = 4, styleDim = 3, privateDim = 1, layers = 3, condition = 4, slope = 0.2 } = options;
  const { contentCorrelation = 1, styleCorrelation = 0, causal = 0, mixing = "separate", pairs, kind } = options;
  requireCount(where, "pairs", pairs, 1);
  requireCount(where, "contentDim", contentDim, 1);
  requireCount(where, "styleDim", styleDim, 0);
  requireCount(where, "privateDim", privateDim, 0);
  requireWithin(where, "contentCorrelation", contentCorrelation, 0, 1);
  requireWithin(where, "styleCorrelation", styleCorrelation, 0, 1);
  requireOption(where, "causal", causal >= 0 && causal < 1, "a number in [0, 1)", causal);
  requireOneOf(where, "mixing", mixing, ["shared", "separate"]);
  const isDepth = Number.isInteger(layers) && layers >= 0 && layers <= 16;
  requireOption(where, "layers", isDepth, "an integer in [0, 16]", layers);
  requireWithin(where, "condition", condition, 1, 1000);
  requireWithin(where, "slope", slope, 0.01, 1);
  const correlations = { contentCorrelation, styleCorrelation, causal };
  return { kind, pairs, contentDim, styleDim, privateDim, ...correlations, mixing, layers, condition, slope };
}

/** Style coordinate k follows content coordinate k mod contentDim: B repeats the content. */
function drawLatents(random: Random, options: Resolved): [RowMatrix, RowMatrix] {
  const { pairs, contentDim, styleDim, privateDim, causal } = options;
  const content = correlated(random.split("content"), pairs * contentDim, options.contentCorrelation);
  const innovation = correlated(random.split("style"), pairs * styleDim, options.styleCorrelation);
  const own = correlated(random.split("private"), pairs * privateDim, 0);
  return [0, 1].map((side) =>
    makeRows(pairs, contentDim + styleDim + privateDim, (row, i) => {
      row.set(content[side]!.subarray(i * contentDim, (i + 1) * contentDim));
      for (let k = 0; k < styleDim; k++) {
        const rest = Math.sqrt(1 - causal ** 2) * innovation[side]![i * styleDim + k]!;
        row[contentDim + k] = causal * row[k % contentDim]! + rest;
      }
      row.set(own[side]!.subarray(i * privateDim, (i + 1) * privateDim), contentDim + styleDim);
    }),
  ) as [RowMatrix, RowMatrix];
}

/** Two standard normal vectors whose coordinates have correlation r; equal where r = 1. */
function correlated(random: Random, n: number, r: number): [Float64Array, Float64Array] {
  const first = random.split("first").normal(n);
  const second = random.split("second").normal(n);
  const rest = Math.sqrt((1 - r) * (1 + r));
  return [first, second.map((value, i) => r * first[i]! + rest * value)];
}

function truthOf(options: Resolved, mixing: ContentStyleTruth["mixing"]): ContentStyleTruth {
  const { contentDim, styleDim, privateDim, contentCorrelation, styleCorrelation, causal } = options;
  const ofStyle = causal ** 2 * contentCorrelation + (1 - causal ** 2) * styleCorrelation;
  const predictable = (causal * contentCorrelation) ** 2 + (1 - causal ** 2) * styleCorrelation ** 2;
  // (c, s) and (c, e) determine each other, and the coordinates of (c, e) are independent.
  const information =
    gaussianInformation(contentDim, contentCorrelation) + gaussianInformation(styleDim, styleCorrelation);
  return {
    kind: "contentStyle",
    blocks: { content: contentDim, style: styleDim, private: privateDim },
    correlation: { content: contentCorrelation, style: ofStyle },
    mutualInformation: Number.isFinite(information) ? information : null,
    predictable: { content: contentCorrelation ** 2, style: predictable, private: 0 },
    mixing,
  };
}

/** Mutual information of n pairs of normal numbers with correlation r. */
function gaussianInformation(n: number, r: number): number {
  return n === 0 ? 0 : -0.5 * n * Math.log1p(-(r ** 2));
}
