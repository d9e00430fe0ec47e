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
