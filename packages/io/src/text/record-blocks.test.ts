import { describe, expect, test } from "vitest";
import { bytesSource } from "../byte-source.ts";
import { openEmbeddings } from "../open-embeddings.ts";
import { recordBlocks } from "./record-blocks.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const records = ['a,"x\ny",1', 'b,"say ""\n""",2', "ü,plain,3", 'c,"",4'];

async function blocks(bytes: Uint8Array, quotes: boolean, blockBytes: number): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of recordBlocks(bytesSource(bytes, "a.csv"), { quotes, blockBytes })) texts.push(text);
  return texts;
}

describe("blocks of records", () => {
  test.each([1, 2, 7, 16, 1000])("of %i bytes hold whole records and leave nothing out", async (blockBytes) => {
    const text = `${records.join("\n")}\n`;
    const found = await blocks(encode(text), true, blockBytes);
    expect(found.join("")).toBe(text);
    let at = 0;
    for (const block of found) {
      const count = block.match(/,\d\n/g)!.length;
      expect(block).toBe(`${records.slice(at, at + count).join("\n")}\n`);
      at += count;
    }
  });

  test("without quotation every end of line ends a record, and the last one needs none", async () => {
    expect(await blocks(encode('{"a":1}\n{"a":2}\n{"a":3}'), false, 1)).toEqual(['{"a":1}\n', '{"a":2}\n', '{"a":3}']);
  });

  test("bytes that are not UTF-8 are refused with the place of their block", async () => {
    await expect(blocks(Uint8Array.of(97, 10, 0xff, 10), false, 1)).rejects.toThrow(
      "openEmbeddings: `a.csv` must be a text file in UTF-8, got other bytes in the block at byte 2. Save the file in UTF-8.",
    );
  });

  test("an open quotation mark does not take the file into memory", async () => {
    const size = 2 ** 28;
    let largest = 0;
    const source = {
      name: "a.csv",
      size,
      async read(offset: number, length: number) {
        largest = Math.max(largest, length);
        const bytes = new Uint8Array(length).fill(10);
        if (offset === 0 && length > 3) bytes[0] = 34;
        return bytes;
      },
    };
    await expect(openEmbeddings(source)).rejects.toThrow(
      "openEmbeddings: `a.csv` must be records of at most 16 MiB, got a longer one at byte 0. A quotation mark may be open.",
    );
    expect(largest).toBeLessThanOrEqual(2 ** 25);
  });
});

describe("tables of several blocks", () => {
  const rows = 25_000;
  const value = (row: number, k: number): number => row + k / 8;
  const line = (row: number): string => [`"row\n${row}"`, ...[0, 1, 2, 3].map((k) => value(row, k))].join(",");
  const csv = `id,x0,x1,x2,x3\n${Array.from({ length: rows }, (_, row) => line(row)).join("\n")}`;

  test("are read across the ends of blocks", async () => {
    const bytes = encode(csv);
    expect(bytes.length).toBeGreaterThan(2 ** 20);
    const { matrices, vectors } = await openEmbeddings(bytesSource(bytes, "a.csv"));
    const all = await matrices[0]!.read(0, rows);
    for (let row = 0; row < rows; row++)
      for (let k = 0; k < 4; k++) if (all[4 * row + k] !== value(row, k)) throw new Error(`row ${row}`);
    expect([...(await matrices[0]!.read(rows - 1, 1))]).toEqual([0, 1, 2, 3].map((k) => value(rows - 1, k)));
    expect((await vectors[0]!.read())[rows - 1]).toBe(`row\n${rows - 1}`);
  });

  test("name the row in which something is wrong, wherever it is", async () => {
    const broken = csv.replace(line(24_000), line(24_000).replace("24000.125", "-"));
    await expect(openEmbeddings(bytesSource(encode(broken), "a.csv"))).rejects.toThrow(
      'openEmbeddings: `a.csv` must be a table with one vector per row, got "-" in field 2, in row 24000 of x.',
    );
  });
});
