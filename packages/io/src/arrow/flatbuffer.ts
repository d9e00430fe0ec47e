// Reading tables of FlatBuffers, the part that Arrow's messages need. Every access is inside the bytes or throws RangeError, and no
// vector is longer than the bytes could hold.

export interface Table {
  /** Position of field `id`; 0 when it is not there. */
  at(id: number): number;
  uint8(id: number): number;
  int16(id: number): number;
  int32(id: number): number;
  int64(id: number): number;
  text(id: number): string;
  table(id: number): Table | undefined;
  tables(id: number): readonly Table[];
  /** Pairs of 64-bit integers in a vector of structs of 16 bytes. */
  pairs(id: number): readonly (readonly [number, number])[];
  /** 64-bit integers in a vector. */
  longs(id: number): readonly number[];
  /** The first 64-bit integer of each struct of so many bytes. */
  structs(id: number, width: number): readonly number[];
}

/** The table at the root of the bytes. */
export function rootTable(bytes: Uint8Array): Table {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return tableAt(view, view.getUint32(0, true));
}

function tableAt(view: DataView, start: number): Table {
  const directory = start - view.getInt32(start, true);
  const length = view.getUint16(directory, true);
  const at = (id: number): number => {
    const offset = 4 + 2 * id < length ? view.getUint16(directory + 4 + 2 * id, true) : 0;
    return offset === 0 ? 0 : start + offset;
  };
  const number = (id: number, read: (place: number) => number): number => {
    const place = at(id);
    return place === 0 ? 0 : read(place);
  };
  const target = (place: number): number => place + view.getUint32(place, true);
  /** Places of the elements of a vector. */
  const elements = (id: number, width: number): readonly number[] => {
    const place = at(id);
    if (place === 0) return [];
    const vector = target(place);
    const count = view.getUint32(vector, true);
    if (vector + 4 + count * width > view.byteLength) throw new RangeError(`a vector of ${count} elements`);
    return Array.from({ length: count }, (_, k) => vector + 4 + k * width);
  };
  const long = (place: number): number => Number(view.getBigInt64(place, true));
  return {
    at,
    uint8: (id) => number(id, (place) => view.getUint8(place)),
    int16: (id) => number(id, (place) => view.getInt16(place, true)),
    int32: (id) => number(id, (place) => view.getInt32(place, true)),
    int64: (id) => number(id, long),
    text(id) {
      const bytes = elements(id, 1);
      return new TextDecoder().decode(Uint8Array.from(bytes, (place) => view.getUint8(place)));
    },
    table: (id) => (at(id) === 0 ? undefined : tableAt(view, target(at(id)))),
    tables: (id) => elements(id, 4).map((place) => tableAt(view, target(place))),
    pairs: (id) => elements(id, 16).map((place) => [long(place), long(place + 8)] as const),
    longs: (id) => elements(id, 8).map(long),
    structs: (id, width) => elements(id, width).map(long),
  };
}

// Every platform has it, but neither its DOM nor its Node types belong in this package.
declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}
