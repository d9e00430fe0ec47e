// One unit each of E1, E2 and E3 beside straightforward PyTorch, in one run; ours in float64, theirs in float32.
//
// Ours do more: E1 has both protocols and two references, E3 also judges what it trained. Steps are reduced alike on both sides.

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
} as const;
const e3 = {
  ...multimodalGap.defaults("full"),
  ...{ seeds: 1, misalignments: [0.3], denominators: ["cross"], steps: 200, evaluation: 1000 },
} as const;
const of = (experiment: unknown): Experiment => experiment as Experiment;

await sideBySide("experiments.py", [
  {
    name: "e1",
    what: "E1, one seed, cosine: gradients at nine N and at 4096 (ours: both protocols, two references)",
    run: () => firstUnit(of(gradientConsistency), e1, "cosine"),
  },
  {
    name: "e2",
    what: "E2, the paper's simulation: 40 steps of 768 particles (ours: records and KL to the Gibbs law too)",
    run: () => firstUnit(of(unimodalGibbs), e2, "paper"),
  },
  {
    name: "e3",
    what: "E3, one seed: 200 steps of two encoders, batch 256 (ours: the evaluation too)",
    run: () => firstUnit(of(multimodalGap), e3, "cross"),
  },
]);
