import { describe, expect, test } from "vitest";
import { philox4x32, scalarPhiloxBlocks } from "./philox.ts";
import { compilePhilox } from "./wasm-philox.ts";

// counter, key, output: the lines `philox4x32 10` of the file kat_vectors distributed with Random123.
const KNOWN_ANSWERS = [
  "00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
  "ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd",
  "243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1",
];

describe("philox4x32", () => {
  test.each(KNOWN_ANSWERS)("%s", (line) => {
    const words = line.split(" ").map((word) => Number.parseInt(word, 16));
    const out = new Uint32Array(4);
    philox4x32(words.slice(0, 4), words.slice(4, 6), out);
    expect([...out]).toEqual(words.slice(6));
  });

  test("the output may overwrite the counter", () => {
    const counter = Uint32Array.of(0, 0, 0, 0);
    philox4x32(counter, [0, 0], counter);
    expect([...counter]).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  });

  test("flipping any input bit flips about half of the output bits", () => {
    // 192 flips of 128 bits each: 24576 fair coins, standard deviation 78.4; the band is five of them.
    const base = [1, 2, 3, 4, 5, 6];
    let flipped = 0;
    for (let bit = 0; bit < 192; bit++) {
      const changed = base.map((word, i) => (i === bit >> 5 ? word ^ (1 << (bit & 31)) : word));
      flipped += hammingDistance(outputOf(base), outputOf(changed));
    }
    expect(Math.abs(flipped - 12288)).toBeLessThan(5 * 78.4);
  });
});

// Across the carry of the counter, and more than the module's page.
test.each([
  [0, 5],
  [2 ** 32 - 2, 4],
  [2 ** 40 + 7, 4099],
])(
  "blocks from %d on, %i of them, are the same words in WebAssembly and here, and those of the counters",
  (first, count) => {
    const stream = [0xa4093822, 0x299f31d0, 0x13198a2e, 0x83707344] as const;
    const [fast, scalar] = [new Uint32Array(4 * count), new Uint32Array(4 * count)];
    compilePhilox()!(first, stream, fast);
    scalarPhiloxBlocks(first, stream, scalar);
    expect(fast).toEqual(scalar);
    const last = first + count - 1;
    expect(fast.slice(-4)).toEqual(
      outputOf([last % 2 ** 32, Math.floor(last / 2 ** 32), stream[2], stream[3], stream[0], stream[1]]),
    );
  },
);

function outputOf(words: number[]): Uint32Array {
  const out = new Uint32Array(4);
  philox4x32(words.slice(0, 4), words.slice(4), out);
  return out;
}

function hammingDistance(a: Uint32Array, b: Uint32Array): number {
  let distance = 0;
  for (let i = 0; i < 4; i++) {
    for (let difference = a[i]! ^ b[i]!; difference !== 0; difference &= difference - 1) distance++;
  }
  return distance;
}
