// What every manifold's tensor form does alike: go through rows where numbers come from or go to the host.

import { type Backend, fromData, type RowBlock, type RowMatrix, type Tensor } from "@nce-geometry/tensor";
import type { Manifold, ManifoldMaps, ManifoldRows } from "../manifold.ts";
import { defaultTolerance } from "../rows/on-manifold.ts";
import { requireColumns } from "./arguments.ts";

export type TensorMaps = Omit<
  ManifoldMaps<Tensor, Tensor, Tensor>,
  "isOnManifold" | "explainOnManifold" | "assertOnManifold"
>;

export type ManifoldFacts = Pick<
  Manifold,
  "name" | "kind" | "ambientDimension" | "dimension" | "injectivityRadius" | "volume" | "logVolume"
>;

/** A manifold from its facts, its maps on tensors and its maps on rows. */
export function assemble(
  facts: ManifoldFacts,
  maps: TensorMaps & Pick<Manifold, "sampleTangent">,
  rows: ManifoldRows,
): Manifold {
  const read = (where: string, argument: string, x: Tensor): RowMatrix => {
    requireColumns(where, argument, x, facts.ambientDimension);
    return { rows: x.shape[0]!, dim: facts.ambientDimension, data: x.dataSync() as RowBlock };
  };
  const within = (x: Tensor) => ({ tolerance: defaultTolerance(facts.ambientDimension, x.backend.epsilon) });
  return {
    ...facts,
    ...maps,
    rows,
    isOnManifold: (x, options = {}) => {
      return rows.isOnManifold(read(`${facts.name}.isOnManifold`, "x", x), { ...within(x), ...options });
    },
    explainOnManifold: (x, options = {}) => {
      return rows.explainOnManifold(read(`${facts.name}.explainOnManifold`, "x", x), { ...within(x), ...options });
    },
    assertOnManifold: (x, options = {}) => {
      const { where = "assertOnManifold", argument = "x" } = options;
      rows.assertOnManifold(read(where, argument, x), { ...within(x), ...options });
    },
    origin: (backend) => upload(backend, rows.origin()),
    sampleUniform: (random, backend, n) => upload(backend, rows.sampleUniform(random, n)),
  };
}

/** Rows as a tensor of the backend's float type. */
export function upload(backend: Backend, { rows, dim, data }: RowMatrix): Tensor {
  const values = backend.floatType === "float64" ? Float64Array.from(data) : Float32Array.from(data);
  return fromData(backend, values, [rows, dim]);
}
