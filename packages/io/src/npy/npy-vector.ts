// One-dimensional .npy arrays: ids, labels, maps from captions to images.

import type { ByteSource } from "../byte-source.ts";
import { decode } from "../element-type.ts";
import type { NamedVector } from "../embeddings.ts";
import { elementTypeOf } from "./descr.ts";
import { malformed, type NpyHeader } from "./header.ts";
import { assertSize } from "./open-npy.ts";

/** Numbers of any type that matrices have, and text (`<U…`, `|S…`). Throws InputError E_FORMAT for other types and sizes. */
export function npyVector(source: ByteSource, header: NpyHeader, name: string): NamedVector {
  const length = header.shape[0]!;
  const [, kind, width] = /^[<|]([US])(\d+)$/.exec(header.descr) ?? [];
  if (kind !== undefined) {
    const text = { wide: kind === "U", width: Number(width) };
    const bytes = text.width * (text.wide ? 4 : 1);
    assertSize(source.name, source.size, header, bytes);
    const read = async (): Promise<readonly string[]> =>
      decodeText(source, await source.read(header.dataOffset, length * bytes), length, text);
    return { kind: "string", name, length, read };
  }
  const type = elementTypeOf(source.name, header.descr);
  assertSize(source.name, source.size, header, type.bytes);
  return {
    kind: "number",
    name,
    length,
    async read() {
      const values = Float64Array.from(decode(type, await source.read(header.dataOffset, length * type.bytes), length));
      const row = type.name.endsWith("int64") ? values.findIndex(Number.isNaN) : -1;
      if (row < 0) return values;
      throw malformed(source.name, "an array of integers from -2^53 to 2^53", `one beyond them at ${row}`);
    },
  };
}

/** Fixed-width text, padded with zeros: UCS-4 code points, or bytes of Latin letters. */
function decodeText(
  source: ByteSource,
  bytes: Uint8Array,
  length: number,
  { wide, width }: { readonly wide: boolean; readonly width: number },
): readonly string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length }, (_, row) => {
    let text = "";
    for (let place = 0; place < width; place++) {
      const at = row * width + place;
      const code = wide ? view.getUint32(4 * at, true) : bytes[at]!;
      if (code > 0x10ffff) throw malformed(source.name, "an array of text", `code point ${code} in row ${row}`);
      text += String.fromCodePoint(code);
    }
    return text.replace(/\0+$/, "");
  });
}
