export { infoNCE, infoNCEPerSample, infoNCEStatistics } from "./info-nce.ts";
export type { InfoNCEMeasures, InfoNCEStatistics } from "./info-nce-measures.ts";
export type { InfoNCEOnRowsOptions, InfoNCEOptions } from "./info-nce-options.ts";
export { poolInfoNCE, poolInfoNCEPerSample, poolInfoNCEStatistics } from "./pool-info-nce.ts";
export { type InfoNCEGradient, infoNCEGradientOnRows } from "./rows/info-nce-gradient-on-rows.ts";
export { infoNCEOnRows, infoNCEPerSampleOnRows } from "./rows/info-nce-on-rows.ts";
export { type InfoNCEPerSample, type InfoNCESummary, summarizeInfoNCE } from "./rows/info-nce-summary.ts";
export { type PoolInfoNCEGradient, poolInfoNCEGradientOnRows } from "./rows/pool-info-nce-gradient-on-rows.ts";
export { poolInfoNCEOnRows, poolInfoNCEPerSampleOnRows } from "./rows/pool-info-nce-on-rows.ts";
export {
  type SymmetricInfoNCEGradient,
  symmetricInfoNCEGradientOnRows,
} from "./rows/symmetric-info-nce-gradient-on-rows.ts";
export {
  type SymmetricInfoNCEPerSample,
  type SymmetricInfoNCESummary,
  summarizeSymmetricInfoNCE,
  symmetricInfoNCEOnRows,
  symmetricInfoNCEPerSampleOnRows,
} from "./rows/symmetric-info-nce-on-rows.ts";
export {
  type SymmetricInfoNCEStatistics,
  symmetricInfoNCE,
  symmetricInfoNCEPerSample,
  symmetricInfoNCEStatistics,
} from "./symmetric-info-nce.ts";
