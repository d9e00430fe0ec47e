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
