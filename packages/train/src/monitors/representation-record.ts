import {
  alignmentLoss,
  type SymmetricInfoNCEOptions,
  symmetricInfoNCEStatistics,
  symmetricKL,
} from "@nce-geometry/losses";
import { add, mean, mul, scorePerSample, type Tensor } from "@nce-geometry/tensor";

/** What a batch of pairs of representations looks like; plain JSON. Nats where a logarithm is taken. */
export interface RepresentationRecord {
  /** Pairs. */
  readonly samples: number;
  /** The loss, ½(forward + backward) unless `forwardWeight` says otherwise. */
  readonly loss: number;
  readonly forward: number;
  readonly backward: number;
  /** The mean of both directions with the positive left out of the denominator. */
  readonly decoupledLoss: number;
  /** mean s(x_i, y_i), minus the alignment potential. */
  readonly meanPairScore: number;
  /** mean ‖x_i − y_i‖². */
  readonly alignment: number;
  /** Share of the positive in the partition function, mean of both directions. */
  readonly positiveMass: number;
  /** Negatives that share the rest, mean of both directions. */
  readonly conditionalEffectiveNegatives: number;
  /** D_S of the two clouds from leave-one-out kernel densities at the loss's temperature; the paper's code plots 2·D_S. */
  readonly symmetricKL: number;
}

/**
 * What a monitor of two modalities writes down of a batch.
 *
 * Math:     `symmetricInfoNCEStatistics`, `alignmentLoss` and `symmetricKL` of the losses package, in one record.
 * Shapes:   x [n, d], y [n, d] → record.
 * Domain:   n ≥ 2; rows as the critic needs them, unit rows for the cosine.
 * Limits:   x = y → alignment 0;  orthonormal pairs → loss log1p((n − 1)e^{−1/τ}).
 * Numerics: symmetricKL is a leave-one-out estimate: of equal laws it is near 0 of either sign.
 * Throws:   InputError E_SHAPE, E_OPTION.
 */
export async function representationRecord(
  x: Tensor,
  y: Tensor,
  options: SymmetricInfoNCEOptions,
): Promise<RepresentationRecord> {
  const { temperature, critic = { kind: "cosine" } } = options;
  const tensors = x.backend.scope(() => {
    const { loss, forward, backward } = symmetricInfoNCEStatistics(x, y, options);
    const both = (measure: "decoupledLoss" | "positiveMass" | "conditionalEffectiveNegatives") =>
      mul(add(forward[measure], backward[measure]), 0.5);
    return {
      loss,
      forward: forward.loss,
      backward: backward.loss,
      decoupledLoss: both("decoupledLoss"),
      meanPairScore: mean(scorePerSample(x, y, critic)),
      alignment: alignmentLoss(x, y),
      positiveMass: both("positiveMass"),
      conditionalEffectiveNegatives: both("conditionalEffectiveNegatives"),
      symmetricKL: symmetricKL(x, y, { temperature, critic }),
    };
  });
  const numbers = await Promise.all(
    Object.entries(tensors).map(async ([name, tensor]) => {
      const value = (await tensor.data())[0]!;
      tensor.dispose();
      return [name, value] as const;
    }),
  );
  return { samples: x.shape[0]!, ...Object.fromEntries(numbers) } as RepresentationRecord;
}
