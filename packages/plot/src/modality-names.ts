import { assertLabel, assertRecord, fail } from "./check-data.ts";
import { type FigureContext, labelSize } from "./figure.ts";
import { shortenMiddle } from "./text.ts";

/** What the two modalities are called in labels, e.g. `{ x: "image", y: "text" }`. */
export interface ModalityNames {
  /** The first modality, whose rows are X. */
  readonly x: string;
  /** The second modality, whose rows are Y; another name than `x`. */
  readonly y: string;
}

/** Refuses names that cannot be printed or told apart. */
export function assertModalityNames(where: string, names: ModalityNames): void {
  assertRecord(where, "names", names);
  assertLabel(where, "names.x", names.x);
  assertLabel(where, "names.y", names.y);
  if (names.x === names.y) {
    fail("E_OPTION", where, "names.y", "another name than `names.x`", `${JSON.stringify(names.y)} for both`);
  }
}

/** Names short enough for labels of the figure; the description keeps the whole ones. */
export function labelNames({ width }: FigureContext, names: ModalityNames): ModalityNames {
  const room = Math.max(80, 0.2 * width);
  const x = shortenMiddle(names.x, room, labelSize);
  const y = shortenMiddle(names.y, room, labelSize);
  return x === y ? { x: `X: ${x}`, y: `Y: ${y}` } : { x, y };
}
