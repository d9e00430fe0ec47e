// Formats that are not read here, recognised by their first bytes, with the line of Python that converts them.

interface ForeignFormat {
  readonly name: string;
  readonly matches: (start: Uint8Array) => boolean;
  readonly convert: string;
}

const save = "np.save('embeddings.npy', a)";

const formats: readonly ForeignFormat[] = [
  {
    name: "a Feather file of version 1",
    matches: (start) => text(start, 0, 4) === "FEA1",
    convert: `a = np.stack(pd.read_feather(path)['COLUMN']).astype(np.float32); ${save}`,
  },
  {
    name: "an HDF5 file",
    matches: (start) => text(start, 1, 4) === "HDF",
    convert: `a = h5py.File(path)['NAME'][...]; ${save}`,
  },
  {
    name: "a pickle",
    matches: (start) => start[0] === 0x80 && start[1]! >= 2 && start[1]! <= 5,
    convert: `a = np.asarray(pickle.load(open(path, 'rb'))); ${save}`,
  },
];

/** What the file looks like and how to convert it, from its first bytes; undefined when they are not known. */
export function recogniseForeignFormat(
  start: Uint8Array,
): { readonly name: string; readonly hint: string } | undefined {
  const format = formats.find(({ matches }) => matches(start));
  return format && { name: format.name, hint: `Convert it in Python: ${format.convert}.` };
}

function text(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
