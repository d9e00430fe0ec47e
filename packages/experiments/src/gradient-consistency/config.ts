import type { OptionSpec, Scale } from "../experiment.ts";
import { count } from "../runner/option-domains.ts";

/** `cosine`: linear encoder onto the sphere. `rbf`: tanh of a linear encoder, in the box. */
export type ConsistencyCritic = "cosine" | "rbf";

/** What E1 does. A type, because only those are JSON to the compiler. */
export type GradientConsistencyConfig = {
  readonly seeds: number;
  readonly critics: readonly ConsistencyCritic[];
  readonly sizes: readonly number[];
  readonly reference: number;
  readonly slopeFrom: number;
  readonly nestedNegatives: "otherMixture" | "sameMixture";
  readonly anchors: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly components: number;
  readonly separation: number;
  readonly cosineTemperature: number;
  readonly cosineAugmentation: number;
  readonly rbfTemperature: number;
  readonly rbfAugmentation: number;
  readonly rbfScale: number;
};

const temperature = { kind: "number", low: 0.001, high: 1000 } as const;
const deviation = { kind: "number", low: 0, high: 100 } as const;

export const options: readonly OptionSpec[] = [
  { name: "seeds", description: "How many seeds, from 0.", domain: count(1, 1000) },
  {
    name: "critics",
    description: "cosine: linear encoder onto the sphere; rbf: tanh of a linear encoder.",
    domain: { kind: "choices", values: ["cosine", "rbf"] },
  },
  {
    name: "sizes",
    description: "Numbers N of negatives to try.",
    domain: { kind: "numbers", low: 1, high: 65536, whole: true },
  },
  { name: "reference", description: "Negatives of the reference gradient.", domain: count(2, 65536) },
  { name: "slopeFrom", description: "Smallest N of the fitted slope.", domain: count(1, 65536) },
  {
    name: "nestedNegatives",
    description:
      "Law of the negatives in the paper's protocol: a mixture with means of its own, which gives its numbers, or that of the anchors.",
    domain: { kind: "choice", values: ["otherMixture", "sameMixture"] },
  },
  { name: "anchors", description: "Anchors with a positive each.", domain: count(2, 4096) },
  { name: "inputs", description: "Dimension of the data.", domain: count(1, 4096) },
  { name: "outputs", description: "Dimension of the representation.", domain: count(2, 4096) },
  { name: "components", description: "Gaussians of the mixture.", domain: count(1, 64) },
  { name: "separation", description: "Length of their means, in units of their deviation 1.", domain: deviation },
  { name: "cosineTemperature", description: "Temperature of the cosine critic.", domain: temperature },
  { name: "cosineAugmentation", description: "Deviation that makes its positives.", domain: deviation },
  { name: "rbfTemperature", description: "Temperature of the rbf critic.", domain: temperature },
  { name: "rbfAugmentation", description: "Deviation that makes its positives.", domain: deviation },
  {
    name: "rbfScale",
    description: "Scale c of the rbf critic −c‖z − w‖².",
    domain: { kind: "number", low: 1e-9, high: 1e9 },
  },
];

/** The published setting, or a part of it. */
export function defaults(scale: Scale): GradientConsistencyConfig {
  const full = scale === "full";
  return {
    seeds: full ? 20 : 4,
    critics: ["cosine", "rbf"],
    sizes: full ? [4, 8, 16, 32, 64, 128, 256, 512, 1024] : [4, 16, 64, 256],
    reference: full ? 4096 : 1024,
    slopeFrom: 64,
    nestedNegatives: "otherMixture",
    anchors: 64,
    inputs: 64,
    outputs: 128,
    components: 4,
    separation: 4,
    cosineTemperature: 0.1,
    cosineAugmentation: 0.05,
    rbfTemperature: 1,
    rbfAugmentation: 0.2,
    rbfScale: 1 / 128,
  };
}
