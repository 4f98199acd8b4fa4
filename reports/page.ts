import { element, escapeMarkup } from './svg.ts'
import { type StateName, states } from './vocabulary.ts'

/** A page of its own: no script, nothing fetched, light or dark as the reader has it, down to 380 pixels. */
export const page = (title: string, body: readonly string[]): string =>
  [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escapeMarkup(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    `<body>\n<main>\n${body.join('\n')}\n</main>\n</body>`,
    '</html>\n',
  ].join('\n')

export const heading = (level: 1 | 2 | 3, text: string): string =>
  element(`h${level}`, {}, escapeMarkup(text))

export const paragraph = (text: string, kind?: 'faint'): string =>
  element('p', kind ? { class: kind } : {}, escapeMarkup(text))

export const paragraphUnlessEmpty = (text: string, kind?: 'faint'): string =>
  text === '' ? '' : paragraph(text, kind)

/** Icon and word, never colour alone; `word` where there is a more exact one than that of the state. */
export const stateMark = (state: StateName, word = states[state].word): string =>
  element('span', { class: states[state].role }, `${states[state].icon} ${word}`)

const style = `
:root { color-scheme: light dark; --ink: #1f2328; --paper: #fff; --faint: #59636e; --rule: #d1d9e0;
  --green: #1a7f37; --red: #cf222e; --amber: #9a6700; --blue: #0969da; --violet: #8250df; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --faint: #9198a1; --rule: #3d444d;
  --green: #3fb950; --red: #f85149; --amber: #d29922; --blue: #4493f8; --violet: #ab7df8; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0.5rem 0; }
h2 { font-size: 1.1rem; margin: 0 0 0.25rem; }
h3 { font-size: 1rem; margin: 1rem 0 0.25rem; }
ul { margin: 0.25rem 0; padding-left: 1.2rem; }
p { margin: 0.25rem 0; }
.verdict { font-size: 1.1rem; font-weight: 600; }
.faint { color: var(--faint); font-size: 0.875rem; }
.green { color: var(--green); } .red { color: var(--red); } .amber { color: var(--amber); }
.blue { color: var(--blue); } .violet { color: var(--violet); } .grey { color: var(--faint); }
table { width: 100%; border-collapse: collapse; margin: 1rem 0; font-size: 0.875rem; }
th, td { padding: 0.25rem 0.4rem; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
td { white-space: nowrap; }
th:nth-child(n+3), .number { text-align: right; font-variant-numeric: tabular-nums; }
thead th { font-weight: 400; color: var(--faint); overflow-wrap: normal; }
@media (max-width: 30rem) { th:nth-child(4), td:nth-child(4) { display: none; } }
section { border-top: 1px solid var(--rule); padding: 1rem 0; }
svg { display: block; max-width: 100%; height: auto; font-size: 14px; }
`
