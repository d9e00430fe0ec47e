// Markup as data: everything interpolated is escaped, save what is markup already.

const isMarkup: unique symbol = Symbol("markup");

export interface Markup {
  readonly [isMarkup]: true;
  readonly text: string;
}
type Child = Markup | string | number | undefined | readonly Child[];

/** Text that is markup already, such as an SVG. */
export function raw(text: string): Markup {
  return { [isMarkup]: true, text };
}

export function html(strings: TemplateStringsArray, ...children: readonly Child[]): Markup {
  return raw(String.raw({ raw: strings }, ...children.map(render)));
}

function render(child: Child): string {
  if (child === undefined) return "";
  if (typeof child === "number") return String(child);
  if (typeof child === "string") return escapeText(child);
  return isMarkup in child ? child.text : child.map(render).join("");
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
