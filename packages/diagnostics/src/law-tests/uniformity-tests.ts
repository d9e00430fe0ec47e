// Tests of the uniform law on the sphere. Notation: θ_ij angles, m centroid, T = (1/N) Σ x xᵀ.
// Each statistic is (1/N) Σ_{i,j} k(θ_ij) of a kernel that is a sum of Gegenbauer polynomials with weights w_q ≥ 0: Rayleigh's has
// degree 1 alone, Bingham's degree 2, Ajne's all odd and Giné's all even degrees. Under the uniform law it tends to Σ_q w_q χ²(m_q), m_q
// the number of harmonics of that degree.

import type { Rows, RunControl } from "@nce-geometry/tensor";
import { chiSquareTail } from "./chi-square-tail.ts";
import { type CloudSample, type CloudSampleOptions, pairAngles, sampleCloud } from "./pair-angles.ts";
import { ajneCumulants, type Cumulants, gineCumulants, gineScale, pearsonTail } from "./sobolev-weights.ts";

/** A statistic and how probable so large a value is under the uniform law. */
export interface LawTest {
  readonly statistic: number;
  readonly pValue: number;
  /** Of the limiting χ² law, or of the one that has its first three cumulants. */
  readonly degreesOfFreedom: number;
  /** What the statistic is on average under the uniform law, at any N. */
  readonly nullMean: number;
}

export interface UniformityTests {
  readonly sample: CloudSample;
  /** d·N·‖m‖²: sees an offset of the centroid. */
  readonly rayleigh: LawTest;
  /** ½d(d + 2)·N·(tr T² − 1/d): sees unequal variances along axes. */
  readonly bingham: LawTest;
  /** N/4 − Σ_{i<j} θ_ij/(πN): sees any asymmetry between antipodes. */
  readonly ajne: LawTest;
  /** N/2 − c/N·Σ_{i<j} sin θ_ij: sees any symmetric departure. */
  readonly gine: LawTest;
  /** Giné's F = 4·Ajne + Giné: sees any departure. */
  readonly omnibus: LawTest;
}

/**
 * Tests of a cloud against the uniform law on the sphere.
 *
 * Math:     Rayleigh dN‖m‖² → χ²(d);  Bingham ½d(d+2)N(tr T² − 1/d) → χ²((d−1)(d+2)/2);  Ajne N/4 − Σ_{i<j}θ_ij/(πN);
 *           Giné N/2 − ((d−1)/2N)·(Γ((d−1)/2)/Γ(d/2))²·Σ_{i<j} sin θ_ij;  omnibus 4·Ajne + Giné.
 * Shapes:   x [n, d] of unit rows → record.
 * Domain:   n ≥ 2, d ≥ 2; independent rows. p-values are asymptotic in N; those of the last three match the first three cumulants of
 *           the limiting law by a shifted χ².
 * Limits:   uniform law → means d, ½(d−1)(d+2), ¼, ½, 3/2 at every N;  all rows equal → dN, ½(d−1)(d+2)N, N/4, N/2, 3N/2;
 *           half the rows x, half −x → Rayleigh 0, Ajne 0, Bingham and Giné as for equal rows.
 * Numerics: angles from chords. Cost: O(N²d), N at most `maxRows`, which the record states.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 * Source:   K. V. Mardia and P. E. Jupp, Directional Statistics (Wiley, 2000); E. Giné, Ann. Statist. 3 (1975); M. J. Prentice,
 *           Ann. Statist. 6 (1978).
 */
export async function uniformityTests(
  x: Rows,
  options: CloudSampleOptions & RunControl = {},
): Promise<UniformityTests> {
  const { cloud, sample } = await sampleCloud("uniformityTests", x, options);
  const { angles } = await pairAngles(cloud, options);
  const [n, d] = [cloud.rows, cloud.dim];
  let [cosines, squares, sines, sum] = [0, 0, 0, 0];
  for (const angle of angles) {
    const cosine = Math.cos(angle);
    cosines += cosine;
    squares += cosine * cosine;
    sines += Math.sin(angle);
    sum += angle;
  }
  const ajne = n / 4 - sum / (Math.PI * n);
  const gine = n / 2 - (2 * gineScale(d) * sines) / n;
  const [ofAjne, ofGine] = [ajneCumulants(d), gineCumulants(d)];
  const ofBoth = ofAjne.map((value, order) => 4 ** (order + 1) * value + ofGine[order]!) as unknown as Cumulants;
  return {
    sample,
    rayleigh: chiSquareTest(d + (2 * d * cosines) / n, d),
    bingham: chiSquareTest((d * (d + 2) * (n + 2 * squares - (n * n) / d)) / (2 * n), ((d - 1) * (d + 2)) / 2),
    ajne: cumulantTest(ajne, ofAjne),
    gine: cumulantTest(gine, ofGine),
    omnibus: cumulantTest(4 * ajne + gine, ofBoth),
  };
}

function chiSquareTest(statistic: number, degreesOfFreedom: number): LawTest {
  // A sum of squares that is 0 may come out as −ε.
  const pValue = chiSquareTail(Math.max(0, statistic), degreesOfFreedom);
  return { statistic, pValue, degreesOfFreedom, nullMean: degreesOfFreedom };
}

function cumulantTest(statistic: number, cumulants: Cumulants): LawTest {
  return { statistic, ...pearsonTail(statistic, cumulants), nullMean: cumulants[0] };
}
