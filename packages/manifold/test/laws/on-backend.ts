import { type Backend, fromData, type RowMatrix, type Tensor } from "@nce-geometry/tensor";
import type { Float64Rows, Manifold, ManifoldRows } from "../../src/index.ts";

/** The maps on tensors of a backend under the interface of the maps on rows, so that one suite judges both. */
export function onBackend(manifold: Manifold, backend: Backend): ManifoldRows {
  const up = (x: RowMatrix): Tensor => {
    const data = backend.floatType === "float64" ? Float64Array.from(x.data) : Float32Array.from(x.data);
    return fromData(backend, data, [x.rows, x.dim]);
  };
  const column = (t: number | Float64Array): number | Tensor => {
    if (typeof t === "number") return t;
    return fromData(backend, backend.floatType === "float64" ? t : Float32Array.from(t), [t.length]);
  };
  const rows = (x: Tensor): Float64Rows => {
    return { rows: x.shape[0]!, dim: x.shape[1]!, data: Float64Array.from(x.dataSync()) };
  };
  const values = (x: Tensor): Float64Array => Float64Array.from(x.dataSync());
  const m = manifold;
  return {
    projectPoint: (x) => rows(m.projectPoint(up(x))),
    projectTangent: (x, v) => rows(m.projectTangent(up(x), up(v))),
    tangentInner: (x, u, v) => values(m.tangentInner(up(x), up(u), up(v))),
    norm: (x, v) => values(m.norm(up(x), up(v))),
    geodesicDistance: (x, y) => values(m.geodesicDistance(up(x), up(y))),
    squaredGeodesicDistance: (x, y) => values(m.squaredGeodesicDistance(up(x), up(y))),
    geodesicDistanceMatrix: (x, y) => rows(m.geodesicDistanceMatrix(up(x), up(y))),
    expMap: (x, v) => rows(m.expMap(up(x), up(v))),
    logMap: (x, y) => rows(m.logMap(up(x), up(y))),
    retract: (x, v) => rows(m.retract(up(x), up(v))),
    parallelTransport: (x, y, v) => rows(m.parallelTransport(up(x), up(y), up(v))),
    geodesic: (x, y, t) => rows(m.geodesic(up(x), up(y), column(t))),
    toRiemannianGradient: (x, g) => rows(m.toRiemannianGradient(up(x), up(g))),
    riemannianHessianVectorProduct: (x, v, { gradient, hessianVectorProduct }) => {
      const derivatives = { gradient: up(gradient), hessianVectorProduct: up(hessianVectorProduct) };
      return rows(m.riemannianHessianVectorProduct(up(x), up(v), derivatives));
    },
    isOnManifold: (x, options) => m.isOnManifold(up(x), options),
    explainOnManifold: (x, options) => m.explainOnManifold(up(x), options),
    assertOnManifold: (x, options) => m.assertOnManifold(up(x), options),
    origin: () => rows(m.origin(backend)),
    sampleUniform: (random, n) => rows(m.sampleUniform(random, backend, n)),
    sampleTangent: (random, x) => rows(m.sampleTangent(random, up(x))),
  };
}
