/** The stylesheet of report.html: one column of text, figures of its width, tables that scroll on small screens. */
export const style = `
:root { color-scheme: light; --ink: #1a1a1a; --muted: #5a5a5a; --rule: #d9d9d9; --good: #00694b; --notice: #00507d; --warning: #a04000; --serious: #a3142c; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink); font: 16px/1.55 "Helvetica Neue", Helvetica, Arial, "Liberation Sans", system-ui, sans-serif; }
main { max-width: 800px; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.2rem; margin: 2.6rem 0 .8rem; padding-top: .8rem; border-top: 1px solid var(--rule); }
p { margin: .6rem 0; }
.muted { color: var(--muted); font-size: .9rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: .8rem; margin: 1.6rem 0; }
.tile { border: 1px solid var(--rule); border-radius: 6px; padding: .8rem 1rem; }
.tile b { display: block; font-size: 1.7rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tile span { display: block; color: var(--muted); font-size: .85rem; line-height: 1.35; }
ul.findings { list-style: none; padding: 0; margin: 1rem 0; }
ul.findings li { border-left: 4px solid var(--notice); padding: .1rem 0 .1rem .9rem; margin: .8rem 0; }
ul.findings li.good { border-color: var(--good); }
ul.findings li.warning { border-color: var(--warning); }
ul.findings li.serious { border-color: var(--serious); }
ul.findings li.serious b { color: var(--serious); }
ul.findings p.remedy { margin: .25rem 0 0; }
ul.findings details { margin: .2rem 0 0; color: var(--muted); font-size: .85rem; }
ul.findings details table { width: auto; margin: .2rem 0 .6rem; }
summary { cursor: pointer; }
h3 { font-size: 1rem; margin: 1.6rem 0 .4rem; }
p.brief { font-size: 1.12rem; line-height: 1.5; margin: 1rem 0 1.2rem; }
ul.findings b { font-size: .75rem; text-transform: uppercase; letter-spacing: .04em; color: var(--notice); margin-right: .5rem; }
ul.findings li.good b { color: var(--good); }
ul.findings li.warning b { color: var(--warning); }
figure { margin: 1.8rem 0; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { color: var(--muted); font-size: .9rem; margin-top: .4rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; margin: .4rem 0 1.6rem; }
caption { text-align: left; font-weight: 600; padding: .4rem 0; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
td.number { white-space: nowrap; font-variant-numeric: tabular-nums; }
td.number small, td.note { color: var(--muted); }
code { font-size: .85em; overflow-wrap: anywhere; }
pre { background: #f5f5f5; padding: .8rem 1rem; white-space: pre-wrap; border-radius: 6px; }
@media print { main { max-width: none; padding: 0; } h2 { break-after: avoid; } figure, table { break-inside: avoid; } }
`;
