import { type FeatureReport, isOfFiles, type Report } from '../contracts/report.ts'
import { histogramSvg } from './distribution-svg.ts'
import { lookName } from './look-name.ts'
import { count, probability, short, shortDigest, span } from './numbers.ts'
import { sortedFeatures } from './report-table.ts'
import { powerOf, storyOf } from './story.ts'
import { element, escapeMarkup } from './svg.ts'
import { type StateName, stateOfVerdict, states } from './vocabulary.ts'

/** A report as one page: no script, nothing fetched, light or dark as the reader has it, down to 380 pixels. */
export function reportPage(report: Report): string {
  const features = sortedFeatures(report)
  const title = isOfFiles(report)
    ? `${report.model} against ${report.evidence.reference.name}`
    : `${report.model}, ${span(report.window)}`
  const body = [
    element('h1', {}, escapeMarkup(title)),
    element(
      'p',
      { class: 'verdict' },
      stateMark(stateOfVerdict[report.verdict]),
      ` ${report.verdict}`,
    ),
    paragraph(report.headline),
    paragraph(
      `${count(report.rows.good)} rows against ${count(report.rows.reference)} rows of the reference`,
      'faint',
    ),
    ...(features.length > 0 ? [table(features)] : []),
    ...features.map(section),
    paragraph(`evidence ${shortDigest(report.evidenceDigest)}`, 'faint'),
  ]
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escapeMarkup(`${report.verdict}: ${title}`)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    `<body>\n<main>\n${body.join('\n')}\n</main>\n</body>`,
    '</html>\n',
  ].join('\n')
}

function table(features: readonly FeatureReport[]): string {
  const heads = ['feature', 'verdict', 'effect', 'minimum', 'p']
  const rows = features.map((feature) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, escapeMarkup(lookName(feature))),
      element('td', {}, stateMark(feature.state)),
      ...[
        short(feature.primary.effect),
        short(feature.minimumEffect),
        probability(feature.primary.pValue),
      ].map((text) => element('td', { class: 'number' }, escapeMarkup(text))),
    ),
  )
  const head = element('tr', {}, ...heads.map((text) => element('th', { scope: 'col' }, text)))
  return element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows))
}

/** One feature: what changed, its two distributions, and the numbers that anyone can recompute the state from. */
function section(feature: FeatureReport): string {
  const { primary, level, minimumEffect, others, sentence, distribution } = feature
  const p =
    primary.pValue === null
      ? `no p-value: ${primary.pValueAbsent ?? 'none is defined'}`
      : `p ${probability(primary.pValue)} at level ${short(level)}`
  const rule = `${primary.detector} ${short(primary.score)}; effect ${short(primary.effect)} (${primary.effectInterval.map(short).join(' to ')}), ${short(minimumEffect)} matters; ${p}`
  const rest = others.map(({ detector, score }) => `${detector} ${short(score)}`).join(', ')
  return element(
    'section',
    {},
    element('h2', {}, stateMark(feature.state), ` ${escapeMarkup(lookName(feature))}`),
    paragraph(sentence),
    paragraphUnlessEmpty(storyOf(feature)),
    distribution.reference.length > 0 ? histogramSvg(feature) : '',
    paragraph(rule, 'faint'),
    paragraphUnlessEmpty(powerOf(feature), 'faint'),
    paragraphUnlessEmpty(rest, 'faint'),
  )
}

const paragraph = (text: string, kind?: 'faint'): string =>
  element('p', kind ? { class: kind } : {}, escapeMarkup(text))

const paragraphUnlessEmpty = (text: string, kind?: 'faint'): string =>
  text === '' ? '' : paragraph(text, kind)

/** Icon and word, never colour alone. */
const stateMark = (state: StateName): string =>
  element('span', { class: states[state].role }, `${states[state].icon} ${states[state].word}`)

const style = `
:root { color-scheme: light dark; --ink: #1f2328; --paper: #fff; --faint: #59636e; --rule: #d1d9e0;
  --green: #1a7f37; --red: #cf222e; --amber: #9a6700; --blue: #0969da; --violet: #8250df; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --faint: #9198a1; --rule: #3d444d;
  --green: #3fb950; --red: #f85149; --amber: #d29922; --blue: #4493f8; --violet: #ab7df8; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0.5rem 0; }
h2 { font-size: 1.1rem; margin: 0 0 0.25rem; }
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
