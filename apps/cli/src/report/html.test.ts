import { expect, test } from "vitest";
import { html, raw } from "./html.ts";

test("text is escaped, markup and lists of markup are not", () => {
  const name = `<script>"a" & 'b'`;
  expect(html`<p title="${name}">${name}</p>`.text).toBe(
    '<p title="&#60;script&#62;&#34;a&#34; &#38; &#39;b&#39;">&#60;script&#62;&#34;a&#34; &#38; &#39;b&#39;</p>',
  );
  expect(html`<ul>${["a", "<"].map((x) => html`<li>${x}</li>`)}${undefined}${0}${raw("<hr>")}</ul>`.text).toBe(
    "<ul><li>a</li><li>&#60;</li>0<hr></ul>",
  );
});
