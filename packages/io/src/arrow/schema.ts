// The columns of an Arrow file, and where their buffers stand among those of a batch.

import type { ElementTypeName } from "../element-type.ts";
import type { Table } from "./flatbuffer.ts";

export type ColumnKind = "numbers" | "texts" | "list" | "fixed" | "other";

export interface Column {
  /** `a.b` for field b of a struct a. */
  readonly name: string;
  readonly kind: ColumnKind;
  /** Of numbers, and of those in lists. */
  readonly element: ElementTypeName | undefined;
  /** Length of lists of fixed size. */
  readonly size: number;
  /** Bytes of an offset: 4, or 8 in the large forms; 0 for views. */
  readonly offsetBytes: 0 | 4 | 8;
  /** Type in words, for notes. */
  readonly type: string;
  /** Index of its node, and of its first buffer save for those of views before it. */
  readonly node: number;
  readonly buffer: number;
  /** Views before it, which have as many buffers as each batch says. */
  readonly viewsBefore: number;
  /** Nodes of the structs around it. */
  readonly parents: readonly number[];
}

const typeNames = [
  ...["none", "null", "integers", "floats", "binary", "text", "truth values", "decimals", "dates", "times"],
  ...["timestamps", "intervals", "lists", "struct", "union", "fixed-size binary", "fixed-size lists", "map"],
  ...["durations", "large binary", "large text", "large lists", "run-end encoded", "binary views", "text views"],
];
const [binary, utf8, list, struct, union, fixedList, largeBinary, largeUtf8, largeList] = [
  4, 5, 12, 13, 14, 16, 19, 20, 21,
];
const [binaryView, utf8View] = [23, 24];

/** All columns of a schema. Throws Error for what cannot even be skipped. */
export function columnsOf(schema: Table): readonly Column[] {
  if (schema.int16(0) !== 0) throw new Error("big-endian numbers");
  const walker = { node: 0, buffer: 0, views: 0 };
  return schema.tables(1).flatMap((field) => walk(field, walker, { name: [], parents: [], depth: 0 }));
}

interface Walker {
  node: number;
  buffer: number;
  views: number;
}
interface Above {
  readonly name: readonly string[];
  readonly parents: readonly number[];
  readonly depth: number;
}

function walk(field: Table, walker: Walker, { name: path, parents, depth }: Above): Column[] {
  if (depth > 16) throw new Error("a schema nested without end");
  const name = [...path, field.text(0)];
  const isDictionary = field.at(4) !== 0;
  const type = field.uint8(2);
  const children = field.tables(5);
  const [node, buffer, viewsBefore] = [walker.node, walker.buffer, walker.views];
  const own = buffersOf(type, isDictionary);
  if (own === undefined) throw new Error(`column ${name.join(".")} of ${typeNames[type] ?? `type ${type}`}`);
  walker.node++;
  walker.buffer += own;
  if (!isDictionary && (type === binaryView || type === utf8View)) walker.views++;
  const column = {
    name: name.join("."),
    node,
    buffer,
    viewsBefore,
    parents,
    type: isDictionary ? "a dictionary" : typeNames[type]!,
  };
  const inner = { name, parents: [...parents, node], depth: depth + 1 };
  if (isDictionary) return [{ ...column, kind: "other", element: undefined, size: 0, offsetBytes: 0 }];
  if (type === struct) return children.flatMap((child) => walk(child, walker, inner));
  const below = children.flatMap((child) => walk(child, walker, inner));
  const element = elementOf(field);
  const [only] = below;
  const isList = type === list || type === largeList || type === fixedList;
  const kind: ColumnKind =
    element !== undefined
      ? "numbers"
      : type === utf8 || type === largeUtf8 || type === utf8View
        ? "texts"
        : isList && children.length === 1 && below.length === 1 && only!.kind === "numbers"
          ? type === fixedList
            ? "fixed"
            : "list"
          : "other";
  const offsetBytes = type === largeUtf8 || type === largeList ? 8 : type === utf8View ? 0 : 4;
  const size = type === fixedList ? (field.table(3)?.int32(0) ?? 0) : 0;
  return [{ ...column, kind, element: element ?? (isList ? only?.element : undefined), size, offsetBytes }];
}

/** Buffers of a column itself, without its children; undefined for types whose layout is not known here. */
function buffersOf(type: number, isDictionary: boolean): number | undefined {
  if (isDictionary) return 2;
  if (type === 1) return 0;
  if ([struct, fixedList].includes(type)) return 1;
  if ([binary, utf8, largeBinary, largeUtf8].includes(type)) return 3;
  if (type === union || type === 22 || type > utf8View || type < 1) return undefined;
  // Validity and offsets of lists and maps, validity and values of everything else.
  return 2;
}

function elementOf(field: Table): ElementTypeName | undefined {
  const type = field.uint8(2);
  const details = field.table(3);
  if (type === 3) return (["float16", "float32", "float64"] as const)[details?.int16(0) ?? 0];
  if (type !== 2) return undefined;
  const name = `${details?.uint8(1) ? "int" : "uint"}${details?.int32(0) ?? 0}`;
  const known = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"] as const;
  return known.find((found) => found === name);
}
