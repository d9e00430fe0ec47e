import fc from "fast-check";
import { expect, test } from "vitest";
import { placeTags } from "./place-tags.ts";

const area = { left: 50, top: 20, width: 400, height: 300 };
const size = { width: 14, height: 14 };

test("a point in the open has its tag up and to the right", () => {
  expect(placeTags([[200, 100]], [size], area)).toEqual([[214, 86]]);
});

test("in a corner the tag turns inwards", () => {
  const [[x, y]] = placeTags([[448, 22]], [size], area) as [readonly [number, number]];
  expect(x).toBeLessThan(448);
  expect(y).toBeGreaterThan(22);
});

test("tags of any points keep clear of each other and inside the area", () => {
  const point = fc.tuple(fc.integer({ min: 50, max: 450 }), fc.integer({ min: 20, max: 320 }));
  const property = fc.property(fc.array(point, { maxLength: 26 }), (points) => {
    const sizes = points.map(() => size);
    const tags = placeTags(points, sizes, area);
    for (const [i, [x, y]] of tags.entries()) {
      expect(x - 7).toBeGreaterThanOrEqual(50);
      expect(x + 7).toBeLessThanOrEqual(450);
      expect(y - 7).toBeGreaterThanOrEqual(20);
      expect(y + 7).toBeLessThanOrEqual(320);
      for (const [a, b] of tags.slice(i + 1)) expect(Math.abs(x - a) >= 14 || Math.abs(y - b) >= 14).toBe(true);
    }
  });
  fc.assert(property, { seed: 3, numRuns: 60 });
});

test("equal points have tags in different places", () => {
  const tags = placeTags(
    Array.from({ length: 9 }, () => [200, 100] as const),
    Array.from({ length: 9 }, () => size),
    area,
  );
  expect(new Set(tags.map(String)).size).toBe(9);
});
