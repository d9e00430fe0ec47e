import { readFileSync } from "node:fs";
import { isInputError } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import { elementTypeOf } from "../src/npy/descr.ts";
import { headerLength, parseHeader, preambleLength } from "../src/npy/header.ts";

type Reading = readonly [shape: readonly number[], fortranOrder: boolean, dtype: string];
interface Flips {
  readonly headerBytes: number;
  /** What NumPy reads from the header with this bit flipped; it refuses all the others. */
  readonly accepted: readonly (readonly [bit: number, ...Reading])[];
}
const folder = new URL("./fixtures/", import.meta.url);
const flips: Record<string, Flips> = JSON.parse(readFileSync(new URL("bit-flips.json", folder), "utf8"));
const kinds: Record<string, string> = { f: "float", i: "int", u: "uint" };

/** As NumPy writes it: `<f4` → float32. */
function ourName(dtype: string): string {
  return `${kinds[dtype[1]!]}${8 * Number(dtype.slice(2))}`;
}

function read(bytes: Uint8Array): Reading | undefined {
  try {
    const header = parseHeader(
      "flipped",
      bytes.subarray(0, headerLength("flipped", bytes.subarray(0, preambleLength))),
    );
    return [header.shape, header.fortranOrder, elementTypeOf("flipped", header.descr).name];
  } catch (error) {
    if (isInputError(error) && error.code === "E_FORMAT") return undefined;
    throw error;
  }
}

describe.each(Object.entries(flips))("every bit of the header of %s, flipped", (name, { headerBytes, accepted }) => {
  const bytes = new Uint8Array(readFileSync(new URL(name, folder)));
  const numpy = new Map(accepted.map(([bit, ...reading]) => [bit, reading]));

  function flipped(bit: number): Reading | undefined {
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    const reading = read(bytes);
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    return reading;
  }

  test("is a typed error, or means to us what it means to NumPy", () => {
    for (let bit = 0; bit < 8 * headerBytes; bit++) {
      const ours = flipped(bit);
      if (!ours) continue;
      const [shape, fortranOrder, dtype] = numpy.get(bit) ?? [];
      expect(ours, `bit ${bit}`).toEqual([shape, fortranOrder, dtype && ourName(dtype)]);
    }
  });

  test("is refused where NumPy reads it only for an element type that is not read here", () => {
    const refused = accepted.filter(([bit]) => !flipped(bit)).map(([, , , dtype]) => dtype);
    expect(refused.filter((dtype) => !/^>|V/.test(dtype))).toEqual([]);
    expect(refused.length).toBeLessThan(accepted.length);
  });
});
