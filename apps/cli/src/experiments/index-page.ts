// The page in front of several experiments.

import { html, raw } from "../report/html.ts";
import { style } from "../report/style.ts";
import type { Story } from "./story.ts";

/** One section per experiment, with what it found. */
export function indexPage(
  command: string,
  told: readonly { readonly id: string; readonly title: string; readonly story: Story }[],
  version: string,
): string {
  const title = command === "reproduce" ? "The paper's experiments, run again" : "Open questions, mapped";
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="muted">The Geometric Mechanics of Contrastive Representation Learning, arXiv:2601.19597. nce-geometry ${version}.</p>
${told.map(
  ({ id, title: name, story }) => html`<h2><a href="${id}/index.html">${id}: ${name}</a></h2>
<p>${story.question}</p>
<ul class="findings">${story.findings.map((text) => html`<li class="notice">${text}</li>`)}</ul>
`,
)}
</main>
</body>
</html>
`.text;
}
