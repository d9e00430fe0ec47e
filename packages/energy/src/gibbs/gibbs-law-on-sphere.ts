// Gibbs laws on S¹ and S² on grids that are made for them: refined where the law is, until log Z stays.

import type { PointFunction } from "@nce-geometry/manifold";
import type { RowMatrix } from "@nce-geometry/tensor";
import { requireInteger, requirePositive } from "../checks.ts";
import type { GridMeasure } from "../grid/grid-measure.ts";
import { type Chart, circleCharts, sphereCharts } from "./charts.ts";
import { type GibbsLaw, type GibbsOptions, lawOf } from "./gibbs-law.ts";
import { type Panel, type PanelSolution, refinePanels } from "./panels.ts";

export interface AdaptiveGibbsOptions extends GibbsOptions {
  /** Panels are halved until this relative change of Z counts as none. @defaultValue 1e-12 */
  readonly tolerance?: number;
  /** Refinement ends, unresolved, when the grid has more points than this. @defaultValue 524288 */
  readonly maxPoints?: number;
}

/** A grid of panels on S¹ or S², finest where it was refined. */
export interface PanelGrid extends GridMeasure {
  readonly kind: "circlePanels" | "spherePanels";
  /** [n, d], panel by panel. */
  readonly points: RowMatrix;
  /** [n], logarithms of the weights. */
  readonly logWeights: Float64Array;
  /** Gauss–Legendre nodes per parameter of a panel. */
  readonly order: number;
  readonly panels: readonly Panel[];
}

/** A Gibbs law on the grid that was refined for it. */
export interface AdaptiveGibbsLaw extends GibbsLaw {
  readonly measure: PanelGrid;
  /** Relative error of Z, an overestimate: the change at the last halving. */
  readonly quadratureError: number;
}

/**
 * The Gibbs law of a potential on the unit circle, to a tolerance.
 *
 * Math:     ρ* = e^{−U/τ}/Z on S¹, by Gauss–Legendre panels in the angle that are halved until Z stays
 * Shapes:   potential: a point [2] → number; → a record.
 * Domain:   τ > 0; U is not NaN. Wells much narrower than 2π/256 that no node sees cannot be found.
 * Limits:   U = −cos θ → von Mises of concentration 1/τ, log Z = log 2πI₀(1/τ);  U + c → the same law.
 * Numerics: relative error of Z ≤ `quadratureError`, exponentially convergent for smooth U and still refined at kinks; `unresolved` where `maxPoints` did not suffice.
 * Throws:   InputError E_OPTION, E_NOT_FINITE naming the point, E_DOMAIN.
 * Source:   arXiv:2601.19597.
 */
export function gibbsLawOnCircle(potential: PointFunction, options: AdaptiveGibbsOptions): AdaptiveGibbsLaw {
  return adaptiveLaw("gibbsLawOnCircle", "circlePanels", potential, options);
}

/**
 * The Gibbs law of a potential on the unit sphere S², to a tolerance, down to temperatures of 1e-4 and below.
 *
 * Math:     ρ* = e^{−U/τ}/Z on S², by product Gauss–Legendre panels on the faces of a cube that are halved until Z stays
 * Shapes:   potential: a point [3] → number; → a record.
 * Domain:   τ > 0; U is not NaN. Wells much narrower than 0.05 that no node sees cannot be found.
 * Limits:   U = −⟨μ, z⟩ → von Mises–Fisher of concentration 1/τ;  U + c → the same law;  τ → ∞ → uniform.
 * Numerics: relative error of Z ≤ `quadratureError` + a few ε·|U|/τ; 6 000 points for a flat law, 60 000 for two narrow wells at τ = 1e-3
 *           to 1e-6; kinks of U cost more, and are `unresolved` where `maxPoints` did not suffice.
 * Throws:   InputError E_OPTION, E_NOT_FINITE naming the point, E_DOMAIN.
 * Source:   arXiv:2601.19597.
 */
export function gibbsLawOnSphere(potential: PointFunction, options: AdaptiveGibbsOptions): AdaptiveGibbsLaw {
  return adaptiveLaw("gibbsLawOnSphere", "spherePanels", potential, options);
}

interface Layout {
  readonly charts: readonly Chart[];
  readonly pieces: number;
  readonly order: number;
}

const LAYOUTS: Readonly<Record<PanelGrid["kind"], () => Layout>> = {
  circlePanels: () => ({ charts: circleCharts(), pieces: 8, order: 16 }),
  spherePanels: () => ({ charts: sphereCharts(), pieces: 2, order: 8 }),
};

function adaptiveLaw(
  where: string,
  kind: PanelGrid["kind"],
  potential: PointFunction,
  options: AdaptiveGibbsOptions,
): AdaptiveGibbsLaw {
  const { temperature, tolerance = 1e-12, maxPoints = 2 ** 19 } = options;
  requirePositive(where, "temperature", temperature);
  requirePositive(where, "tolerance", tolerance);
  requireInteger(where, "maxPoints", maxPoints, 1);
  const layout = LAYOUTS[kind]();
  const solution = refinePanels({ where, ...layout, potential, temperature, tolerance, maxPoints });
  const measure = gridOf(kind, solution, layout.order);
  const values = concatenate(solution.panels.map((panel) => panel.potential));
  const law = lawOf(where, measure, values, temperature);
  return {
    ...law,
    measure,
    quadratureError: solution.error,
    status: solution.isResolved ? "resolved" : "unresolved",
  };
}

function gridOf(kind: PanelGrid["kind"], { panels }: PanelSolution, order: number): PanelGrid {
  const { dim } = panels[0]!.chart;
  const logWeights = concatenate(panels.map((panel) => panel.logWeights));
  const data = concatenate(panels.map((panel) => panel.points));
  return {
    kind,
    points: { rows: logWeights.length, dim, data },
    weights: logWeights.map(Math.exp),
    logWeights,
    order,
    panels,
  };
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
