import type { Format } from "../open-embeddings.ts";

/**
 * A file begins with ARROW1, a stream with a message: four bytes of ones, a length, a table. The reader and its libraries are loaded
 * with the first file.
 */
export const arrowFormat: Format = {
  names: ["arrow"],
  recognise: (start) => {
    const isFile = String.fromCharCode(...start.subarray(0, 6)) === "ARROW1";
    const isStream = start.length > 12 && [0, 1, 2, 3].every((place) => start[place] === 0xff) && start[7] === 0;
    return isFile || isStream ? "arrow" : undefined;
  },
  open: async (source) => (await import("./open-arrow.ts")).openArrow(source),
};
