import type { PanelAxis } from "./panel.ts";

const names: readonly string[] = ["−π", "−π/2", "0", "π/2", "π"];

/** An axis of angles from −π to π, ticks a quarter turn apart. */
export const angleAxis: PanelAxis = {
  domain: [-Math.PI, Math.PI],
  ticks: names.map((_, i) => ((i - 2) * Math.PI) / 2),
  format: (angle) => names[Math.round((2 * angle) / Math.PI) + 2]!,
};
