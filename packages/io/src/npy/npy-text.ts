// One-dimensional .npy arrays of text: ids, labels.

import type { ByteSource } from "../byte-source.ts";
import type { NamedStrings } from "../embeddings.ts";
import { malformed, type NpyHeader } from "./header.ts";
import { assertSize } from "./open-npy.ts";

/** The column of an array of text (`<U…`, `|S…`); undefined for another type. Throws InputError E_FORMAT for a wrong size. */
export function npyText(source: ByteSource, header: NpyHeader, name: string): NamedStrings | undefined {
  const [, kind, width] = /^[<|=]([US])(\d{1,9})$/.exec(header.descr) ?? [];
  if (kind === undefined || header.shape.length !== 1 || header.shape[0] === 0) return undefined;
  const length = header.shape[0]!;
  const text = { wide: kind === "U", width: Number(width) };
  const bytes = text.width * (text.wide ? 4 : 1);
  assertSize(source.name, source.size, header, bytes);
  const read = async (): Promise<readonly string[]> =>
    decodeText(source, await source.read(header.dataOffset, length * bytes), length, text);
  return { kind: "string", name, length, read };
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
