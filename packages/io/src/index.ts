// Where bytes come from

export { type BlobLike, type ByteSource, blobSource, bytesSource } from "./byte-source.ts";

// Files of any format

export {
  describeMatrix,
  type Embeddings,
  type FormatName,
  type NamedMatrix,
  type NamedNumbers,
  type NamedStrings,
  type NamedVector,
  selectMatrix,
  selectVector,
} from "./embeddings.ts";
export { type OpenEmbeddingsOptions, openEmbeddings } from "./open-embeddings.ts";

// .npy

export type { ElementTypeName } from "./element-type.ts";
export { type EncodeNpyOptions, encodeNpy } from "./npy/encode-npy.ts";
export { type NpyFile, openNpy } from "./npy/open-npy.ts";

// Files of every format from rows

export {
  type EmbeddingContents,
  type EncodeEmbeddingsOptions,
  encodeEmbeddings,
  holdsVector,
  type WritableMatrix,
  type WritableVector,
  type WrittenFormat,
  writtenFormats,
} from "./write/encode-embeddings.ts";
export type { StoredType } from "./write/encode-rows.ts";

// Rows

export { type CheckEmbeddingsOptions, checkEmbeddings } from "./check-embeddings.ts";
export type { DuplicateRows } from "./duplicate-rows.ts";
export { inspectRows, type RowCount, type RowInspection } from "./inspect-rows.ts";
export { loadRows } from "./load-rows.ts";

// Several captions per item

export { type CaptionMapInput, type CaptionMapOptions, joinByIds, readCaptionMap } from "./read-caption-map.ts";
