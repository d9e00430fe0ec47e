// All generators behind one function, for the command line, configuration files and anything else that chooses at run time.

import { InputError, type Random, type RowMatrix } from "@nce-geometry/tensor";
import { type CaptionsOptions, type CaptionsTruth, generateCaptions } from "./captions.ts";
import { type ConeOptions, type ConeTruth, generateCone } from "./cone.ts";
import { type ContentStyleOptions, type ContentStyleTruth, generateContentStyle } from "./content-style.ts";
import { type CorruptedPairsOptions, type CorruptionTruth, generateCorruptedPairs } from "./corruption.ts";
import { type GaussianMixtureOptions, type GaussianMixtureTruth, generateGaussianMixture } from "./gaussian-mixture.ts";
import { generators } from "./generator-table.ts";
import {
  generateInformationImbalance,
  type InformationImbalanceOptions,
  type InformationImbalanceTruth,
} from "./information-imbalance.ts";
import { generatePairedCaps, type PairedCapsOptions, type PairedCapsTruth } from "./paired-caps.ts";
import { generatePairedCircle, type PairedCircleOptions, type PairedCircleTruth } from "./paired-circle.ts";
import { generatePathology, type PathologyOptions, type PathologyTruth } from "./pathology.ts";
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
