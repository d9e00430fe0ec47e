import { InputError } from "@nce-geometry/tensor";
import { checkPairs, type NamedShape } from "../shape-checks.ts";

/** The unordered pairs a < b of k ≥ 2 modalities of equal shape. */
export function modalityPairs<R>(
  where: string,
  modalities: readonly R[],
  shapeOf: (name: string, modality: R) => NamedShape,
): readonly (readonly [number, number])[] {
  if (modalities.length < 2) {
    const received = String(modalities.length);
    throw new InputError({ code: "E_SHAPE", where, argument: "modalities", expected: "at least two", received });
  }
  const shapes = modalities.map((modality, k) => shapeOf(`modalities[${k}]`, modality));
  for (const shape of shapes.slice(1)) checkPairs(where, shapes[0]!, shape);
  return modalities.flatMap((_, b) => modalities.slice(0, b).map((__, a) => [a, b] as const));
}
