import { InputError, sumOfArray } from "@nce-geometry/tensor";
import { type GridMeasure, logWeightsOf } from "./grid-measure.ts";

/** Half of the digits: a direction that adds mass leaves the set of probability densities, and second variations then mean something else. */
const TOLERANCE = 2 ** -26;

/** ∫ h dμ = 0 relative to ∫|h| dμ, and h finite. */
export function requireDirection(where: string, argument: string, measure: GridMeasure, h: Float64Array): void {
  const at = h.findIndex((value) => !Number.isFinite(value));
  if (at !== -1) {
    const received = `${h[at]} at point ${at}`;
    throw new InputError({ code: "E_NOT_FINITE", where, argument, expected: "finite", received });
  }
  const logWeights = logWeightsOf(measure);
  const terms = h.map((value, i) => Math.sign(value) * Math.exp(logWeights[i]! + Math.log(Math.abs(value))));
  const total = sumOfArray(terms);
  const size = sumOfArray(terms.map(Math.abs));
  if (Math.abs(total) <= TOLERANCE * size) return;
  throw new InputError({
    code: "E_DOMAIN",
    where,
    argument,
    expected: "a direction of integral 0",
    received: `one of integral ${total}`,
    hint: "Subtract its mean.",
  });
}
