// Files of Node; everything of the browser-safe entry works on them too.

export { type FileSource, openFile } from "./node/file-source.ts";
export { type EmbeddingFile, openEmbeddingFile } from "./node/open-embedding-file.ts";
export { sha256OfFile } from "./node/sha256-of-file.ts";
export { formatOfPath, type WriteEmbeddingFileOptions, writeEmbeddingFile } from "./node/write-embedding-file.ts";
export { type WriteFileOptions, writeFileAtomic, writeFilesAtomic } from "./node/write-file-atomic.ts";
export { writeNpyFile } from "./node/write-npy-file.ts";
