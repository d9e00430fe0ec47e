// What all figures share: their options, the checks of these, and the outer SVG element.

import { assertLabel, assertRecord, fail, shown } from "./check-data.ts";
import { escapeXml, lineHeight, tag, textLines } from "./svg.ts";
import { wrapText } from "./text.ts";
import { defaultTheme, type FigureTheme } from "./theme.ts";

/** What a figure needs of a DOM: `window.document` and linkedom's `document` both have it. Nothing is added to the page. */
export interface FigureDocument {
  readonly documentElement: unknown;
  createElementNS(namespace: string, name: string): unknown;
}

/** Options of every figure. */
export interface FigureOptions {
  /** Any DOM document, used to make elements. */
  readonly document: FigureDocument;
  /** Width in px, 360 to 4000; the height follows from the content. @defaultValue 720 */
  readonly width?: number;
  /** Prefix of the ids inside the SVG, unique on its page. @defaultValue a name per kind of figure */
  readonly id?: string;
  /** Title, printed above the figure and its accessible name. @defaultValue none printed; the name is written from the data */
  readonly title?: string;
  /** Accessible description of the figure. @defaultValue written from the data, with its main numbers */
  readonly description?: string;
  /** Colours and font that differ from {@link defaultTheme}. */
  readonly theme?: Partial<FigureTheme>;
}

/** Checked options with their defaults filled in. */
export interface FigureContext {
  readonly document: FigureDocument;
  readonly width: number;
  readonly id: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly theme: FigureTheme;
}

/** The markup inside a figure and the height it takes in px. */
export interface FigureLayout {
  readonly height: number;
  readonly body: readonly string[];
}

/** A figure laid out, still without its outer element. */
export interface FigureContent extends FigureLayout {
  readonly title: string;
  readonly description: string;
}

/** Font size of labels in px. */
export const labelSize = 12;

/** Font size of ticks and notes in px. */
export const smallSize = 11;

/** Least distance in px of text from the edge of the figure. */
export const edge = 8;

/** Checks the options of the figure function `where`. */
export function figureContext(where: string, options: FigureOptions, defaultId: string): FigureContext {
  assertRecord(where, "options", options);
  const { document, width = 720, id = defaultId, title, description, theme = {} } = options;
  if (typeof document?.createElementNS !== "function") {
    const hint = "Pass window.document, or linkedom's parseHTML(…).document outside a browser.";
    fail("E_OPTION", where, "document", "a DOM document", shown(document), hint);
  }
  if (!(width >= 360 && width <= 4000)) fail("E_OPTION", where, "width", "a number of px in [360, 4000]", shown(width));
  if (typeof id !== "string" || !/^[A-Za-z][\w.-]*$/.test(id)) {
    fail("E_OPTION", where, "id", "a letter followed by letters, digits, `_`, `.` or `-`", shown(id));
  }
  if (title !== undefined) assertLabel(where, "title", title);
  if (description !== undefined) assertLabel(where, "description", description);
  return { document, width, id, title, description, theme: checkedTheme(where, theme) };
}

/** The SVG document of a figure. */
export function figureMarkup(context: FigureContext, content: FigureContent): string {
  const { width, id, theme } = context;
  const heading = printedTitle(context);
  const height = Math.ceil(content.height) + heading.height;
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-labelledby": `${id}-title`,
    "aria-describedby": `${id}-desc`,
    "font-family": theme.fontFamily,
    fill: theme.ink,
    style: "max-width:100%;height:auto",
  };
  return tag(
    "svg",
    attributes,
    tag("title", { id: `${id}-title` }, escapeXml(context.title ?? content.title)),
    tag("desc", { id: `${id}-desc` }, escapeXml(context.description ?? content.description)),
    tag("rect", { width, height, fill: theme.background }),
    ...heading.markup,
    ...(heading.height === 0
      ? content.body
      : [tag("g", { transform: `translate(0,${heading.height})` }, ...content.body)]),
  );
}

/** The title in lines that fit, and the room that they take. */
function printedTitle({ title, width }: FigureContext): {
  readonly markup: readonly string[];
  readonly height: number;
} {
  if (title === undefined) return { markup: [], height: 0 };
  const [size, left, margin] = [15, 12, 12];
  // Bold letters are some 8 % wider than those that are measured.
  const lines = wrapText(title, width - 2 * left, size * 1.08, 3);
  const room = lines.length * size * lineHeight;
  const markup = textLines(lines, left, margin + room / 2, { size, weight: 600, full: title });
  return { markup: [markup], height: Math.ceil(margin + room) };
}

function checkedTheme(where: string, changes: Partial<FigureTheme>): FigureTheme {
  assertRecord(where, "theme", changes);
  const theme = { ...defaultTheme };
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    const argument = `theme.${key}`;
    if (!(key in defaultTheme))
      fail("E_OPTION", where, "theme", `made of ${Object.keys(defaultTheme).join(", ")}`, shown(key));
    if (key === "fontFamily") assertLabel(where, argument, value);
    else if (!/^#(?:[\da-f]{3}|[\da-f]{6})$/i.test(String(value))) {
      fail("E_OPTION", where, argument, "a hexadecimal colour such as #0072b2", shown(value));
    }
    Object.assign(theme, { [key]: value });
  }
  return theme;
}
