import type { CircleComponent } from "./circle-law.ts";
import { type TabulatedLaw, tabulateLaw } from "./tabulated-law.ts";

/** The von Mises law about 0, on (−π, π), to be sampled by inversion. */
export function vonMisesTable({ concentration }: Pick<CircleComponent, "concentration">): TabulatedLaw {
  const logDensity = (angle: number): number => -2 * concentration * Math.sin(angle / 2) ** 2;
  const panels = Math.max(16, Math.ceil(4 * Math.sqrt(concentration)));
  return tabulateLaw(logDensity, { low: -Math.PI, high: Math.PI, panels });
}
