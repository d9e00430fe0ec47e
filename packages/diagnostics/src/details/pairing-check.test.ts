import { createRandom } from "@nce-geometry/tensor";
import { describe, expect, test } from "vitest";
import { equalRows, noisyCopy, permuteRows, randomRows } from "../../test/unit-rows.ts";
import { pairingCheck } from "./pairing-check.ts";

const n = 60;
const x = randomRows(1, n, 16);
const y = noisyCopy(2, x, 0.05);
const movedBy = (s: number) =>
  permuteRows(
    y,
    Array.from({ length: n }, (_, i) => (i + s + n) % n),
  );

describe("pairing check", () => {
  test("rows in place", async () => {
    const { ownFirst, shift, standout, queries } = await pairingCheck(x, y);
    expect([queries, ownFirst.value, shift]).toEqual([n, 1, null]);
    expect(standout.value).toBeGreaterThan(0.25);
  });

  test.each([1, -1, 3, 29])("rows moved by %i", async (s) => {
    const { ownFirst, shift } = await pairingCheck(x, movedBy(s));
    expect(ownFirst.value).toBe(0);
    expect(shift).toMatchObject({ rows: s, share: { value: 1 } });
  });

  test("another order: the nearest still stands out, at no common distance", async () => {
    const { shift, standout } = await pairingCheck(x, permuteRows(y, createRandom(1).permutation(n)));
    expect(standout.value).toBeGreaterThan(0.25);
    expect(shift!.share.value).toBeLessThan(0.1);
  });

  test("strangers: a lead of some 1/(3 log n); one point: none", async () => {
    expect((await pairingCheck(randomRows(7, 400, 16), randomRows(8, 400, 16))).standout.value).toBeLessThan(0.12);
    const one = await pairingCheck(equalRows([1, 2], 9), equalRows([2, 1], 9));
    expect([one.standout.value, one.ownFirst.value]).toEqual([0, 1]);
  });

  test("with a map, and a sample of the captions", async () => {
    const map = Int32Array.from({ length: 2 * n }, (_, j) => j >> 1);
    const captions = permuteRows(y, map);
    const { ownFirst, queries } = await pairingCheck(x, captions, { map, maxQueries: 50 });
    expect([ownFirst.value, queries]).toEqual([1, 50]);
    await expect(pairingCheck(x, y, { maxQueries: 1 })).rejects.toThrow(
      "pairingCheck: `maxQueries` must be an integer ≥ 2, got 1.",
    );
  });
});
