// What a comparison of controls is told by, row by row: a label, and the measures that decide.

import type { ControlComparison, ControlMeasures } from "@nce-geometry/diagnostics";
import { formatNumber, formatShare } from "../../report/format.ts";

/** A column of the table: how to find its number, and how to write it. */
export interface MeasureColumn {
  readonly title: string;
  readonly of: <T>(measures: ControlMeasures<T>) => T;
  readonly format: (value: number) => string;
  /** Whether less is better. */
  readonly lower: boolean;
}

/** The columns, for the names of the two modalities. */
export function measureColumns(
  { settings }: ControlComparison,
  { x, y }: { readonly x: string; readonly y: string },
): MeasureColumn[] {
  const k = String(settings.recallAt[0]);
  const deepest = String(settings.mixedSearchAt.at(-1));
  return [
    { title: "centroid gap", of: ({ centroid }) => centroid, format: formatNumber, lower: true },
    { title: "energy distance", of: ({ energyDistance }) => energyDistance, format: formatNumber, lower: true },
    { title: "D_S (nats)", of: ({ symmetricKL }) => symmetricKL, format: formatNumber, lower: true },
    { title: "probe AUC", of: ({ probeAuc }) => probeAuc, format: formatNumber, lower: true },
    { title: `R@${k} ${x} → ${y}`, of: ({ recall }) => recall.xToY[k]!, format: formatShare, lower: false },
    { title: `R@${k} ${y} → ${x}`, of: ({ recall }) => recall.yToX[k]!, format: formatShare, lower: false },
    {
      title: `bias of the top ${deepest}`,
      of: ({ mixedSearchBias }) => mixedSearchBias[deepest]!,
      format: formatShare,
      lower: true,
    },
  ];
}
