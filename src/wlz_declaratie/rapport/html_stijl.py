"""The style sheet of the HTML report: light, dark, narrow and print; no fonts or pictures from elsewhere."""

STIJL = """
:root {
  color-scheme: light dark;
  --vlak: #ffffff; --kaart: #f3f5f7; --tekst: #1b1f23; --zacht: #4d565e; --lijn: #c4cad0; --link: #0a4f96;
  --afkeur: #a8201a; --signaal: #7a4f00; --goed: #1a6136; --telt: #2563a8; --teveel: #a8201a; --rust: #76808a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --vlak: #15191d; --kaart: #1f252b; --tekst: #e9edf0; --zacht: #b4bec7; --lijn: #48525b; --link: #8fc1f7;
    --afkeur: #ff9b91; --signaal: #f2bd63; --goed: #86d6a4; --telt: #6fb0f5; --teveel: #ff9b91; --rust: #8f9ba6;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: auto; }
body {
  margin: 0 auto; padding: 1rem; max-width: 84rem; background: var(--vlak); color: var(--tekst);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: break-word;
}
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .5rem; padding-top: .5rem; border-top: 2px solid var(--lijn); }
h3 { font-size: 1.1rem; margin: 2rem 0 .25rem; }
h4 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .4rem 0; max-width: 75ch; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.over { position: absolute; left: -999rem; }
.over:focus { position: static; display: inline-block; padding: .5rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: .5rem 0; }
nav a { display: inline-block; padding: .25rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; }
dt { color: var(--zacht); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.rol { overflow-x: auto; margin: .5rem 0; }
table { border-collapse: collapse; font-size: .925rem; }
caption { text-align: left; font-weight: 600; padding: .35rem 0; }
th, td { padding: .3rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--lijn); }
thead th { background: var(--kaart); white-space: nowrap; }
tbody th { font-weight: 600; white-space: nowrap; }
.g { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.n { white-space: nowrap; }
.m { min-width: 16rem; }
.afkeur { color: var(--afkeur); } .signaal { color: var(--signaal); } .goed { color: var(--goed); }
.zacht { color: var(--zacht); }
figure { margin: 1rem 0; padding: .75rem; background: var(--kaart); border-radius: .4rem; }
figcaption { margin-bottom: .4rem; max-width: 75ch; }
svg { display: block; width: 100%; overflow: visible; }
svg text { fill: var(--tekst); font-size: 13px; font-family: inherit; }
svg .z { fill: var(--zacht); }
svg .telt { fill: var(--telt); } svg .teveel { fill: url(#arcering); stroke: var(--teveel); stroke-width: 1; }
svg .rust { fill: var(--rust); }
svg .niet { fill: none; stroke: var(--rust); stroke-width: 1.5; stroke-dasharray: 4 3; }
svg .baan { fill: var(--lijn); opacity: .35; }
svg .grens { stroke: var(--tekst); stroke-width: 2; stroke-dasharray: 5 3; }
svg .grensnaam { font-weight: 600; }
svg .staaf { fill: var(--teveel); }
.legenda { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: .25rem 0; }
.legenda svg { display: inline-block; width: 1.6rem; height: .9rem; vertical-align: -.1rem; margin-right: .4rem; }
summary { cursor: pointer; padding: .25rem 0; }
@media (max-width: 40rem) {
  body { padding: .6rem; } h1 { font-size: 1.35rem; } svg .titel { display: none; }
  .m { min-width: 9rem; } dl { grid-template-columns: 1fr; } dt { margin-top: .3rem; } th, td { padding: .3rem .4rem; }
}
@media print {
  :root {
    color-scheme: light; --vlak: #fff; --kaart: #f3f5f7; --tekst: #000; --zacht: #333; --lijn: #999; --link: #000;
    --afkeur: #a8201a; --signaal: #7a4f00; --goed: #1a6136; --telt: #2563a8; --teveel: #a8201a; --rust: #8b949c;
  }
  @page { size: A4 landscape; margin: 12mm; }
  body { max-width: none; padding: 0; font-size: 9pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav, .over, details { display: none; }
  .rol { overflow: visible; } table { font-size: 8pt; width: 100%; } .m { min-width: 0; }
  a { text-decoration: none; } tr, figure { break-inside: avoid; } h2, h3, h4, caption { break-after: avoid; }
}
"""
