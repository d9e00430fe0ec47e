// One draw of negatives against the reference. Notation: g its gradient, G the reference's, ε² the squared error of the latter.

import { meanOfArray, softplusOf } from "@nce-geometry/tensor";
import { dot, type NegativesGradient, scaleRows } from "./negatives-gradient.ts";
import type { ProbeDenominator } from "./population-gradient.ts";

export interface ReferenceSide extends NegativesGradient {
  readonly rows: number;
  /** Standard error of its value. */
  readonly valueError: number;
}

export interface Measures {
  readonly valueError: number;
  readonly cosine: number;
  readonly rawCosine: number;
  readonly squaredRelativeError: number;
  readonly rawSquaredRelativeError: number;
  readonly positiveMass: number;
  readonly effectiveNegatives: number;
}

export type DrawMeasures = Readonly<Record<ProbeDenominator, Measures>>;

/** Both denominators from the same negatives. */
export function measureDraw(draw: NegativesGradient, size: number, reference: ReferenceSide): DrawMeasures {
  const limit = meanOfArray(reference.logOdds) - Math.log(reference.rows);
  const standard = scaleRows(draw.decoupled, draw.negativeMass);
  return {
    standard: {
      ...compare(standard, reference),
      valueError: meanOfArray(draw.logOdds.map(softplusOf)) - Math.log(size) - limit,
      positiveMass: meanOfArray(draw.logOdds.map((odds) => Math.exp(-softplusOf(odds)))),
      effectiveNegatives: meanOfArray(draw.effective.map((count, i) => count / draw.negativeMass[i]! ** 2)),
    },
    decoupled: {
      ...compare(draw.decoupled, reference),
      valueError: meanOfArray(draw.logOdds) - Math.log(size) - limit,
      positiveMass: 0,
      effectiveNegatives: meanOfArray(draw.effective),
    },
  };
}

function compare(
  gradient: Float64Array,
  { decoupled, squaredError }: ReferenceSide,
): Pick<Measures, "cosine" | "rawCosine" | "squaredRelativeError" | "rawSquaredRelativeError"> {
  const noise = squaredError!.reduce((sum, value) => sum + value, 0);
  const [own, whole, shared] = [dot(gradient, gradient), dot(decoupled, decoupled), dot(gradient, decoupled)];
  const difference = gradient.map((value, k) => value - decoupled[k]!);
  const squared = dot(difference, difference);
  return {
    cosine: shared / Math.sqrt(own * (whole - noise)),
    rawCosine: shared / Math.sqrt(own * whole),
    squaredRelativeError: (squared - noise) / (whole - noise),
    rawSquaredRelativeError: squared / whole,
  };
}
