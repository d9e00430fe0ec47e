import { InputError } from "@nce-geometry/tensor";
import { firstLine } from "./initialise.ts";

/** What `load` imports; E_BACKEND that names the package and the remedy when it cannot be had. */
export async function importPeer<T>(
  where: string,
  packageName: string,
  hint: string,
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const received = `a failed import: ${firstLine(cause)}`;
    const details = {
      code: "E_BACKEND",
      where,
      argument: packageName,
      expected: "installed and working",
      received,
      hint,
    } as const;
    throw new InputError(details, { cause });
  }
}
