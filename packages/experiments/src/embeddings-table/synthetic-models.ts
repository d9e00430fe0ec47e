// Three models to stand in for files: von Mises–Fisher clouds about two directions, so that every number is known beforehand.

import { generateVonMisesFisherPair } from "@nce-geometry/synthetic";
import { createRandom } from "@nce-geometry/tensor";
import type { EmbeddedPairs } from "../given/given-pairs.ts";

/** Angle of the two mean directions, and how much of the partner's direction a row tells. */
const laws = {
  near: { angle: 0.4, coupling: 300 },
  far: { angle: 1.4, coupling: 300 },
  unpaired: { angle: 0.4, coupling: 0 },
} as const;

export const syntheticNames: readonly string[] = Object.keys(laws);

/** The pairs of a synthetic model. `unpaired` has the marginals of `near`. */
export function syntheticPairs(name: string, pairs: number, seed: number): EmbeddedPairs {
  const law = laws[name as keyof typeof laws];
  const shape = { kind: "vonMisesFisherPair", pairs, dim: 16, concentrationX: 20 } as const;
  const { x, y } = generateVonMisesFisherPair(createRandom(seed).split("synthetic models").split(name), {
    ...shape,
    ...law,
  });
  return { x, y };
}
