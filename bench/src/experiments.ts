// One unit each of E1, E2 and E3 beside a straightforward PyTorch program that does the same work, in one run.
//
// Ours in float64 on one thread, theirs in float32 on as many as PyTorch takes. Steps are reduced alike on both sides.

import {
  type Experiment,
  gradientConsistency,
  type Json,
  multimodalGap,
  unimodalGibbs,
} from "@nce-geometry/experiments";
import { sideBySide } from "./side-by-side.ts";

/** Does the first unit whose key has this part; the share of the numbers in its result that are there. */
async function firstUnit(experiment: Experiment, config: Json, keyPart: string): Promise<number> {
  const unit = experiment.units(config).find(({ key }) => key.includes(keyPart))!;
  const result = await experiment.run(config, unit, {});
  const numbers: number[] = [];
  JSON.stringify(result, (_, value: unknown) => {
    if (typeof value === "number") numbers.push(value);
    return value;
  });
  return numbers.filter(Number.isFinite).length / numbers.length;
}

const e1 = { ...gradientConsistency.defaults("full"), seeds: 1, critics: ["cosine"] } as const;
const e2 = {
  ...unimodalGibbs.defaults("full"),
  temperatures: [0.5],
  dynamics: ["paper"],
  paperSeeds: 1,
  paperSteps: 40,
  records: 1,
} as const;
const e3 = {
  ...multimodalGap.defaults("full"),
  ...{ seeds: 1, misalignments: [0.3], denominators: ["cross"], steps: 200, evaluation: 1000 },
} as const;
const of = (experiment: unknown): Experiment => experiment as Experiment;

await sideBySide("experiments.py", [
  {
    name: "e1",
    what: "E1, one seed, cosine, both protocols: 21 gradients against up to 4096 negatives, losses at nine N (the peer encodes the negatives anew for each)",
    run: () => firstUnit(of(gradientConsistency), e1, "cosine"),
  },
  {
    name: "e2",
    what: "E2, the paper's simulation: 40 steps of 768 particles, both ends recorded with their divergence from the Gibbs law",
    run: () => firstUnit(of(unimodalGibbs), e2, "paper"),
  },
  {
    name: "e3",
    what: "E3, one seed: 200 steps of two encoders, batch 256 (ours then evaluates 1000 pairs, the peer does not)",
    run: () => firstUnit(of(multimodalGap), e3, "cross"),
  },
]);
