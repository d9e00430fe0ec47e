import { describe, expect, test } from "vitest";
import { bytesSource } from "./byte-source.ts";
import type { NamedVector } from "./embeddings.ts";
import { encodeNpyVector } from "./npy/encode-npy-vector.ts";
import { joinByIds, readCaptionMap } from "./read-caption-map.ts";

const json = (value: unknown): ReturnType<typeof bytesSource> =>
  bytesSource(new TextEncoder().encode(JSON.stringify(value)), "map.json");
const csv = (text: string): ReturnType<typeof bytesSource> => bytesSource(new TextEncoder().encode(text), "map.csv");
const numbers = (values: readonly number[]): NamedVector => ({
  kind: "number",
  name: "item",
  length: values.length,
  read: async () => Float64Array.from(values),
});
const texts = (name: string, values: readonly string[]): NamedVector => ({
  kind: "string",
  name,
  length: values.length,
  read: async () => values,
});
const map = Int32Array.of(0, 2, 0, 1, 2, 2);
const size = { items: 4, captions: 6 };

describe("every shape says the same", () => {
  test.each([
    ["a column", numbers([...map])],
    [".npy", bytesSource(encodeNpyVector([...map]), "map.npy")],
    ["a column of CSV", csv("caption,item\na,0\nb,2\nc,0\nd,1\ne,2\nf,2\n")],
    ["a JSON list", json([...map])],
    ["a JSON list under a key", json({ cap_to_img: [...map] })],
    ["captions to items", json({ 0: 0, 1: 2, 2: 0, 3: 1, 4: 2, 5: 2 })],
    ["items to captions", json({ 0: [0, 2], 1: [3], 2: [1, 4, 5] })],
    ["lists of captions per item", json([[0, 2], [3], [1, 4, 5], []])],
  ])("%s", async (_, from) => {
    expect(await readCaptionMap(from, size)).toEqual(map);
  });

  test("a matrix of as many captions for every item", async () => {
    const rows = "c0,c1\n0,3\n4,1\n2,5\n";
    expect(await readCaptionMap(csv(rows), { items: 3, captions: 6 })).toEqual(Int32Array.of(0, 1, 2, 0, 1, 2));
  });

  test("a name chooses a column or a key", async () => {
    const two = csv("a,b\n0,1\n1,0\n");
    expect(await readCaptionMap(two, { items: 2, captions: 2, name: "b" })).toEqual(Int32Array.of(1, 0));
    expect(await readCaptionMap(json({ a: [0, 1], b: [1, 0] }), { items: 2, captions: 2, name: "b" })).toEqual(
      Int32Array.of(1, 0),
    );
  });
});

test.each([
  ["another length", json([0, 1]), "E_SHAPE", "one item row for each of 6 captions, got 2."],
  ["out of range", json([0, 1, 2, 4, 9, 0]), "E_DOMAIN", "a map from 6 captions to 4 items, got item 4 for caption 3."],
  ["negative", json([0, 1, -1, 0, 0, 0]), "E_DOMAIN", "a map from 6 captions to 4 items, got item -1 for caption 2."],
  [
    "a fraction",
    json([0, 1.5, 0, 0, 0, 0]),
    "E_DOMAIN",
    "a map from 6 captions to 4 items, got item 1.5 for caption 1.",
  ],
  ["text", json([0, 0, 0, 0, 0, "a"]), "E_DOMAIN", 'a map from 6 captions to 4 items, got item "a" for caption 5.'],
  [
    "twice",
    json([[0, 1], [1]]),
    "E_DOMAIN",
    "a map from 6 captions to 4 items, got caption 1 twice, for items 0 and 1.",
  ],
  [
    "missing",
    json([
      [0, 1],
      [3, 4, 5],
    ]),
    "E_DOMAIN",
    "a map from 6 captions to 4 items, got no item for caption 2.",
  ],
  ["no such caption", json([[0, 6]]), "E_DOMAIN", "a map from 6 captions to 4 items, got caption 6 of item 0."],
  [
    "no such shape",
    json({ a: 1, b: 2 }),
    "E_FORMAT",
    "item rows, lists of caption rows, or an object of either, got an object. Name the key that holds it.",
  ],
])("%s is refused", async (_, from, code, message) => {
  await expect(readCaptionMap(from, size)).rejects.toMatchObject({
    code,
    message: `readCaptionMap: \`map.json\` must be ${message}`,
  });
});

test("columns that cannot be told apart, or are none of rows, are refused", async () => {
  await expect(readCaptionMap(csv("a,b\n0,1\n1,0\n"), { items: 2, captions: 2 })).rejects.toThrow(
    "readCaptionMap: `map.csv` must be a file with one column of 2 numbers, got a: 2 numbers; b: 2 numbers. Name one of them.",
  );
  await expect(readCaptionMap(texts("id", ["x"]), { items: 1, captions: 1 })).rejects.toThrow(
    "readCaptionMap: `id` must be a column of item rows, got texts in id. Join ids with joinByIds.",
  );
});

test("ids join two files", async () => {
  const items = texts("image_id", ["b", "a", "7"]);
  expect(await joinByIds(texts("id", ["a", "b", "a", "7"]), items)).toEqual(Int32Array.of(1, 0, 1, 2));
  expect(await joinByIds(numbers([7]), items)).toEqual(Int32Array.of(2));
  await expect(joinByIds(texts("id", ["a", "x"]), items)).rejects.toThrow(
    'joinByIds: `id` must be ids of items, got "x" in row 1.',
  );
  await expect(joinByIds(items, texts("image_id", ["a", "b", "a"]))).rejects.toThrow(
    'joinByIds: `image_id` must be distinct ids, got "a" in rows 0 and 2.',
  );
});
