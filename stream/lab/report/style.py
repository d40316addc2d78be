"""How the page looks: one set of colours for each scheme, system fonts, no image and no font of its own."""

from __future__ import annotations

LIGHT = {
    "page": "#ffffff",
    "panel": "#f6f7f8",
    "text": "#1c2126",
    "muted": "#5a636d",
    "line": "#d9dde1",
    "link": "#0b5cad",
    "mentions": "#3d4a57",
    "usual": "#c7d7e8",
    "negative": "#8a3ea8",
    "crisis": "#b4232a",
    "other": "#4f6b7f",
    "good": "#1d6b3a",
    "on-level": "#ffffff",
    "level-1": "#86690b",
    "level-2": "#b3500f",
    "level-3": "#bb1d1d",
    "level-4": "#5c0d2b",
}
DARK = {
    "page": "#15181b",
    "panel": "#1e2226",
    "text": "#e7eaed",
    "muted": "#a3adb7",
    "line": "#353b41",
    "link": "#7db8f5",
    "mentions": "#c3ccd5",
    "usual": "#31475e",
    "negative": "#d18be8",
    "crisis": "#ff8a80",
    "other": "#9db8cc",
    "good": "#74c990",
    "on-level": "#15181b",
    "level-1": "#cfae45",
    "level-2": "#f0923f",
    "level-3": "#f4685c",
    "level-4": "#ff8fc0",
}


def style() -> str:
    """The style sheet."""
    return (
        f":root {{ color-scheme: light dark; {_variables(LIGHT)} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}\n{_RULES}"
    )


def _variables(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())


_RULES = """
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); overflow-wrap: anywhere;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", sans-serif; }
header, main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 3rem; }
footer { padding-top: 3rem; padding-bottom: 4rem; color: var(--muted); font-size: .9rem; }
h1, h2, h3, h4 { line-height: 1.2; font-weight: 650; text-wrap: balance; }
h1 { font-size: 2.1rem; margin: .2rem 0 .8rem; letter-spacing: -.015em; }
h2 { font-size: 1.4rem; margin: 3.5rem 0 .8rem; letter-spacing: -.01em; }
h3 { font-size: 1.2rem; margin: 0; }
h4 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p, footer ul { max-width: 44rem; margin: .6rem 0; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; padding: .6rem 1rem; background: var(--page); }
.skip:focus { left: 0; }
.eyebrow, .note, figcaption, caption { color: var(--muted); font-size: .9rem; }
.eyebrow { margin: 0; }
.lead { font-size: 1.12rem; }
.policy { font-weight: 600; white-space: nowrap; }
.letter { display: inline-block; min-width: 1.45em; padding: 0 .3em; border: 1px solid var(--muted); border-radius: .25em;
  text-align: center; text-decoration: none; font-size: .85em; line-height: 1.4; font-weight: 650; }

.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; margin: 1rem 0; font-size: .95rem; }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; }

.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem; margin: 1.6rem 0; padding: 0; }
.tile { padding: 1rem 1.1rem; background: var(--panel); border-radius: .6rem; }
.tile dt { color: var(--muted); font-size: .9rem; }
.tile dd { margin: .2rem 0 0; font-size: 1.9rem; line-height: 1.25; font-weight: 600; font-variant-numeric: tabular-nums; letter-spacing: -.02em; }
.tile dd .letter { font-size: .8rem; letter-spacing: 0; vertical-align: .35em; margin-right: .5rem; }

.table { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; min-width: min(100%, 40rem); font-size: .93rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 0 0 .5rem; }
th, td { text-align: left; vertical-align: baseline; padding: .42rem 1.6rem .42rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
th[scope="row"] { min-width: 8rem; }
td:not(.number) { min-width: 8rem; }
thead th { overflow-wrap: normal; }
thead th { color: var(--muted); font-weight: 500; font-size: .87rem; }
.number { text-align: right; white-space: nowrap; }
.time, .whole { white-space: nowrap; }
.range { display: block; color: var(--muted); font-size: .87em; }
.good { color: var(--good); }
.bad { color: var(--crisis); font-weight: 600; }

.level { display: inline-block; padding: .05em .5em; border-radius: .3em; font-size: .85em; font-weight: 600; white-space: nowrap;
  background: var(--muted); color: var(--page); }
.level-1, .level-2, .level-3, .level-4 { color: var(--on-level); }
.level-1 { background: var(--level-1); } .level-2 { background: var(--level-2); }
.level-3 { background: var(--level-3); } .level-4 { background: var(--level-4); }
.truth { white-space: nowrap; font-size: .87em; font-weight: 500; }

svg { display: block; width: 100%; overflow: visible; }
svg text { fill: var(--muted); font-size: 12px; paint-order: stroke; stroke: var(--page); stroke-width: 3px; stroke-linejoin: round; }
.spark { width: 9rem; height: 26px; }
.usual { fill: var(--usual); }
.peak, .spark-area { fill: var(--mentions); fill-opacity: .4; }
.mean { fill: none; stroke: var(--mentions); stroke-width: 1.2; vector-effect: non-scaling-stroke; }
.negative { fill: var(--negative); fill-opacity: .7; }
.grid { stroke: var(--line); stroke-width: 1; }
.tick { stroke: var(--muted); stroke-width: 1; }
.hover { fill: transparent; }
.hover:hover { fill: var(--text); fill-opacity: .07; }
.fill-1 { fill: var(--level-1); } .fill-2 { fill: var(--level-2); } .fill-3 { fill: var(--level-3); } .fill-4 { fill: var(--level-4); }
.story { fill: var(--other); } .story-crisis { fill: var(--crisis); }
.shade { fill-opacity: .1; }
svg .story-name { fill: var(--other); } svg .story-crisis-name { fill: var(--crisis); }

.brand { margin: 2.5rem 0 0; padding-top: 2.2rem; border-top: 1px solid var(--line); }
.brand > p { margin: .3rem 0 1rem; }
figure { margin: 1rem 0 1.5rem; }
figcaption { margin-top: .6rem; }
.key { display: inline-block; width: .85em; height: .85em; margin-right: .35em; border-radius: .15em; vertical-align: -.08em; }
.legend > span { margin-right: 1.1rem; white-space: nowrap; }
.key-negative { opacity: .7; } .key-mentions { background: var(--mentions); } .key-usual { background: var(--usual); } .key-negative { background: var(--negative); }
.key-crisis { background: var(--crisis); } .key-other { background: var(--other); }

.incidents { list-style: none; margin: 0; padding: 0; }
.incidents > li { margin: 0; padding: .35rem 0; border-top: 1px solid var(--line); }
.incidents > li:last-child { border-bottom: 1px solid var(--line); }
.opening > summary { padding: .45rem 0; cursor: pointer; list-style: none; display: grid;
  grid-template-columns: 1.2rem 1fr; align-items: baseline; }
.opening > summary::-webkit-details-marker { display: none; }
.opening > summary::before { content: "›"; color: var(--muted); font-size: 1.1em; }
.opening[open] > summary::before { transform: rotate(90deg); transform-origin: 25% 55%; }
.opening .head { display: flex; flex-wrap: wrap; gap: .15rem .8rem; align-items: baseline; }
.opening .when { font-weight: 600; white-space: nowrap; }
.opening .said { display: block; color: var(--text); margin-top: .15rem; max-width: 52rem; }
.evidence { margin: .2rem 0 1rem 1.2rem; padding: .9rem 1.1rem; background: var(--panel); border-radius: .6rem; font-size: .93rem; }
.evidence .facts { margin: 0; }
.evidence ul, .evidence ol { margin: 0; padding: 0; list-style: none; }
.steps li { display: inline-block; margin-right: .3rem; }
.steps li + li::before { content: "→ "; color: var(--muted); }
.words li { display: inline-block; margin: 0 .35rem .3rem 0; padding: 0 .5em; border: 1px solid var(--line); border-radius: 1em; }

@media (max-width: 40rem) {
  header, main, footer { padding-left: 1rem; padding-right: 1rem; }
  header { padding-top: 1.5rem; }
  h1 { font-size: 1.6rem; }
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: .5rem; }
  .tiles { grid-template-columns: 1fr 1fr; gap: .6rem; }
  .tile { padding: .8rem; }
  .tile dd { font-size: 1.5rem; }
  .story-words { display: none; }
  .evidence { margin-left: 0; }
}
@media print {
  body { font-size: 10.5pt; }
  header, main, footer { max-width: none; padding: 0; }
  .skip, .up { display: none; }
  .table { overflow: visible; }
  details::details-content { content-visibility: visible; block-size: auto; }
  figure, .incidents > li, .tile, tr { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
