import type { PerModality } from "../pair-analysis.ts";

/** What the modalities are called in sentences. */
export type ModalityNames = PerModality<string>;
