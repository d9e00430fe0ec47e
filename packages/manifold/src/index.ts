// What a manifold is

export type {
  AssertOnManifoldOptions,
  EuclideanDerivatives,
  Float64Rows,
  Manifold,
  ManifoldKind,
  ManifoldMaps,
  ManifoldRows,
  OnManifoldOptions,
} from "./manifold.ts";

// Manifolds, and derivatives on them

export { type BallOptions, ball } from "./manifolds/ball.ts";
export { type BoxOptions, box } from "./manifolds/box.ts";
export { type Circle, type CircleRows, circle } from "./manifolds/circle.ts";
export {
  type HessianOptions,
  hessianVectorProduct,
  riemannianValueAndGrad,
  type ScalarFunction,
} from "./manifolds/derivatives.ts";
export { euclidean } from "./manifolds/euclidean.ts";
export { lorentz } from "./manifolds/lorentz.ts";
export { type ProductManifold, product } from "./manifolds/product.ts";
export { sphere } from "./manifolds/sphere.ts";
export { torus } from "./manifolds/torus.ts";

// Quadratures

export { type CapQuadratureOptions, capQuadrature } from "./quadrature/cap-quadrature.ts";
export { type CircleQuadratureOptions, circleQuadrature } from "./quadrature/circle-quadrature.ts";
export {
  type EstimateIntegralOptions,
  estimateIntegral,
  estimateLogIntegral,
  type IntegralEstimate,
} from "./quadrature/estimate-integral.ts";
export { type FibonacciQuadratureOptions, fibonacciQuadrature } from "./quadrature/fibonacci-quadrature.ts";
export { type GaussLegendre, gaussLegendre } from "./quadrature/gauss-legendre.ts";
export {
  integrate,
  logIntegrate,
  type PointFunction,
  type Quadrature,
  type QuadratureKind,
} from "./quadrature/quadrature.ts";
export { type SphereQuadratureOptions, sphereQuadrature } from "./quadrature/sphere-quadrature.ts";
export {
  logIntegrateZonal,
  type ZonalFunction,
  type ZonalIntegral,
  type ZonalQuadrature,
  type ZonalQuadratureOptions,
  type ZonalStatus,
  zonalMean,
  zonalQuadrature,
} from "./quadrature/zonal-quadrature.ts";

// Special functions

export { besselRatio, besselRatioComplement, besselRatioDerivative, besselRatios } from "./special/bessel-ratio.ts";
export { logBesselI, logBesselIScaled } from "./special/log-bessel-i.ts";
export { logBeta } from "./special/log-beta.ts";
export { logGamma, logGammaRatio } from "./special/log-gamma.ts";
export { logHypergeometric0F1 } from "./special/log-hypergeometric-0f1.ts";
export { logIncompleteBeta } from "./special/log-incomplete-beta.ts";
export { digamma, trigamma } from "./special/polygamma.ts";

// Volumes and laws

export { meanResultantLength } from "./measure/concentration.ts";
export {
  type FitVonMisesFisherOptions,
  fitVonMisesFisher,
  type VonMisesFisherFit,
} from "./measure/fit-von-mises-fisher.ts";
export { type KernelVolumeOptions, logKernelVolume, type ZonalCritic } from "./measure/kernel-volume.ts";
export {
  logBallVolume,
  logCapArea,
  logCapProbability,
  logExpMapJacobian,
  logSphereArea,
} from "./measure/sphere-volume.ts";
export {
  type ScaleOption,
  type TemperatureOption,
  uniformAngleVariance,
  uniformChordMoment,
  uniformCosineMoment,
  uniformInfoNCELimit,
  uniformKernelVariation,
  uniformLawUniformity,
  uniformLogChordMean,
} from "./measure/uniform-law.ts";
export { type AngularLaw, type VonMises, type VonMisesOptions, vonMises } from "./measure/von-mises.ts";
export {
  logVonMisesFisherNormalizer,
  type VonMisesFisher,
  type VonMisesFisherOptions,
  type VonMisesFisherRows,
  vonMisesFisher,
} from "./measure/von-mises-fisher.ts";
export { type WrappedNormal, type WrappedNormalOptions, wrappedNormal } from "./measure/wrapped-normal.ts";

// Means

export {
  type ExtrinsicMean,
  type ExtrinsicMeanFacts,
  type ExtrinsicMeanOptions,
  extrinsicMean,
} from "./means/extrinsic-mean.ts";
export { type KarcherMean, type KarcherMeanOptions, type KarcherStatus, karcherMean } from "./means/karcher-mean.ts";

// Optimisers and samplers

export { effectiveSampleSize } from "./langevin/effective-sample-size.ts";
export { type LangevinState, type LangevinStepOptions, langevinInit, langevinStep } from "./langevin/langevin-step.ts";
export {
  type LangevinOptions,
  type LangevinResult,
  type LangevinSample,
  type LangevinStatus,
  sampleLangevin,
} from "./langevin/sample-langevin.ts";
export {
  type LineSearchOptions,
  type LineSearchProblem,
  type LineSearchResult,
  type LineSearchState,
  lineSearchInit,
  lineSearchStep,
} from "./optimize/line-search.ts";
export {
  type MinimizeOptions,
  type MinimizeResult,
  type MinimizeStatus,
  type MinimizeTrace,
  minimize,
  type OptimizerOptions,
  type OptimizerState,
} from "./optimize/minimize.ts";
export type { MoveOptions, StepResult } from "./optimize/move.ts";
export {
  type RiemannianAdamOptions,
  type RiemannianAdamState,
  riemannianAdamInit,
  riemannianAdamStep,
} from "./optimize/riemannian-adam.ts";
export {
  type RiemannianSgdOptions,
  type RiemannianSgdState,
  riemannianSgdInit,
  riemannianSgdStep,
} from "./optimize/riemannian-sgd.ts";
export {
  disposeState,
  restoreState,
  type SavedNumber,
  type SavedState,
  type SavedTensor,
  saveState,
} from "./optimize/state.ts";
