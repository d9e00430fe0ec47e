// Nothing but numbers, as float32 one behind the other; how many belong to a row has to be said.

import { InputError } from "@nce-geometry/tensor";
import { elementTypes } from "../element-type.ts";
import { malformedFile } from "../malformed.ts";
import type { Format } from "../open-embeddings.ts";
import { stridedRows } from "../strided-rows.ts";

/** Little-endian float32 without a header; never recognised, always asked for. */
export const rawFormat: Format = {
  names: ["raw"],
  recognise: () => undefined,
  async open(source, _format, { dim }) {
    if (!Number.isSafeInteger(dim) || dim! < 1) {
      const [expected, received] = ["an integer >= 1, the numbers per row of a raw file", String(dim)];
      throw new InputError({ code: "E_OPTION", where: "openEmbeddings", argument: "dim", expected, received });
    }
    const width = 4 * dim!;
    if (source.size % width !== 0) {
      const received = `${source.size} bytes, ${source.size % width} more than ${Math.floor(source.size / width)} rows`;
      throw malformedFile("openEmbeddings", source.name, `whole rows of ${dim} float32 numbers`, received);
    }
    const place = { rows: source.size / width, dim: dim!, offset: 0, rowStride: dim!, columnStride: 1 };
    const matrix = { ...stridedRows(source, { ...place, type: elementTypes.float32 }), name: "0" };
    return { format: "raw", source: source.name, bytes: source.size, matrices: [matrix], vectors: [], notes: [] };
  },
};
