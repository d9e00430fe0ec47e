// All generators by kind: one table for the command line, configuration files and anything else that chooses at run time.

import { InputError, type Random, type RowMatrix } from "@nce-geometry/tensor";
import { type CaptionsOptions, type CaptionsTruth, generateCaptions } from "./captions.ts";
import { type ConeOptions, type ConeTruth, generateCone } from "./cone.ts";
import { type ContentStyleOptions, type ContentStyleTruth, generateContentStyle } from "./content-style.ts";
import { type CorruptedPairsOptions, type CorruptionTruth, generateCorruptedPairs } from "./corruption.ts";
import { type GaussianMixtureOptions, type GaussianMixtureTruth, generateGaussianMixture } from "./gaussian-mixture.ts";
import {
  generateInformationImbalance,
  type InformationImbalanceOptions,
  type InformationImbalanceTruth,
} from "./information-imbalance.ts";
import { generatePairedCaps, type PairedCapsOptions, type PairedCapsTruth } from "./paired-caps.ts";
import { generatePairedCircle, type PairedCircleOptions, type PairedCircleTruth } from "./paired-circle.ts";
import { generatePathology, type PathologyOptions, type PathologyTruth, pathologyCases } from "./pathology.ts";
import { generatePositivePairs, type PositivePairsOptions, type PositivePairsTruth } from "./positive-pairs.ts";
import { generateTwoWell, type TwoWellOptions, type TwoWellTruth } from "./two-well.ts";
import { generateUniform, type UniformOptions, type UniformTruth } from "./uniform.ts";
import {
  generateVonMisesFisherMixture,
  type VonMisesFisherMixtureOptions,
  type VonMisesFisherMixtureTruth,
} from "./von-mises-fisher-mixture.ts";
import {
  generateVonMisesFisherPair,
  type VonMisesFisherPairOptions,
  type VonMisesFisherPairTruth,
} from "./von-mises-fisher-pair.ts";

export type GeneratorOptions =
  | UniformOptions
  | VonMisesFisherMixtureOptions
  | ConeOptions
  | GaussianMixtureOptions
  | TwoWellOptions
  | PairedCircleOptions
  | PairedCapsOptions
  | VonMisesFisherPairOptions
  | PositivePairsOptions
  | ContentStyleOptions
  | CaptionsOptions
  | CorruptedPairsOptions
  | InformationImbalanceOptions
  | PathologyOptions;

export type GeneratorTruth =
  | UniformTruth
  | VonMisesFisherMixtureTruth
  | ConeTruth
  | GaussianMixtureTruth
  | TwoWellTruth
  | PairedCircleTruth
  | PairedCapsTruth
  | VonMisesFisherPairTruth
  | PositivePairsTruth
  | ContentStyleTruth
  | CaptionsTruth
  | CorruptionTruth
  | InformationImbalanceTruth
  | PathologyTruth;

export type GeneratorKind = GeneratorOptions["kind"];

/** What one generator makes. */
export interface Generated {
  /** Sets of rows by name: `x`, and `y` where there are pairs; some kinds add others. */
  readonly matrices: Readonly<Record<string, RowMatrix>>;
  /** Whole numbers by name, one for each row: labels, maps. */
  readonly indices: Readonly<Record<string, Int32Array>>;
  readonly truth: GeneratorTruth;
}

export interface GeneratorInfo {
  readonly kind: GeneratorKind;
  /** One line. */
  readonly description: string;
  /** What its size is called, and a usual one. */
  readonly size: { readonly name: "rows" | "pairs"; readonly usual: number };
  /** Usual dimension; null where the kind has none to choose. */
  readonly dim: number | null;
  /** The other options: what each is, as text. */
  readonly options: Readonly<Record<string, string>>;
}

/** What there is to generate, simplest first. */
export const generators: readonly GeneratorInfo[] = [
  {
    kind: "uniform",
    description: "uniform points of the sphere",
    size: { name: "rows", usual: 1000 },
    dim: 64,
    options: {},
  },
  {
    kind: "vonMisesFisherMixture",
    description: "a von Mises–Fisher law on the sphere, or a mixture of several",
    size: { name: "rows", usual: 1000 },
    dim: 64,
    options: {
      concentrations: "concentration of each component (default: 20)",
      weights: "probabilities of the components (default: equal)",
      means: "mean directions, a list of unit vectors (default: random)",
    },
  },
  {
    kind: "cone",
    description: "a narrow cone: rows of one modality whose mean cosine is given",
    size: { name: "rows", usual: 1000 },
    dim: 64,
    options: { meanCosine: "mean cosine of two rows, in [0, 1) (default: 0.5)" },
  },
  {
    kind: "gaussianMixture",
    description: "a mixture of Gaussians in R^d with augmented copies (gradient consistency)",
    size: { name: "rows", usual: 1000 },
    dim: 64,
    options: {
      components: "number of components (default: 4)",
      weights: "their probabilities (default: equal)",
      separation: "length of the means (default: 4)",
      deviation: "standard deviation about the means (default: 1)",
      augmentation: "standard deviation of the augmentation (default: 0.05)",
    },
  },
  {
    kind: "twoWell",
    description: "the Gibbs law of a potential with two wells on S², sampled exactly",
    size: { name: "rows", usual: 768 },
    dim: null,
    options: {
      temperature: "temperature (default: 0.5)",
      wells: "two unit vectors (default: [0, 0, 1] and the direction of [0.85, 0.15, -0.5])",
      weights: "weights of the wells (default: 0.5, 0.5)",
      sharpness: "sharpness of the wells (default: 12)",
      capAngle: "radius of the caps whose mass is told, radians (default: 0.5)",
    },
  },
  {
    kind: "pairedCircle",
    description: "two modalities on the circle with a misalignment, a rotation or a reflection between them",
    size: { name: "pairs", usual: 1000 },
    dim: null,
    options: {
      components:
        "law of the angle: a list of { weight, mean, concentration } (default: 0.7 at 0 and 0.3 at π, 6 each)",
      componentsY: "another law for y (default: the same)",
      misalignmentX: "normal error of the angles of x, radians (default: 0)",
      misalignmentY: "normal error of the angles of y, radians (default: 0.3)",
      relation: 'turn y: { "kind": "rotation" or "reflection", "angle": radians } (default: none)',
      featureNoise: "noise on the features (default: 0.02)",
    },
  },
  {
    kind: "pairedCaps",
    description: "two modalities on two bands of the sphere with a given gap between their centroids",
    size: { name: "pairs", usual: 1000 },
    dim: 64,
    options: {
      centroidGap: "distance of the centroids, in [0, 2] (default: 0.85)",
      bandWidth: "half-width of the bands (default: 0.1)",
      mismatch: "deviation between a latent and its partner (default: 0.3)",
    },
  },
  {
    kind: "vonMisesFisherPair",
    description: "two modalities, von Mises–Fisher laws about two directions, with known divergences",
    size: { name: "pairs", usual: 1000 },
    dim: 64,
    options: {
      angle: "angle of the mean directions, radians (default: 1)",
      concentrationX: "concentration of x (default: 20)",
      concentrationY: "concentration of y (default: that of x)",
      coupling: "concentration of a partner's direction (default: 50)",
    },
  },
  {
    kind: "positivePairs",
    description: "uniform anchors with noisy copies: constant potential, known retrieval",
    size: { name: "pairs", usual: 1000 },
    dim: 64,
    options: {
      noise:
        '{ "kind": "vonMisesFisher", "concentration" } or { "kind": "tangent", "scale" } (default: concentration 50)',
    },
  },
  {
    kind: "contentStyle",
    description: "two views of shared content, with style and private parts, through invertible mixings",
    size: { name: "pairs", usual: 1000 },
    dim: null,
    options: {
      contentDim: "dimension of the content (default: 4)",
      styleDim: "dimension of the style (default: 3)",
      privateDim: "dimension of what each modality has to itself (default: 1)",
      contentCorrelation: "correlation of content and its partner (default: 1)",
      styleCorrelation: "correlation of style innovations (default: 0)",
      causal: "how much content determines style, in [0, 1) (default: 0)",
      mixing: "shared or separate (default: separate)",
      layers: "layers of the mixing (default: 3)",
      condition: "condition number of each layer (default: 4)",
      slope: "slope of the negative half of the leaky ReLU (default: 0.2)",
    },
  },
  {
    kind: "captions",
    description: "items with several captions each, and the map from captions to items",
    size: { name: "pairs", usual: 500 },
    dim: 64,
    options: {
      captions: "captions per item (default: 5)",
      concentration: "concentration of a caption about its item (default: 50)",
    },
  },
  {
    kind: "corruptedPairs",
    description: "pairs in categories, a fraction of them re-paired within their category",
    size: { name: "pairs", usual: 1000 },
    dim: 64,
    options: {
      categories: "number of categories (default: 10)",
      fraction: "share of corrupted pairs, in [0, 1] (default: 0.5)",
      spread: "deviation of items about their category (default: 0.15)",
      noise: "deviation of partners about their item (default: 0.05)",
    },
  },
  {
    kind: "informationImbalance",
    description: "x shows all attributes of an item, y some of them",
    size: { name: "pairs", usual: 1000 },
    dim: 64,
    options: {
      attributes: "attributes that x shows (default: 16)",
      shared: "attributes that y shows (default: 8)",
    },
  },
  {
    kind: "pathology",
    description: "rows that go wrong in one stated way",
    size: { name: "pairs", usual: 12 },
    dim: 8,
    options: { case: `which: ${pathologyCases.join(", ")} (default: clean)` },
  },
];

/**
 * Runs the generator of the options' kind.
 *
 * Shapes:   as the generator; every set of rows under the name it has there.
 * Throws:   InputError E_OPTION for a kind or an option that does not exist, and as the generator.
 */
export function generate(random: Random, options: GeneratorOptions): Generated {
  checkNames(options);
  const { truth, ...data } = run(random, options);
  const matrices: Record<string, RowMatrix> = {};
  const indices: Record<string, Int32Array> = {};
  for (const [name, value] of Object.entries(data)) {
    if (value instanceof Int32Array) indices[name] = value;
    else matrices[name] = value as RowMatrix;
  }
  return { matrices, indices, truth };
}

type Output = { readonly truth: GeneratorTruth } & { readonly [name: string]: RowMatrix | Int32Array | GeneratorTruth };

function run(random: Random, options: GeneratorOptions): Output {
  switch (options.kind) {
    case "uniform":
      return generateUniform(random, options);
    case "vonMisesFisherMixture":
      return generateVonMisesFisherMixture(random, options);
    case "cone":
      return generateCone(random, options);
    case "gaussianMixture":
      return generateGaussianMixture(random, options);
    case "twoWell":
      return generateTwoWell(random, options);
    case "pairedCircle":
      return generatePairedCircle(random, options);
    case "pairedCaps":
      return generatePairedCaps(random, options);
    case "vonMisesFisherPair":
      return generateVonMisesFisherPair(random, options);
    case "positivePairs":
      return generatePositivePairs(random, options);
    case "contentStyle":
      return generateContentStyle(random, options);
    case "captions":
      return generateCaptions(random, options);
    case "corruptedPairs":
      return generateCorruptedPairs(random, options);
    case "informationImbalance":
      return generateInformationImbalance(random, options);
    case "pathology":
      return generatePathology(random, options);
  }
}

function checkNames(options: GeneratorOptions): void {
  const kind: unknown = options?.kind;
  const info = generators.find((entry) => entry.kind === kind);
  if (!info) {
    const expected = `one of ${generators.map((entry) => entry.kind).join(", ")}`;
    const received = JSON.stringify(kind) ?? "undefined";
    throw new InputError({ code: "E_OPTION", where: "generate", argument: "kind", expected, received });
  }
  const names = ["kind", info.size.name, ...(info.dim === null ? [] : ["dim"]), ...Object.keys(info.options)];
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const expected = `an option of ${info.kind}: ${names.slice(1).join(", ")}`;
  throw new InputError({
    code: "E_OPTION",
    where: "generate",
    argument: unknown,
    expected,
    received: "an unknown name",
  });
}
