import type { Manifold } from "../manifold.ts";
import type { ProductManifold } from "../manifolds/product.ts";

/** The factors of a product, of products in it as well; any other manifold is its own only factor. */
export function factorsOf(manifold: Manifold): readonly Manifold[] {
  return isProduct(manifold) ? manifold.factors.flatMap(factorsOf) : [manifold];
}

function isProduct(manifold: Manifold): manifold is ProductManifold {
  return manifold.kind === "product" && "factors" in manifold;
}
