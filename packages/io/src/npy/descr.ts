// The element type of a .npy file.

import { InputError } from "@nce-geometry/tensor";
import { type ElementType, elementTypes } from "../element-type.ts";

const { float16, float32, float64, int8, int16, int32, int64, uint8, uint16, uint32, uint64 } = elementTypes;

/** Kind and bytes, as NumPy writes them. */
const byCode: Readonly<Record<string, ElementType>> = {
  ...{ f2: float16, f4: float32, f8: float64 },
  ...{ i1: int8, i2: int16, i4: int32, i8: int64 },
  ...{ u1: uint8, u2: uint16, u4: uint32, u8: uint64 },
};

/** The element type of a `descr` such as `<f4`. Throws InputError E_FORMAT, with the remedy, for what is not read. */
export function elementTypeOf(name: string, descr: string): ElementType {
  const [, order, code] = /^([<>|=])([a-zA-Z]\d*)$/.exec(descr) ?? [];
  const type = code === undefined ? undefined : byCode[code];
  if (type && (order !== ">" || type.bytes === 1)) return type;
  throw new InputError({
    code: "E_FORMAT",
    where: "openNpy",
    argument: name,
    expected: "an array of little-endian floats (f2, f4, f8) or integers (i1 … i8, u1 … u8)",
    received: `dtype ${JSON.stringify(descr)}`,
    hint: remedyFor(descr),
  });
}

/** By the kind of the type, the first letter of its name in NumPy. */
function remedyFor(descr: string): string {
  const save = (expression: string): string => `In Python: np.save(path, ${expression}).`;
  switch (/[a-zA-Z]/.exec(descr)?.[0]) {
    case "f":
    case "i":
    case "u":
      return descr.startsWith(">") ? save('a.astype(a.dtype.newbyteorder("<"))') : save("a.astype(np.float64)");
    case "b":
      return `Truth values are not coordinates. ${save("a.astype(np.uint8)")}`;
    case "c":
      return save("np.concatenate([a.real, a.imag], axis=-1)");
    case "O":
      return `Object arrays hold pickled Python objects, which are never executed. ${save("np.stack(list(a)).astype(np.float32)")}`;
    default:
      return "Embeddings are numbers: save the array of vectors.";
  }
}
