/** The report's only style sheet. Its colours follow the reader's; on paper it is always light, and without the video. */
export const reportStyle = `
:root { color-scheme: light dark; --ink: #161b24; --soft: #566072; --line: #dfe3ea; --page: #fff; --wash: #e9effd; --accent: #2449b4; --warn: #7d5200 }
@media (prefers-color-scheme: dark) { :root { --ink: #e9ecf2; --soft: #a1aab9; --line: #2e3542; --page: #12151c; --wash: #1c2740; --accent: #9db9ff; --warn: #f0c36a } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 88rem; padding: 1.5rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page) }
h1 { margin: 0; font-size: 1.5rem } h2 { font-size: 1.15rem } h3 { margin: 1rem 0 .25rem; font-size: .85rem; color: var(--soft) }
p { margin: .25rem 0 } .soft, time { color: var(--soft) } .warn { color: var(--warn) } time { font-variant-numeric: tabular-nums }
table { border-collapse: collapse; margin: .5rem 0; overflow-wrap: anywhere } td, th { padding: .2rem 1rem .2rem 0; text-align: left; vertical-align: top }
th { font-weight: 500; color: var(--soft); white-space: nowrap }
a, summary { color: var(--accent) } summary { cursor: pointer }
video, figure img { display: block; width: 100%; height: auto; border-radius: 8px; background: #000 }
.parts:not([hidden]) { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0 }
button { font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: 8px; padding: .25rem .6rem; cursor: pointer }
button:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
[aria-current] { background: var(--wash) }
ol { list-style: none; margin: 0; padding: 0 } li { border-top: 1px solid var(--line); padding: .4rem .5rem; overflow-wrap: anywhere }
li > button { border: 0; padding: .1rem 0; text-align: left; width: 100%; display: flex; gap: .75rem }
li time { flex: none; min-width: 4.5rem } .in { padding-left: 5.25rem; font-size: .85rem; color: var(--soft); margin: 0 }
figure { position: relative; margin: .4rem 0 .4rem 5.25rem; max-width: 40rem } figure svg { position: absolute; inset: 0; width: 100%; height: 100% }
/* Only what is looked at is laid out: a session may have tens of thousands of steps. */
.page { content-visibility: auto; contain-intrinsic-size: auto 5000px }
main.wide .watch { position: sticky; top: 0; z-index: 1; padding: .5rem 0; background: var(--page) } .watch video { max-height: 40vh }
@media (min-width: 70rem) { main.wide { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 2rem; align-items: start } .watch video { max-height: 80vh } }
@media (max-width: 40rem) { .in, figure { margin-left: 0; padding-left: 0 } body { padding: .75rem } }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --page: #fff; --accent: #000; --warn: #000 }
  body { max-width: none; padding: 0; font-size: 11pt } [aria-current] { background: none } main.wide .watch { display: none } main.wide { display: block }
  .page { content-visibility: visible } li { break-inside: avoid } figure { max-width: 12cm }
}`;
