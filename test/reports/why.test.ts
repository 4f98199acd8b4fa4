import assert from 'node:assert/strict'
import { test } from 'node:test'
import { driftRemedy } from '../../contracts/kind.ts'
import { remedyWords } from '../../contracts/kind-words.ts'
import type { IncidentWhy } from '../../contracts/why.ts'
import { whyPage } from '../../reports/why-page.ts'
import { incidentWhyText, whyText } from '../../reports/why-text.ts'
import { kindLines, whyWords, windowsOf } from '../../reports/why-words.ts'
import { matchesFile } from '../support/snapshot.ts'
import { driftReport } from './examples.ts'
import { judgedByEstimate } from './performance-examples.ts'
import {
  driftSlice,
  estimateOf,
  lossSlice,
  measureOf,
  quietReport,
  slicedReport,
  unknownWhy,
  whyOf,
} from './why-examples.ts'

const byLabels = whyOf({ report: quietReport, measure: measureOf() })
const early = whyOf({ report: slicedReport })
const snapshot = (name: string) => new URL(`snapshots/${name}`, import.meta.url)

test('a terminal shows kind, reasons, what it suggests, and which rows', () => {
  const text = whyText('car-loan', byLabels.latest!)
  assert.match(text, /Concept drift/)
  assert.match(text, /It suggests: retrain on rows since then\./)
  assert.ok(text.replaceAll(/\s+/g, ' ').includes(lossSlice))
  matchesFile(text, snapshot('why-labels.txt'))
  matchesFile(whyText('car-loan', early.latest!), snapshot('why-early.txt'))
})

test('an incident is told by what labels have judged of it first, then by its latest window', () => {
  const both: IncidentWhy = { latest: early.latest, labelled: byLabels.latest }
  const text = incidentWhyText(['▲ drift: car-loan', 'as it stands'], both)
  assert.ok(text.indexOf('Concept drift') < text.indexOf('Too early to say'))
  assert.ok(text.includes(driftSlice))
  assert.match(incidentWhyText(['x'], unknownWhy), /nothing is kept of its windows any more/)
})

test('a card has a sentence: by labels as soon as there are some, and not what it says already', () => {
  assert.deepEqual(kindLines(early), [
    'Which kind: too early to say, no labels yet: nothing is known of the loss; wait.',
  ])
  assert.match(
    kindLines({ latest: early.latest, labelled: byLabels.latest })[0] ?? '',
    /^Which kind: concept drift.*: retrain on rows since then, by the labels of the window from 2019-03-29/,
  )
  const [told] = kindLines(byLabels)
  assert.match(told ?? '', /^Which kind: concept drift/)
  assert.deepEqual(kindLines(byLabels, `worse; ${told?.slice('Which kind: '.length)}`), [])
  assert.deepEqual(kindLines(unknownWhy), [])
  const { kind: _, ...good } = measureOf()
  assert.deepEqual(kindLines(whyOf({ report: quietReport, measure: good })), [])
})

test('before the labels it is said that an estimate is one', () => {
  const { by, title, reasons } = whyWords(
    whyOf({ report: quietReport, estimate: estimateOf() }).latest!,
  )
  assert.equal(title, 'Too early to say')
  assert.match(by, /^By its data and an estimate, before its labels are final: the window from/)
  assert.ok(reasons.includes(judgedByEstimate.judgement.findings[0]?.sentence ?? ''))
})

test('its page holds the same, and text of others as text', () => {
  const report = structuredClone(slicedReport)
  report.slices!.found[0]!.sentence = '1 % -> 9 % of rows have country = <b>'
  const page = whyPage('why', ['because'], windowsOf(whyOf({ report })))
  assert.match(page, /<h2>Too early to say<\/h2>/)
  assert.match(page, /It suggests: wait\./)
  assert.match(page, /country = &lt;b&gt;/)
  assert.doesNotMatch(page, /<b>/)
})

test('everything that may be suggested has words, and no two the same', () => {
  const words = driftRemedy.options.map((remedy) => remedyWords[remedy])
  assert.equal(new Set(words).size, driftRemedy.options.length)
  assert.equal(whyWords(whyOf({ report: driftReport }).latest!).rows.length, 0)
})
