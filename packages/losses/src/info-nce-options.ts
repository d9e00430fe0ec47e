// Options shared by the InfoNCE family on tensors and on rows, and their checks.

import type { PairwiseEngine } from "@nce-geometry/pairwise";
import { type Critic, InputError, type InputErrorDetails, type RunControl, type Tensor } from "@nce-geometry/tensor";

export interface InfoNCEOptions {
  /**
   * Temperature τ > 0, in the unit of the score. A scalar tensor makes it learnable: gradients flow to it. The value of a
   * tensor stays on its backend, so only a number is checked.
   */
  readonly temperature: number | Tensor;
  /**
   * The similarity s whose exponential e^{s/τ} weighs a pair.
   * @defaultValue { kind: "cosine" }, the inner product: the cosine of unit rows
   */
  readonly critic?: Critic;
}

export interface InfoNCEOnRowsOptions extends RunControl {
  /** Temperature τ > 0, in the unit of the score. */
  readonly temperature: number;
  /**
   * The similarity s whose exponential e^{s/τ} weighs a pair.
   * @defaultValue { kind: "cosine" }, the inner product: the cosine of unit rows
   */
  readonly critic?: Critic;
  /**
   * What sweeps over all pairs.
   * @defaultValue referenceEngine(), plain float64
   */
  readonly engine?: PairwiseEngine;
}

const cosine: Critic = { kind: "cosine" };

/** The critic of the options, checked along with the temperature. */
export function resolveCritic(where: string, options: InfoNCEOptions): Critic {
  const { temperature, critic = cosine } = options;
  checkTemperature(where, temperature);
  if (critic.kind === "rbf") checkPositive(where, "critic.scale", critic.scale);
  else if (critic.kind !== "cosine") {
    const received = JSON.stringify((critic as { readonly kind: unknown }).kind) ?? "undefined";
    throw invalid({ where, argument: "critic.kind", expected: '"cosine" or "rbf"', received });
  }
  return critic;
}

function checkTemperature(where: string, temperature: number | Tensor): void {
  if (typeof temperature === "number" || temperature?.shape === undefined) {
    checkPositive(where, "temperature", temperature, "CLIP-like systems use 0.01 to 0.1.");
  } else if (temperature.shape.length > 0) {
    const received = `a tensor of shape [${temperature.shape.join(", ")}]`;
    throw invalid({ where, argument: "temperature", expected: "a finite number > 0 or a scalar tensor", received });
  }
}

function checkPositive(where: string, argument: string, value: unknown, hint?: string): void {
  if (typeof value === "number" && Number.isFinite(value) && value > 0) return;
  throw invalid({ where, argument, expected: "a finite number > 0", received: String(value), hint });
}

function invalid(details: Omit<InputErrorDetails, "code">): InputError {
  return new InputError({ code: "E_OPTION", ...details });
}
