import { requireCount, requireNonNegative, requireOneOf, requirePositive } from "../checks.ts";

interface WarmUp {
  /** Steps over which the factor rises linearly to 1, before the schedule begins. @defaultValue 0 */
  readonly warmUp?: number;
}

/**
 * What the learning rate is multiplied by. Plain JSON.
 * - `constant`: 1.
 * - `step`: `factor` once every `every` steps, torch's `StepLR`.
 * - `cosine`: from 1 to `floor` along half a cosine over `steps` steps, torch's `CosineAnnealingLR`; `floor` afterwards.
 */
export type Schedule =
  | (WarmUp & { readonly kind: "constant" })
  | (WarmUp & { readonly kind: "step"; readonly every: number /** @defaultValue 0.1 */; readonly factor?: number })
  | (WarmUp & { readonly kind: "cosine"; readonly steps: number /** @defaultValue 0 */; readonly floor?: number });

/**
 * Factor of the learning rate at a step, counted from 0.
 *
 * Math:     t < warmUp: (t + 1)/warmUp;  then with s = t − warmUp: 1, factor^⌊s/every⌋, or
 *           floor + (1 − floor)·½(1 + cos(π·min(s, steps)/steps)).
 * Limits:   cosine: 1 at s = 0, (1 + floor)/2 halfway, floor from `steps` on.
 * Throws:   InputError E_OPTION.
 */
export function learningRateFactor(schedule: Schedule, step: number): number {
  checkSchedule("learningRateFactor", schedule);
  requireCount("learningRateFactor", "step", step, 0);
  const { warmUp = 0 } = schedule;
  if (step < warmUp) return (step + 1) / warmUp;
  const s = step - warmUp;
  if (schedule.kind === "step") return (schedule.factor ?? 0.1) ** Math.floor(s / schedule.every);
  if (schedule.kind === "constant") return 1;
  const { steps, floor = 0 } = schedule;
  return floor + (1 - floor) * 0.5 * (1 + Math.cos((Math.PI * Math.min(s, steps)) / steps));
}

/** Refuses a schedule outside its domain. */
export function checkSchedule(where: string, schedule: Schedule): void {
  requireOneOf(where, "schedule.kind", schedule.kind, ["constant", "step", "cosine"]);
  requireCount(where, "schedule.warmUp", schedule.warmUp ?? 0, 0);
  if (schedule.kind === "step") {
    requireCount(where, "schedule.every", schedule.every, 1);
    requirePositive(where, "schedule.factor", schedule.factor ?? 0.1);
  }
  if (schedule.kind === "cosine") {
    requireCount(where, "schedule.steps", schedule.steps, 1);
    requireNonNegative(where, "schedule.floor", schedule.floor ?? 0);
  }
}
