/** The style of all our renderers: JupyterLab's variables if they exist, else our own values. */
export const css = `
:host, .fbf {
  --text: var(--jp-ui-font-color1, #1b1f24); --muted: var(--jp-ui-font-color2, #59636e);
  --line: var(--jp-border-color2, #d0d7de); --back: var(--jp-layout-color0, #ffffff);
  --raised: var(--jp-layout-color2, #f3f4f6); --focus: var(--jp-focus-outline-color, #0550ae);
  --bad: #b3261e; --open: #8a5a00; --good: #1a6e34; --warn: #d97706;
  color: var(--text); font: 13px/1.45 Inter, system-ui, "DejaVu Sans", sans-serif; display: block;
}
:host(.dark) {
  --text: var(--jp-ui-font-color1, #e6e8ea); --muted: var(--jp-ui-font-color2, #9aa4ae);
  --line: var(--jp-border-color2, #3a4149); --back: var(--jp-layout-color0, #16191d);
  --raised: var(--jp-layout-color2, #23282e); --focus: var(--jp-focus-outline-color, #79b8ff);
  --bad: #ff9a8f; --open: #f0c060; --good: #7fd69a; --warn: #f0a040;
}
.card { background: var(--back); padding: 8px; overflow: hidden; }
h2 { font-size: 15px; margin: 0 0 2px; } p { margin: 0 0 6px; } .how { color: var(--muted); font-size: 12px; margin: 6px 0 0; }
.warning { border-left: 3px solid var(--warn); padding: 2px 8px; margin: 0 0 6px; }
.warning p { margin: 4px 0 0; } summary { cursor: pointer; }
.bar { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin: 4px 0; }
.bar .grow { flex: 1; }
button { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--line); border-radius: 4px; padding: 2px 9px; cursor: pointer; }
button[aria-pressed="true"] { border-color: var(--focus); box-shadow: inset 0 0 0 1px var(--focus); }
button[hidden] { display: none; }
input { font: inherit; color: inherit; background: var(--back); border: 1px solid var(--line); border-radius: 4px; padding: 2px 6px; width: 16em; }
:is(button, input, canvas, .table):focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
.flame { overflow-x: hidden; overflow-y: auto; position: relative; }
.flame canvas { position: sticky; top: 0; left: 0; display: block; cursor: pointer; }
.heat canvas { display: block; cursor: crosshair; touch-action: none; }
.note, .matched { color: var(--muted); font-size: 12px; }
.details { min-height: 2.9em; font-size: 12.5px; white-space: pre-line; overflow-wrap: anywhere; }
.details b { font-weight: 600; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 12px; font-size: 12px; color: var(--muted); }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 4px; vertical-align: -1px; }
.table { overflow: auto; border: 1px solid var(--line); container-type: inline-size; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-variant-numeric: tabular-nums; font-size: 12.5px; }
thead th { position: sticky; top: 0; background: var(--raised); text-align: left; padding: 0; border-bottom: 1px solid var(--line); }
th button { border: 0; background: none; width: 100%; text-align: inherit; font-weight: 600; white-space: nowrap; }
td { height: 23px; line-height: 23px; padding: 0 9px; white-space: nowrap; max-width: 60em; overflow: hidden; text-overflow: ellipsis; border-bottom: 1px solid color-mix(in srgb, var(--line) 45%, transparent); }
.few td { vertical-align: top; }
.few td.text { white-space: normal; overflow-wrap: break-word; height: auto; line-height: 1.35; padding: 4px 9px; }
.few td.long { min-width: 13em; max-width: 40em; }
.under { display: none; } .few .under td { height: auto; padding-top: 0; } .few .below { color: var(--muted); } .below b { font-weight: 600; color: var(--text); }
@container (min-width: 1001px) { .few td.long:not(.aside) { min-width: 22em; } }
@container (max-width: 1000px) { .few .aside { display: none; } .few .under { display: table-row; } .few tr:has(+ .under) td { border-bottom: 0; } }
@container (max-width: 640px) { .few td.long { min-width: 8em; } .few td.long, .few td.below { overflow-wrap: anywhere; } .few td.text, td, th button { padding-left: 5px; padding-right: 5px; } }
.badge { font-weight: 600; white-space: nowrap; }
.badge.cause, .badge.suspect { color: var(--bad); } .badge.undecided { color: var(--open); }
.badge.not-checked { color: var(--muted); } .badge.cleared { color: var(--good); }
td.number, th.number { text-align: right; }
tbody tr:not(.spacer):hover, tr:hover + .under, tr:has(+ .under:hover) { background: var(--raised); }
.spacer { border: 0; }
.live { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
[hidden] { display: none !important; }
`;
