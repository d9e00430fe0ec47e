// All of them by kind

export { type GeneratorInfo, generators, type OptionInfo } from "./generator-table.ts";
export {
  type Generated,
  type GeneratorKind,
  type GeneratorOptions,
  type GeneratorTruth,
  generate,
} from "./generators.ts";

// One modality

export { type ConeOptions, type ConeTruth, generateCone } from "./cone.ts";
export { generateTwoWell, type TwoWellOptions, type TwoWellTruth, twoWellPotential } from "./two-well.ts";
export { generateUniform, type UniformOptions, type UniformTruth } from "./uniform.ts";
export {
  generateVonMisesFisherMixture,
  type VonMisesFisherMixtureOptions,
  type VonMisesFisherMixtureTruth,
} from "./von-mises-fisher-mixture.ts";

// Pairs

export { type CaptionsOptions, type CaptionsTruth, generateCaptions } from "./captions.ts";
export { type ContentStyleOptions, type ContentStyleTruth, generateContentStyle } from "./content-style.ts";
export {
  type CorruptedPairsOptions,
  type Corruption,
  type CorruptionTruth,
  corruptWithinCategories,
  generateCorruptedPairs,
} from "./corruption.ts";
export { type GaussianMixtureOptions, type GaussianMixtureTruth, generateGaussianMixture } from "./gaussian-mixture.ts";
export {
  generateInformationImbalance,
  type InformationImbalanceOptions,
  type InformationImbalanceTruth,
} from "./information-imbalance.ts";
export { applyMixing, invertMixing, type Mixing } from "./mixing.ts";
export { generatePairedCaps, type PairedCapsOptions, type PairedCapsTruth } from "./paired-caps.ts";
export {
  type CircleRelation,
  generatePairedCircle,
  type PairedCircleOptions,
  type PairedCircleTruth,
} from "./paired-circle.ts";
export {
  generatePositivePairs,
  type PositivePairsOptions,
  type PositivePairsTruth,
} from "./positive-pairs.ts";
export {
  generateVonMisesFisherPair,
  type VonMisesFisherPairOptions,
  type VonMisesFisherPairTruth,
} from "./von-mises-fisher-pair.ts";

// Laws, and how well a truth is known

export { type CircleComponent, type CircleLaw, circleJeffreys, circleMoment } from "./circle-law.ts";
export { type Conditional, logConditionalDensity } from "./conditional.ts";
export type { Estimate, Quadrature } from "./known.ts";
export {
  type GaussianMixtureLaw,
  type Law,
  logDensity,
  type TwoWellGibbsLaw,
  type TwoWellPotential,
  type UniformSphereLaw,
  type VonMisesFisherMixtureLaw,
} from "./law.ts";

// Rows that go wrong

export {
  generatePathology,
  type PathologyCase,
  type PathologyOptions,
  type PathologyTruth,
  pathologyCases,
} from "./pathology.ts";
export type { ExpectedAnswer, ExpectedAnswers } from "./pathology-answers.ts";
