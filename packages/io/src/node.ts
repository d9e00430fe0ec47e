// Files of Node; everything of the browser-safe entry works on them too.

// Reading

export { type FileSource, openFile } from "./node/file-source.ts";
export { type EmbeddingFile, openEmbeddingFile } from "./node/open-embedding-file.ts";
export { sha256OfFile } from "./node/sha256-of-file.ts";

// Writing

export { formatOfPath, type WriteEmbeddingFileOptions, writeEmbeddingFile } from "./node/write-embedding-file.ts";
export { type WriteFileOptions, writeFileAtomic, writeFilesAtomic } from "./node/write-file-atomic.ts";
export { writeNpyFile } from "./node/write-npy-file.ts";

// From one form into another

export {
  type Conversion,
  type ConvertEmbeddingFileOptions,
  convertEmbeddingFile,
} from "./node/convert-embedding-file.ts";
export { type IngestOptions, ingest } from "./node/ingest.ts";
export type { IngestManifest, IngestMatrix, IngestPlan, IngestShard } from "./node/ingest-manifest.ts";
export type { RowStatistics } from "./node/shard-rows.ts";
