// The uniform (Debye) expansion of the modified Bessel function, in the form of a logarithm:
//   log I_ν(x) = S − ν log((ν + S)/x) − ½ log 2πS + W,   S = √(ν² + x²),   W = Σ_k s^k Q_k(t),   s = 1/S,   t = (ν/S)².
// One expansion for large order and for large argument: what must be large is S. Source: F. W. J. Olver, Asymptotics and
// Special Functions (1974), chapter 10; the logarithm's recurrence follows from Bessel's equation.

export interface DebyeCorrection {
  /** S = √(ν² + x²). */
  readonly size: number;
  /** W. */
  readonly value: number;
  /** ∂W/∂x. */
  readonly first: number;
  /** ∂²W/∂x². */
  readonly second: number;
}

/** From here on the first neglected term is below 1e-17 for every order, and the power series below needs few terms. */
export const DEBYE_FROM: number = 30;

const TERMS = 18;
const COEFFICIENTS: readonly Float64Array[] = /* @__PURE__ */ derivativeCoefficients(TERMS);

/**
 * The correction W to the leading terms, with its derivatives by x.
 *
 * Math:     the derivative by p = ν/S obeys w_1 = ⅛(1 − 5p²), w_{k+1} = (½p²(1−p²)w_k)' + ½p²(1−p²) Σ_{i+j=k} w_i w_j.
 * Domain:   S ≥ {@link DEBYE_FROM}.
 * Numerics: absolute error of W a few ε/S; each derivative keeps its relative accuracy at x → 0, being a multiple of x or of ν.
 */
export function debyeCorrection(order: number, x: number): DebyeCorrection {
  const size = hypotenuse(order, x);
  const s = 1 / size;
  const t = (order / size) ** 2;
  const slope = x / size;
  let value = 0;
  let first = 0;
  let second = 0;
  for (let k = TERMS; k >= 1; k--) {
    const w = COEFFICIENTS[k - 1]!;
    let q = 0;
    let r = 0;
    let u = 0;
    for (let j = k; j >= 0; j--) {
      const power = k + 2 * j;
      q = q * t + w[j]! / power;
      r = r * t + w[j]!;
      u = u * t + w[j]! * power;
    }
    value = (value + q) * s;
    first = (first + r) * s;
    second = (second + u) * s;
  }
  // d/dx of s^k p^{2j} is −(k + 2j)·x·s²·s^k p^{2j}.
  const curvature = (2 * slope * slope - 1) * first + slope * slope * second;
  return { size, value, first: -slope * s * first, second: s * s * curvature };
}

/** √(a² + b²) without overflow or underflow, to one rounding more than the root's. */
function hypotenuse(a: number, b: number): number {
  const large = Math.max(a, b);
  if (large > 1e-140 && large < 1e150) return Math.sqrt(a * a + b * b);
  const quotient = large === 0 ? 0 : Math.min(a, b) / large;
  return large * Math.sqrt(1 + quotient * quotient);
}

/** Row k − 1 holds the coefficients of p^{k−1+2j}, j = 0 … k, of w_k. Signs alternate within a row, so that no addition cancels. */
function derivativeCoefficients(terms: number): Float64Array[] {
  const rows = [Float64Array.of(1 / 8, -5 / 8)];
  while (rows.length < terms) {
    const k = rows.length;
    const last = rows[k - 1]!;
    const next = new Float64Array(k + 2);
    for (let j = 0; j <= k; j++) {
      next[j]! += ((k + 1 + 2 * j) / 2) * last[j]!;
      next[j + 1]! -= ((k + 3 + 2 * j) / 2) * last[j]!;
    }
    for (let i = 1; i < k; i++) {
      addProduct(next, rows[i - 1]!, rows[k - i - 1]!);
    }
    rows.push(next);
  }
  return rows;
}

/** Adds ½p²(1 − p²)·u·v to `target`. */
function addProduct(target: Float64Array, u: Float64Array, v: Float64Array): void {
  for (let i = 0; i < u.length; i++) {
    for (let j = 0; j < v.length; j++) {
      const half = (u[i]! * v[j]!) / 2;
      target[i + j]! += half;
      target[i + j + 1]! -= half;
    }
  }
}
