// The page in front of several experiments.

import { html } from "../report/html.ts";
import { shell } from "../report/shell.ts";
import type { Story } from "./story.ts";

/** One section per experiment, with what it found. */
export function indexPage(
  command: string,
  told: readonly { readonly id: string; readonly title: string; readonly story: Story }[],
  version: string,
): string {
  const title = command === "reproduce" ? "The paper's experiments, run again" : "Open questions, mapped";
  return shell(
    title,
    html`<p class="muted">The Geometric Mechanics of Contrastive Representation Learning, arXiv:2601.19597. nce-geometry ${version}.</p>
${told.map(
  ({ id, title: name, story }) => html`<h2><a href="${id}/index.html">${id}: ${name}</a></h2>
<p>${story.question}</p>
<ul class="findings">${story.findings.map((text) => html`<li class="notice">${text}</li>`)}</ul>
`,
)}`,
  );
}
