// What NT-Xent, DCL and DHEL share: two views x, y of the same items, each row of either an anchor whose positive is its
// partner, and the other items as negatives: seen in the other view, in its own, or in both.
//
// Notation: s_i⁺ = s(x_i, y_i), τ the temperature, u_i = log Σ e^{(s − s_i⁺)/τ} over the negatives of an anchor, the log-odds
// against its positive.

import {
  add,
  concat,
  div,
  logSumExp,
  mean,
  mul,
  reshape,
  scoreMatrix,
  scorePerSample,
  where as select,
  sub,
  type Tensor,
} from "@nce-geometry/tensor";
import { inScope } from "../in-scope.ts";
import type { TemperatureOptions } from "../info-nce-options.ts";
import { resolveCritic } from "../info-nce-options.ts";
import { checkPairs } from "../shape-checks.ts";
import { diagonalMask } from "./diagonal-mask.ts";
import { checkSeveral } from "./option-checks.ts";

/** Which rows of the other items are negatives. */
export interface TwoViewNegatives {
  /** Those of the other view. */
  readonly cross: boolean;
  /** Those of the anchor's own view. */
  readonly own: boolean;
}

export interface TwoViewLoss extends TwoViewNegatives {
  /** The name under which bad input is refused. */
  readonly where: string;
  /** The loss of an anchor as a function of u [n]. */
  readonly ofLogOdds: (logOdds: Tensor) => Tensor;
  /** The loss of an item without negatives, from its score [1]; without it, one item is refused. */
  readonly ofOne?: (positive: Tensor) => Tensor;
}

/** Mean over all 2n anchors. */
export function twoViewLoss(
  x: Tensor,
  y: Tensor,
  options: TemperatureOptions<number | Tensor>,
  loss: TwoViewLoss,
): Tensor {
  const { where, ofLogOdds, ofOne } = loss;
  return inScope([x, y, options.temperature], () => {
    checkPairs(where, { name: "x", shape: x.shape }, { name: "y", shape: y.shape });
    if (ofOne === undefined) checkSeveral(where, { name: "x", shape: x.shape });
    const critic = resolveCritic(where, options);
    const positive = scorePerSample(x, y, critic);
    if (ofOne !== undefined && x.shape[0] === 1) return mean(ofOne(positive));
    const logits = { positive, temperature: options.temperature };
    const cross = loss.cross ? scoreMatrix(x, y, critic) : undefined;
    const ofX = logOddsOf(cross, loss.own ? scoreMatrix(x, x, critic) : undefined, { ...logits, axis: 0 });
    const ofY = logOddsOf(cross, loss.own ? scoreMatrix(y, y, critic) : undefined, { ...logits, axis: 1 });
    return mul(add(mean(ofLogOdds(ofX)), mean(ofLogOdds(ofY))), 0.5);
  });
}

/** u of the anchors that lie along `axis` of the scores. */
function logOddsOf(
  cross: Tensor | undefined,
  own: Tensor | undefined,
  options: { readonly positive: Tensor; readonly temperature: number | Tensor; readonly axis: 0 | 1 },
): Tensor {
  const { positive, temperature, axis } = options;
  const candidates = axis === 0 ? 1 : 0;
  const n = positive.shape[0]!;
  const reference = reshape(positive, axis === 0 ? [n, 1] : [1, n]);
  const self = diagonalMask(positive.backend, n);
  // Differences before anything is divided or exponentiated keep the relative accuracy of a loss near zero.
  const parts = [cross, own]
    .filter((scores) => scores !== undefined)
    .map((scores) => select(self, Number.NEGATIVE_INFINITY, div(sub(scores, reference), temperature)));
  return logSumExp(parts.length === 1 ? parts[0]! : concat(parts, { axis: candidates }), { axis: candidates });
}
