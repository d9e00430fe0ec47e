// What there is to generate, as data: enough for a command line or a form to ask for the options of each kind.

import type { GeneratorKind } from "./generators.ts";
import { pathologyCases } from "./pathology.ts";

export interface OptionInfo {
  /** What its value is: a number, a list of numbers, a word, or some other JSON. */
  readonly form: "number" | "numbers" | "word" | "json";
  /** What it means, and its default. */
  readonly text: string;
}

export interface GeneratorInfo {
  readonly kind: GeneratorKind;
  /** One line. */
  readonly description: string;
  /** What its size is called, and a usual one. */
  readonly size: { readonly name: "rows" | "pairs"; readonly usual: number };
  /** Usual dimension; null where the kind has none to choose. */
  readonly dim: number | null;
  /** The other options. */
  readonly options: Readonly<Record<string, OptionInfo>>;
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
      concentrations: { form: "numbers", text: "concentration of each component (default: 20)" },
      weights: { form: "numbers", text: "probabilities of the components (default: equal)" },
      means: { form: "json", text: "mean directions, a list of unit vectors (default: random)" },
    },
  },
  {
    kind: "cone",
    description: "a narrow cone: rows of one modality whose mean cosine is given",
    size: { name: "rows", usual: 1000 },
    dim: 64,
    options: { meanCosine: { form: "number", text: "mean cosine of two rows, in [0, 1) (default: 0.5)" } },
  },
  {
    kind: "gaussianMixture",
    description: "a mixture of Gaussians in R^d with augmented copies (gradient consistency)",
    size: { name: "rows", usual: 1000 },
    dim: 64,
    options: {
      components: { form: "number", text: "number of components (default: 4)" },
      weights: { form: "numbers", text: "their probabilities (default: equal)" },
      separation: { form: "number", text: "length of the means (default: 4)" },
      deviation: { form: "number", text: "standard deviation about the means (default: 1)" },
      augmentation: { form: "number", text: "standard deviation of the augmentation (default: 0.05)" },
    },
  },
  {
    kind: "twoWell",
    description: "the Gibbs law of a potential with two wells on S², sampled exactly",
    size: { name: "rows", usual: 768 },
    dim: null,
    options: {
      temperature: { form: "number", text: "temperature (default: 0.5)" },
      wells: { form: "json", text: "two unit vectors (default: [0, 0, 1] and the direction of [0.85, 0.15, -0.5])" },
      weights: { form: "numbers", text: "weights of the wells (default: 0.5, 0.5)" },
      sharpness: { form: "number", text: "sharpness of the wells (default: 12)" },
      capAngle: { form: "number", text: "radius of the caps whose mass is told, radians (default: 0.5)" },
    },
  },
  {
    kind: "pairedCircle",
    description: "two modalities on the circle with a misalignment, a rotation or a reflection between them",
    size: { name: "pairs", usual: 1000 },
    dim: null,
    options: {
      components: {
        form: "json",
        text: "law of the angle: a list of { weight, mean, concentration } (default: 0.7 at 0 and 0.3 at π, 6 each)",
      },
      componentsY: { form: "json", text: "another law for y (default: the same)" },
      misalignmentX: { form: "number", text: "normal error of the angles of x, radians (default: 0)" },
      misalignmentY: { form: "number", text: "normal error of the angles of y, radians (default: 0.3)" },
      relation: {
        form: "json",
        text: 'turn y: { "kind": "rotation" or "reflection", "angle": radians } (default: none)',
      },
      featureNoise: { form: "number", text: "noise on the features (default: 0.02)" },
    },
  },
  {
    kind: "pairedCaps",
    description: "two modalities on two bands of the sphere with a given gap between their centroids",
    size: { name: "pairs", usual: 1000 },
    dim: 64,
    options: {
      centroidGap: { form: "number", text: "distance of the centroids, in [0, 2] (default: 0.85)" },
      bandWidth: { form: "number", text: "half-width of the bands (default: 0.1)" },
      mismatch: { form: "number", text: "deviation between a latent and its partner (default: 0.3)" },
    },
  },
  {
    kind: "vonMisesFisherPair",
    description: "two modalities, von Mises–Fisher laws about two directions, with known divergences",
    size: { name: "pairs", usual: 1000 },
    dim: 64,
    options: {
      angle: { form: "number", text: "angle of the mean directions, radians (default: 1)" },
      concentrationX: { form: "number", text: "concentration of x (default: 20)" },
      concentrationY: { form: "number", text: "concentration of y (default: that of x)" },
      coupling: { form: "number", text: "concentration of a partner's direction (default: 50)" },
    },
  },
  {
    kind: "positivePairs",
    description: "uniform anchors with noisy copies: constant potential, known retrieval",
    size: { name: "pairs", usual: 1000 },
    dim: 64,
    options: {
      noise: {
        form: "json",
        text: '{ "kind": "vonMisesFisher", "concentration" } or { "kind": "tangent", "scale" } (default: concentration 50)',
      },
    },
  },
  {
    kind: "contentStyle",
    description: "two views of shared content, with style and private parts, through invertible mixings",
    size: { name: "pairs", usual: 1000 },
    dim: null,
    options: {
      contentDim: { form: "number", text: "dimension of the content (default: 4)" },
      styleDim: { form: "number", text: "dimension of the style (default: 3)" },
      privateDim: { form: "number", text: "dimension of what each modality has to itself (default: 1)" },
      contentCorrelation: { form: "number", text: "correlation of content and its partner (default: 1)" },
      styleCorrelation: { form: "number", text: "correlation of style innovations (default: 0)" },
      causal: { form: "number", text: "how much content determines style, in [0, 1) (default: 0)" },
      mixing: { form: "word", text: "shared or separate (default: separate)" },
      layers: { form: "number", text: "layers of the mixing (default: 3)" },
      condition: { form: "number", text: "condition number of each layer (default: 4)" },
      slope: { form: "number", text: "slope of the negative half of the leaky ReLU (default: 0.2)" },
    },
  },
  {
    kind: "captions",
    description: "items with several captions each, and the map from captions to items",
    size: { name: "pairs", usual: 500 },
    dim: 64,
    options: {
      captions: { form: "number", text: "captions per item (default: 5)" },
      concentration: { form: "number", text: "concentration of a caption about its item (default: 50)" },
    },
  },
  {
    kind: "corruptedPairs",
    description: "pairs in categories, a fraction of them re-paired within their category",
    size: { name: "pairs", usual: 1000 },
    dim: 64,
    options: {
      categories: { form: "number", text: "number of categories (default: 10)" },
      fraction: { form: "number", text: "share of corrupted pairs, in [0, 1] (default: 0.5)" },
      spread: { form: "number", text: "deviation of items about their category (default: 0.15)" },
      noise: { form: "number", text: "deviation of partners about their item (default: 0.05)" },
    },
  },
  {
    kind: "informationImbalance",
    description: "x shows all attributes of an item, y some of them",
    size: { name: "pairs", usual: 1000 },
    dim: 64,
    options: {
      attributes: { form: "number", text: "attributes that x shows (default: 16)" },
      shared: { form: "number", text: "attributes that y shows (default: 8)" },
    },
  },
  {
    kind: "pathology",
    description: "rows that go wrong in one stated way",
    size: { name: "pairs", usual: 12 },
    dim: 8,
    options: { case: { form: "word", text: `which: ${pathologyCases.join(", ")} (default: clean)` } },
  },
];
