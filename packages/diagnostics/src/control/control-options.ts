// The controls of the gap by name, with their options; plain JSON, so that a transform can carry what it was fitted with.

/** Divides rows by their lengths after the map. */
export interface RenormalizeOption {
  /** @defaultValue true */
  readonly renormalize?: boolean;
}

/** Nothing is done: what the others are compared with. */
export interface IdentityControl {
  readonly kind: "identity";
}

/**
 * x ← x − (λ/2)Δ, y ← y + (λ/2)Δ, Δ = μ_X − μ_Y: both modalities move by the same length, along Δ itself and not its direction.
 * The mean that they share stays.
 */
export interface ShiftControl extends RenormalizeOption {
  readonly kind: "shift";
  /** λ, finite; 1 puts the means in one place before rows are renormalised, beyond 1 they have passed each other. @defaultValue 1 */
  readonly lambda?: number;
}

/** x ← x − μ_X, y ← y − μ_Y: each modality loses its own mean. */
export interface CentreControl extends RenormalizeOption {
  readonly kind: "centre";
}

/** Distribution normalisation: x ← x − λμ_X, y ← y − λμ_Y, scores being inner products. Rows keep the lengths that this leaves. */
export interface DistributionNormalizationControl extends RenormalizeOption {
  readonly kind: "dn";
  /** λ, finite. @defaultValue 0.25 */
  readonly lambda?: number;
  /** @defaultValue false */
  readonly renormalize?: boolean;
}

/** x ← (x − μ_X)/σ_X per coordinate, y likewise; σ over the rows, dividing by their number. */
export interface StandardizeControl extends RenormalizeOption {
  readonly kind: "standardize";
}

/**
 * How far a covariance is drawn to a multiple of the identity, C ← (1 − α)C + α·(tr C/d)·I: α in 0 … 1, or the α of Ledoit and
 * Wolf, which minimises the expected squared error.
 */
export type Shrinkage = number | "ledoitWolf";

/** Zero-phase whitening x ← (x − μ_X)·C^{−1/2}, y ← (y − μ_Y)·C^{−1/2}: centred, and equally wide in all directions. */
export interface WhitenControl extends RenormalizeOption {
  readonly kind: "whiten";
  /** `shared`: C = ½(C_X + C_Y) for both, so that scores stay comparable. `perModality`: each its own. @defaultValue "shared" */
  readonly covariance?: "shared" | "perModality";
  /** @defaultValue "ledoitWolf" */
  readonly shrinkage?: Shrinkage;
}

/** x ← x − ⟨x, u⟩u, y ← y − ⟨y, u⟩u with u = Δ/‖Δ‖: the one direction in which the means differ is removed. */
export interface GapDirectionControl extends RenormalizeOption {
  readonly kind: "gapDirection";
}

/**
 * Iterative null-space projection: the direction of a linear probe that tells the modalities apart is removed, again and again, until
 * the cross-validated AUC of a new probe is at most ½ + 2 standard errors.
 */
export interface IterativeProjectionControl extends RenormalizeOption {
  readonly kind: "iterativeProjection";
  /** Most directions to remove, ≥ 1; at most d − 1 are. @defaultValue 32 */
  readonly maxDirections?: number;
  /** Shrinkage of the probe, in (0, 1]. @defaultValue 0.1 */
  readonly probeShrinkage?: number;
  /** Folds of the cross-validation over items, ≥ 2. @defaultValue 5 */
  readonly folds?: number;
  /** Seed of the folds. @defaultValue 0 */
  readonly seed?: number;
}

/**
 * x ← (x − μ_X)R, y ← y − μ_Y with the orthogonal R that brings matched rows closest, Σ_j ‖(x_j − μ_X)R − (y_j − μ_Y)‖² least. Where the
 * pairs leave R open (n ≤ d), it is the one nearest to the identity.
 */
export interface ProcrustesControl extends RenormalizeOption {
  readonly kind: "procrustes";
  /**
   * ρ ≥ 0: R is fitted to XᵀY + ρsI, s the root mean square of the singular values of XᵀY; large ρ gives R = I.
   * @defaultValue 0
   */
  readonly towardsIdentity?: number;
}

/**
 * Optimal transport between Gaussian laws with the moments of the modalities (Bures map), closed form and linear, so that it holds for
 * new rows: x ← (x − μ_X)A_X, y ← (y − μ_Y)A_Y.
 */
export interface GaussianMapControl extends RenormalizeOption {
  readonly kind: "gaussianMap";
  /** `midpoint`: both go half way, to the barycentre of the two. `y`: x moves, y does not. `x`: the converse. @defaultValue "midpoint" */
  readonly target?: "midpoint" | "x" | "y";
  /** Whether the mean of the target, ½(μ_X + μ_Y) of the midpoint, is added to both. @defaultValue false: both are centred */
  readonly keepMean?: boolean;
  /** @defaultValue "ledoitWolf" */
  readonly shrinkage?: Shrinkage;
}

/** A penalty on the gap of the batch, added to the loss with a weight ≥ 0. */
export type AdapterRegularizer =
  | { readonly kind: "none" }
  | { readonly kind: "symmetricKL"; readonly weight: number; readonly temperature: number }
  | { readonly kind: "squaredMMD"; readonly weight: number }
  | { readonly kind: "energyDistance"; readonly weight: number }
  | { readonly kind: "slicedWasserstein"; readonly weight: number; readonly directions: number }
  | { readonly kind: "centroid"; readonly weight: number };

/**
 * A small map per modality, x ← x + a(xD + e)U + b with a the identity or tanh, trained from the identity (U = 0, b = 0) by symmetric
 * InfoNCE and a penalty on the gap, with Adam, and stopped where the loss of a validation part of the items is lowest.
 */
export interface AdapterControl {
  readonly kind: "adapter";
  /** @defaultValue "none": a linear map */
  readonly activation?: "none" | "tanh";
  /** Width of the bottleneck, ≥ 1. @defaultValue 32, or d where that is less */
  readonly hidden?: number;
  /** Temperature τ > 0 of InfoNCE. @defaultValue 0.07 */
  readonly temperature?: number;
  /** Which population stands in the denominator. @defaultValue "cross" */
  readonly denominator?: "cross" | "own" | "pooled";
  /** Weight in 0 … 1 of the own denominator beside the cross one. @defaultValue 0 */
  readonly ownWeight?: number;
  /** @defaultValue { kind: "energyDistance", weight: 1 } */
  readonly regularizer?: AdapterRegularizer;
  /** Items per step, ≥ 2; at most all. @defaultValue 128 */
  readonly batchSize?: number;
  /** Step length of Adam, > 0. @defaultValue 1e-3 */
  readonly learningRate?: number;
  /** Most steps, ≥ 1. @defaultValue 300 */
  readonly maxSteps?: number;
  /** Share of the items that decides when to stop, in (0, 1). @defaultValue 0.2 */
  readonly validationShare?: number;
  /** Steps between two looks at the validation loss, ≥ 1. @defaultValue 10 */
  readonly evaluateEvery?: number;
  /** Looks without improvement after which training stops, ≥ 1. @defaultValue 5 */
  readonly patience?: number;
  /** Seed of the initial D, the validation part, the batches and the directions. @defaultValue 0 */
  readonly seed?: number;
}

export type ControlOptions =
  | IdentityControl
  | ShiftControl
  | CentreControl
  | DistributionNormalizationControl
  | StandardizeControl
  | WhitenControl
  | GapDirectionControl
  | IterativeProjectionControl
  | ProcrustesControl
  | GaussianMapControl
  | AdapterControl;

export type ControlKind = ControlOptions["kind"];

/** Options with every default filled in. */
export type ResolvedControl<Kind extends ControlKind = ControlKind> = Kind extends ControlKind
  ? Required<Extract<ControlOptions, { readonly kind: Kind }>>
  : never;
