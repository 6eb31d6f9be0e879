/**
 * Colours of series: Paul Tol's schemes (bright for light pages, light for dark ones); of heat: his YlOrBr, reversed
 * for dark pages.
 */
export const chartCss = `
:host {
  --c0: #4477aa; --c1: #d1495b; --c2: #228833; --c3: #aa3377; --c4: #a68b00; --c5: #1f9bbf; --c6: #994f00; --rest: #b9bec5;
  --h1: #fee391; --h2: #fec44f; --h3: #fb9a29; --h4: #ec7014; --h5: #cc4c02; --h6: #993404; --h7: #4a1a04;
}
:host(.dark) {
  --c0: #77aadd; --c1: #ff8a99; --c2: #5ec986; --c3: #e08cc4; --c4: #e0cf6a; --c5: #7fdbff; --c6: #dba06a; --rest: #5a626b;
  --h1: #5a2a08; --h2: #8a3a06; --h3: #b84e08; --h4: #e0701a; --h5: #fb9a29; --h6: #fec44f; --h7: #fff1b8;
}
${[0, 1, 2, 3, 4, 5, 6].map((i) => `.c${i} { --own: var(--c${i}); }`).join(' ')} .rest { --own: var(--rest); }
${[1, 2, 3, 4, 5, 6, 7].map((i) => `.h${i} { --own: var(--h${i}); fill: var(--h${i}); }`).join(' ')}
.plot { position: relative; } .plot svg { display: block; overflow: visible; }
.plot svg:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
.axis { margin: 0 0 4px; }
.tick, .panel { fill: var(--muted); font-size: 11px; } .panel { fill: var(--text); font-weight: 600; }
.grid { stroke: var(--line); stroke-opacity: 0.55; } .mark { stroke: var(--line); }
.lines path { fill: none; stroke: var(--own); stroke-width: 1.7; stroke-linejoin: round; stroke-linecap: round; }
.lines path.rest { stroke-width: 1; } .lines.thin path { stroke-width: 1.1; } .lines path.dim { opacity: 0.15; } .lines path.dots { stroke-width: 4; }
.cells { shape-rendering: crispEdges; }
.cross { stroke: var(--text); stroke-opacity: 0.6; pointer-events: none; }
.legend i { background: var(--own); } .legend i.line { width: 16px; height: 3px; vertical-align: 3px; }
.tip { position: absolute; z-index: 2; pointer-events: none; background: var(--back); color: var(--text); border: 1px solid var(--line); border-radius: 4px; box-shadow: 0 2px 8px rgb(0 0 0 / 0.25); padding: 4px 8px; font-size: 12px; max-width: 28em; }
.tip .head { font-weight: 600; } .tip .row { display: flex; gap: 6px; align-items: baseline; }
.tip .row span { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.tip b { font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.tip i { width: 10px; height: 10px; border-radius: 2px; background: var(--own); flex: none; } .tip i.none { display: none; } .tip .more { color: var(--muted); }
.bars { display: grid; grid-template-columns: fit-content(40%) minmax(80px, 1fr) max-content; gap: 4px 8px; align-items: center; max-width: 900px; margin: 4px 0; }
.bars .entry { display: contents; } .bars .name { text-align: right; overflow-wrap: anywhere; } .bars .value { font-variant-numeric: tabular-nums; }
.bars .track { display: block; height: 13px; } .bars .fill { display: block; height: 100%; min-width: 1px; border-radius: 2px; background: var(--c0); } .bars .fill.rest { background: var(--rest); }
`;
