// SVG markup as strings, and the markup of a DOM subtree in one canonical form.

/** Attributes of an element; `undefined` leaves one out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** How a line of text is set. */
export interface TextStyle {
  readonly anchor?: "start" | "middle" | "end";
  readonly size?: number;
  readonly fill?: string;
  readonly weight?: number;
  /** Colour of a halo that keeps text readable over marks. */
  readonly halo?: string;
  /** The whole text where the lines shown are shortened. */
  readonly full?: string;
}

/** Height of a line of text in em. */
export const lineHeight = 1.25;

/** One element with its children, all already markup. */
export function tag(name: string, attributes: Attributes, ...children: readonly string[]): string {
  let head = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) head += ` ${key}="${typeof value === "number" ? coordinate(value) : escapeXml(value)}"`;
  }
  const inner = children.join("");
  return inner === "" ? `${head}/>` : `${head}>${inner}</${name}>`;
}

/** Lines of text centred vertically on `y`. */
export function textLines(lines: readonly string[], x: number, y: number, style: TextStyle = {}): string {
  const { anchor = "start", size = 12, fill, weight, halo, full } = style;
  const step = size * lineHeight;
  // 0.35 em from the middle of a line down to its baseline.
  const first = y - ((lines.length - 1) * step) / 2 + 0.35 * size;
  const attributes: Attributes = {
    "text-anchor": anchor === "start" ? undefined : anchor,
    "font-size": size,
    "font-weight": weight,
    fill,
    stroke: halo,
    "stroke-width": halo === undefined ? undefined : 3,
    "stroke-linejoin": halo === undefined ? undefined : "round",
    "paint-order": halo === undefined ? undefined : "stroke",
  };
  const shortened = full !== undefined && lines.at(-1)!.endsWith("…") && !full.endsWith("…");
  const whole = shortened ? tag("title", {}, escapeXml(full)) : "";
  if (lines.length === 1) return tag("text", { x, y: first, ...attributes }, whole, escapeXml(lines[0]!));
  const spans = lines.map((line, i) => tag("tspan", { x, y: first + i * step }, escapeXml(line)));
  return tag("text", attributes, whole, ...spans);
}

/** `text` with the five characters that XML reserves replaced. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** A coordinate in px with at most two decimals, enough for print and equal on every engine. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100 + 0);
}

/** The part of a DOM node that {@link markupOf} reads. */
export interface MarkupNode {
  readonly nodeType: number;
  readonly localName?: string;
  readonly nodeValue: string | null;
  readonly childNodes: ArrayLike<MarkupNode>;
  readonly attributes?: ArrayLike<{ readonly name: string; readonly value: string }>;
}

const geometry: ReadonlySet<string> = new Set("d transform x y x1 x2 y1 y2 cx cy r width height points".split(" "));
const dropped: ReadonlySet<string> = new Set(["class", "xmlns", "style"]);

/** Canonical markup of a node: attributes sorted, coordinates rounded, so that every DOM gives the same bytes. */
export function markupOf(node: MarkupNode): string {
  if (node.nodeType === 3) return escapeXml(node.nodeValue ?? "");
  const name = node.localName;
  if (node.nodeType !== 1 || name === undefined || name === "style") return "";
  const attributes = Array.from(node.attributes ?? [], ({ name, value }) => [name, value] as const)
    .filter(([name]) => !dropped.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [name, geometry.has(name) ? roundNumbers(value) : value] as const);
  return tag(name, Object.fromEntries(attributes), ...Array.from(node.childNodes, markupOf));
}

function roundNumbers(text: string): string {
  return text.replace(/-?\d*\.?\d+(?:e[-+]?\d+)?/gi, (number) => coordinate(Number(number)));
}
