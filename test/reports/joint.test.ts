import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JointReport, Report } from '../../contracts/report.ts'
import { reportPage } from '../../reports/report-page.ts'
import { reportTable } from '../../reports/report-table.ts'
import { plainCanvas } from '../../reports/vocabulary.ts'
import { driftReport } from './examples.ts'

const found: JointReport = {
  detector: 'domain-classifier',
  state: 'drifted',
  decides: true,
  score: {
    detector: 'domain-classifier',
    definition: 1,
    options: {},
    score: 0.71,
    effect: 0.71,
    effectInterval: [0.68, 0.74],
    pValue: 1e-30,
    n: { reference: 1_000, current: 940 },
    cells: 0,
  },
  details: {},
  level: 1e-5,
  minimumEffect: 0.55,
  sentence: 'told apart by <b>x</b>',
}
const missing: JointReport = {
  ...found,
  detector: 'mmd',
  state: 'unavailable',
  score: null,
  sentence: 'no sample of the rows of the window was kept',
}
const report: Report = { ...driftReport, joint: [found, missing] }

test('the table says what row detectors say, over how many rows, within its width', () => {
  for (const width of [80, 100]) {
    const text = reportTable(report, { ...plainCanvas, width })
    for (const line of text.split('\n')) assert.ok([...line].length <= width, line)
    assert.match(text, /\ndomain-classifier {2}▲ drifted\n {4}told apart/)
    const words = text.replace(/\s+/g, ' ')
    assert.match(words, /effect 0\.71 \(0\.68 to 0\.74\), 0\.55 matters; p 1e-30 at level 1\.0e-5/)
    assert.match(words, /940 rows against 1,000/)
    assert.match(words, /mmd unavailable: no sample of the rows of the window was kept/)
  }
})

test('the page says the same, as text', () => {
  const page = reportPage(report)
  assert.match(page, /<h3>.*▲ drifted.*domain-classifier<\/h3>/)
  assert.ok(page.includes('told apart by &lt;b&gt;x&lt;/b&gt;'))
  assert.ok(page.includes('<h3>mmd</h3>'))
  assert.ok(page.includes('940 rows against 1,000'))
})

test('without row detectors neither has such a section', () => {
  for (const text of [reportTable(driftReport), reportPage(driftReport)]) {
    assert.doesNotMatch(text, /all features together/)
  }
})
