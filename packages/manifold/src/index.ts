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

// Volumes

export { type KernelVolumeOptions, logKernelVolume, type ZonalCritic } from "./measure/kernel-volume.ts";
export {
  logBallVolume,
  logCapArea,
  logCapProbability,
  logExpMapJacobian,
  logSphereArea,
} from "./measure/sphere-volume.ts";
