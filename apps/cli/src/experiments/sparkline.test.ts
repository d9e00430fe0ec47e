import { expect, test } from "vitest";
import { sparkline } from "./sparkline.ts";

test("lowest and highest value at the ends of the scale, equal ones in the middle", () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe("▁▂▃▄▅▆▇█");
  expect(sparkline([-1, -1])).toBe("▄▄");
  expect(sparkline([5, 0, 7], 2)).toBe("▁█");
});
