// The columns of a Parquet file as its schema nests them: values, and lists of values.

import type { ParquetType, SchemaTree } from "hyparquet";

export type LeafKind = "float16" | "float32" | "float64" | "int32" | "uint32" | "int64" | "uint64" | "string";

export interface Leaf {
  /** Names of the groups that lead here, without those that only make a list. */
  readonly name: string;
  /** As the file calls it. */
  readonly path: string;
  readonly type: ParquetType;
  readonly typeLength: number | undefined;
  /** What its values are; undefined for what is not read. */
  readonly kind: LeafKind | undefined;
  /** Lists around each value: 0 or 1; more are not read. */
  readonly lists: number;
  /** Definition level of a value that is there. */
  readonly maxDefinition: number;
  /** Definition level of a list that has elements. */
  readonly listDefinition: number;
  /** What it is, for a note when it is not read. */
  readonly description: string;
}

/** All leaves below the root. */
export function leavesOf(root: SchemaTree): Leaf[] {
  return root.children.flatMap((child) => walk(child, { path: [], name: [], definition: 0, lists: 0, list: 0 }));
}

interface Above {
  readonly path: readonly string[];
  readonly name: readonly string[];
  readonly definition: number;
  readonly lists: number;
  readonly list: number;
}

function walk({ element, children }: SchemaTree, above: Above): Leaf[] {
  const path = [...above.path, element.name];
  const definition = above.definition + (element.repetition_type === "REQUIRED" ? 0 : 1);
  const isRepeated = element.repetition_type === "REPEATED";
  // The repeated group of a list and its element are named by convention only; a repeated leaf names itself.
  const isWrapper = (isRepeated && children.length > 0) || (above.lists > 0 && children.length === 0 && !isRepeated);
  const name = isWrapper ? above.name : [...above.name, element.name];
  // A list of records is no list of numbers, however many lists its leaves are in.
  const lists = above.lists + (isRepeated ? 1 : 0) + (isRepeated && children.length > 1 ? 1 : 0);
  const here: Above = { path, name, definition, lists, list: isRepeated ? definition : above.list };
  if (children.length > 0) return children.flatMap((child) => walk(child, here));
  const type = element.type;
  if (!type) return [];
  const annotation = element.logical_type?.type ?? element.converted_type;
  return [
    {
      name: name.join("."),
      path: path.join("."),
      type,
      typeLength: element.type_length,
      kind: kindOf(type, annotation, element),
      lists,
      maxDefinition: definition,
      listDefinition: here.list,
      description: `${annotation ?? type}${element.type_length ? ` of ${element.type_length} bytes` : ""}${lists > 1 ? " in nested lists" : ""}`,
    },
  ];
}

function kindOf(
  type: ParquetType,
  annotation: string | undefined,
  { type_length, converted_type, logical_type }: SchemaTree["element"],
): LeafKind | undefined {
  if (annotation === "DECIMAL") return undefined;
  const isUnsigned =
    (logical_type?.type === "INTEGER" && !logical_type.isSigned) || converted_type?.startsWith("UINT_") === true;
  if (type === "FLOAT") return "float32";
  if (type === "DOUBLE") return "float64";
  if (type === "INT32") return isUnsigned ? "uint32" : "int32";
  if (type === "INT64") return isUnsigned ? "uint64" : "int64";
  if (type === "BYTE_ARRAY") return annotation === "BSON" ? undefined : "string";
  return type === "FIXED_LEN_BYTE_ARRAY" && annotation === "FLOAT16" && type_length === 2 ? "float16" : undefined;
}
