import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { zonalMean } from "../quadrature/zonal-quadrature.ts";
import {
  uniformAngleVariance,
  uniformChordMoment,
  uniformCosineMoment,
  uniformInfoNCELimit,
  uniformKernelVariation,
  uniformLawUniformity,
  uniformLogChordMean,
} from "./uniform-law.ts";
import { vonMisesFisher } from "./von-mises-fisher.ts";

const FEW = { ulps: 16, epsilon: 2 ** -52 };

describe("moments of chords, cosines and angles", () => {
  test("mean chord: 4/π, 4/3 and published digits", () => {
    expectClose(uniformChordMoment(2, 1), 4 / Math.PI, FEW);
    expectClose(uniformChordMoment(3, 1), 4 / 3, FEW);
    expect(uniformChordMoment(16, 1).toFixed(6)).toBe("1.402492");
    expect(uniformChordMoment(128, 1).toFixed(6)).toBe("1.412822");
    expect(uniformChordMoment(768, 1).toFixed(6)).toBe("1.413983");
  });

  test("powers 0, 2, 4 and −1", () => {
    for (const d of [3, 16, 4096]) {
      expectClose(uniformChordMoment(d, 0), 1, FEW);
      expectClose(uniformChordMoment(d, 2), 2, { ...FEW, ulps: 64 });
      // E(2 − 2t)² = 4 + 4/d.
      expectClose(uniformChordMoment(d, 4), 4 + 4 / d, { ...FEW, ulps: 128 });
    }
    // On S² the squared chord is uniform on [0, 4].
    expectClose(uniformChordMoment(3, -1), 1, FEW);
    expectClose(uniformChordMoment(3, -1.5), Math.SQRT2, FEW);
  });

  test("mean logarithm of the chord: 0, log 2 − ½ and published digits", () => {
    expectClose(uniformLogChordMean(2), 0, { ...FEW, scale: 1 });
    expectClose(uniformLogChordMean(3), Math.LN2 - 0.5, { ...FEW, scale: 1 });
    expect(uniformLogChordMean(16).toFixed(6)).toBe("0.329353");
    expect(uniformLogChordMean(128).toFixed(6)).toBe("0.344597");
    // The derivative of the moment at power 0.
    for (const d of [2, 5, 300]) {
      const slope = (uniformChordMoment(d, 1e-5) - uniformChordMoment(d, -1e-5)) / 2e-5;
      expectClose(slope, uniformLogChordMean(d), { ulps: 1, epsilon: 1e-9, scale: 1 });
    }
  });

  test("cosines: 1/d and 3/(d(d+2)), odd moments 0", () => {
    for (const d of [2, 3, 77]) {
      expectClose(uniformCosineMoment(d, 2), 1 / d, FEW);
      expectClose(uniformCosineMoment(d, 4), 3 / (d * (d + 2)), FEW);
      expect([uniformCosineMoment(d, 0), uniformCosineMoment(d, 3)]).toEqual([1, 0]);
    }
  });

  test("angle: π²/12, π²/4 − 2, and quadrature", () => {
    expectClose(uniformAngleVariance(2), Math.PI ** 2 / 12, FEW);
    expectClose(uniformAngleVariance(3), Math.PI ** 2 / 4 - 2, FEW);
    for (const d of [2, 9, 512]) {
      const { value, error } = zonalMean((angle) => (angle - Math.PI / 2) ** 2, { dimension: d });
      expectClose(uniformAngleVariance(d), value, { ulps: 1, epsilon: error, scale: 1 });
    }
  });

  test("samples agree within three standard errors", () => {
    const n = 4000;
    for (const d of [2, 3, 16, 64]) {
      const law = vonMisesFisher({ meanDirection: [1, ...new Float64Array(d - 1)], concentration: 0 });
      const random = createRandom(7).split(d);
      const [x, y] = [law.rows.sample(random, n).data, law.rows.sample(random, n).data];
      const chords = new Float64Array(n).map((_, i) => {
        let squares = 0;
        for (let k = i * d; k < (i + 1) * d; k++) squares += (x[k]! - y[k]!) ** 2;
        return Math.sqrt(squares);
      });
      const mean = chords.reduce((total, c) => total + c, 0) / n;
      const standardError = Math.sqrt((2 - uniformChordMoment(d, 1) ** 2) / n);
      expect(Math.abs(mean - uniformChordMoment(d, 1))).toBeLessThan(3 * standardError);
    }
  });
});

describe("contrastive limits", () => {
  test("InfoNCE of uniform anchors and perfect positives: published digits", () => {
    expect(uniformInfoNCELimit(16, { temperature: 0.5 }).toFixed(4)).toBe("-1.8759");
    expect(uniformInfoNCELimit(64, { temperature: 0.1 }).toFixed(4)).toBe("-9.2277");
    expect(uniformInfoNCELimit(128, { temperature: 0.07 }).toFixed(4)).toBe("-13.4933");
    // d = 3: log(τ sinh(1/τ)) − 1/τ.
    expectClose(uniformInfoNCELimit(3, { temperature: 0.01 }), Math.log(0.005), FEW);
  });

  test("variation of the kernel: published digits, and 1/(dτ²) at high temperature", () => {
    expect(uniformKernelVariation(128, { temperature: 0.1 }).toFixed(2)).toBe("1.15");
    expect(uniformKernelVariation(128, { temperature: 0.07 }).toFixed(2)).toBe("3.62");
    expect(uniformKernelVariation(512, { temperature: 0.07 }).toFixed(3)).toBe("0.488");
    expect(uniformKernelVariation(512, { temperature: 0.01 }).toExponential(1)).toBe("3.6e+7");
    for (const d of [2, 64]) {
      expectClose(uniformKernelVariation(d, { temperature: 1e6 }), 1e-12 / d, { ulps: 1, epsilon: 1e-11 });
    }
  });

  test("uniformity: published digits", () => {
    const values = [2, 3, 16, 128, 512].map((d) => uniformLawUniformity(d, { scale: 2 }).toFixed(6));
    expect(values).toEqual(["-1.575027", "-2.079777", "-3.513036", "-3.937530", "-3.984375"]);
    expect(uniformLawUniformity(9, { scale: 0 })).toBeCloseTo(0, 15);
  });

  test("messages", () => {
    expect(() => uniformChordMoment(3, -2)).toThrow(
      "uniformChordMoment: `power` must be a finite number > −(d − 1) = -2, got -2.",
    );
    expect(() => uniformInfoNCELimit(3, { temperature: 0 })).toThrow(
      "uniformInfoNCELimit: `temperature` must be a finite number > 0, got 0.",
    );
    expect(() => uniformKernelVariation(1, { temperature: 1 })).toThrow(
      "uniformKernelVariation: `dimension` must be an integer ≥ 2, got 1.",
    );
    expect(() => uniformCosineMoment(3, -1)).toThrow("uniformCosineMoment: `power` must be an integer ≥ 0, got -1.");
  });
});
