import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { unreadable } from "./file-source.ts";

/** SHA-256 of a file's bytes in hexadecimal, streamed. Throws InputError E_FILE when it cannot be read. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk);
  } catch (error) {
    throw unreadable(path, error);
  }
  return hash.digest("hex");
}
