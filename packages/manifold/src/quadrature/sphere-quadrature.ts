import { gaussLegendre } from "./gauss-legendre.ts";
import { requireInteger } from "./option-checks.ts";
import type { Quadrature } from "./quadrature.ts";
import { fillRings, ringWeights } from "./rings.ts";

export interface SphereQuadratureOptions {
  /** Gauss–Legendre nodes in the height. @defaultValue 64 */
  readonly polarNodes?: number;
  /** Equally spaced nodes in longitude. @defaultValue 2·polarNodes, which balances the two degrees */
  readonly azimuthalNodes?: number;
}

/**
 * Product quadrature on the unit sphere S²: Gauss–Legendre in z, trapezoid in longitude.
 *
 * Math:     ∫_{S²} f dμ = ∫_{−1}^{1} ∫_0^{2π} f dφ dz ≈ Σ_ij w_i (2π/m) f(√(1−z_i²) cos φ_j, √(1−z_i²) sin φ_j, z_i)
 * Shapes:   → points [p·m, 3], weights [p·m]; rings from z near −1 to z near 1, longitude fastest.
 * Domain:   p = polarNodes ≥ 1, m = azimuthalNodes ≥ 1.
 * Limits:   exact for polynomials of degree ≤ min(2p − 1, m − 1);  f = 1 → 4π;  e^(κz) → 4π sinh(κ)/κ.
 * Numerics: spectral for smooth f; only first order at the edge of a cap, for which there is `capQuadrature`.
 * Throws:   InputError E_OPTION.
 */
export function sphereQuadrature(options: SphereQuadratureOptions = {}): Quadrature {
  const { polarNodes = 64, azimuthalNodes = 2 * polarNodes } = options;
  requireInteger("sphereQuadrature", "polarNodes", polarNodes, 1);
  requireInteger("sphereQuadrature", "azimuthalNodes", azimuthalNodes, 1);
  const { nodes, angles, weights } = gaussLegendre(polarNodes);
  const rings = Array.from(nodes, (z, i) => ({ z, radius: Math.sin(angles[i]!), weight: weights[i]! }));
  const data = new Float64Array(3 * polarNodes * azimuthalNodes);
  fillRings(data, rings, azimuthalNodes, ({ z, radius }, cosine, sine) => [radius * cosine, radius * sine, z]);
  return {
    kind: "sphereGaussLegendre",
    points: { rows: polarNodes * azimuthalNodes, dim: 3, data },
    weights: ringWeights(rings, azimuthalNodes),
    volume: 4 * Math.PI,
    exactDegree: Math.min(2 * polarNodes, azimuthalNodes) - 1,
  };
}
