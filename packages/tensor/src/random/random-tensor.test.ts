import { describe, expect, test } from "vitest";
import { referenceBackend } from "../reference/reference-backend.ts";
import { createRandom } from "./random.ts";
import { randomNormal, randomUniform } from "./random-tensor.ts";

const backend = referenceBackend();

describe("random tensors", () => {
  test("are the host's numbers, row-major", () => {
    const normal = randomNormal(createRandom(1), backend, [2, 3]);
    expect(normal.shape).toEqual([2, 3]);
    expect(normal.dataSync()).toEqual(createRandom(1).normal(6));
    const options = { low: -1, high: 3 };
    const uniform = randomUniform(createRandom(1), backend, [4], options);
    expect(uniform.dataSync()).toEqual(createRandom(1).uniform(4, options));
  });

  test("advance the stream", () => {
    const random = createRandom(1);
    const first = randomUniform(random, backend, []).dataSync();
    const second = randomUniform(random, backend, []).dataSync();
    expect([...first, ...second]).toEqual([...createRandom(1).uniform(2)]);
  });

  test("may be empty", () => {
    expect(randomNormal(createRandom(1), backend, [0, 3]).shape).toEqual([0, 3]);
  });

  test("messages", () => {
    const random = createRandom(1);
    expect(() => randomNormal(random, backend, [2, -1])).toThrow(
      "randomNormal: `shape` must be a list of non-negative integers, got [2, -1].",
    );
    expect(() => randomUniform(random, backend, [1], { low: 1, high: 0 })).toThrow(
      "uniform: `high` must be > low = 1 by a finite amount, got 0.",
    );
  });
});
