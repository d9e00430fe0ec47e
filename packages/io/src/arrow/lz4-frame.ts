// LZ4 frames, which Arrow packs buffers in. Blocks may refer to earlier ones, so they are unpacked into one array.

const magic = 0x184d2204;

/**
 * The contents of a frame that unpacks to `size` bytes. Checksums inside are not compared.
 *
 * Throws: Error saying what is wrong.
 * Source: the LZ4 frame and block formats.
 */
export function decodeLz4Frame(bytes: Uint8Array, size: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic) throw new Error("no LZ4 frame");
  const flags = view.getUint8(4);
  if (flags >> 6 !== 1) throw new Error(`an LZ4 frame of version ${flags >> 6}`);
  const [hasChecksums, hasSize, hasDictionary] = [flags & 16, flags & 8, flags & 1];
  if (hasDictionary) throw new Error("an LZ4 frame with a dictionary");
  const out = new Uint8Array(size);
  let [at, done] = [hasSize ? 15 : 7, 0];
  for (;;) {
    const header = view.getUint32(at, true);
    at += 4;
    if (header === 0) break;
    const length = header & 0x7fffffff;
    if (at + length > bytes.length) throw new Error("an LZ4 block cut off");
    const block = bytes.subarray(at, at + length);
    if (header >>> 31) {
      if (done + length > size) throw new Error(`more than ${size} bytes in an LZ4 frame`);
      out.set(block, done);
      done += length;
    } else done = unpackBlock(block, out, done);
    at += length + (hasChecksums ? 4 : 0);
  }
  if (done !== size) throw new Error(`${done} bytes in an LZ4 frame of ${size}`);
  return out;
}

/** Runs of literal bytes, each but the last followed by a copy of what was written before. */
function unpackBlock(block: Uint8Array, out: Uint8Array, start: number): number {
  let [at, done] = [0, start];
  const byte = (): number => {
    if (at >= block.length) throw new Error("an LZ4 block cut off");
    return block[at++]!;
  };
  const longer = (length: number): number => {
    if (length < 15) return length;
    let sum = length;
    for (let more = 255; more === 255; sum += more) more = byte();
    return sum;
  };
  while (at < block.length) {
    const token = byte();
    const literals = longer(token >> 4);
    if (at + literals > block.length || done + literals > out.length) throw new Error("LZ4 literals too long");
    out.set(block.subarray(at, at + literals), done);
    at += literals;
    done += literals;
    if (at === block.length) break;
    const offset = byte() | (byte() << 8);
    const length = longer(token & 15) + 4;
    if (offset === 0 || offset > done || done + length > out.length) throw new Error("an LZ4 copy from nowhere");
    // Byte by byte, because a copy may overlap what it writes.
    for (let k = 0; k < length; k++, done++) out[done] = out[done - offset]!;
  }
  return done;
}
