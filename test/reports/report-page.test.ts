import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reportPage } from '../../reports/report-page.ts'
import { dataQualityReport, driftReport, emptyReport } from './examples.ts'

const hostile = `<script>alert("1")</script><img src=x onerror='x'>&amp;`

test('the page holds the verdict, the headline, and one picture for every feature with values', () => {
  for (const report of [driftReport, dataQualityReport, emptyReport]) {
    const page = reportPage(report)
    assert.ok(page.includes(report.verdict))
    const drawn = report.features.filter(({ distribution }) => distribution.reference.length > 0)
    assert.equal(page.split('<svg ').length - 1, drawn.length)
    assert.equal(
      page.split('<tr>').length - 1,
      report.features.length + 1 * Number(report.features.length > 0),
    )
  }
})

test('the page needs nothing from outside and runs nothing', () => {
  const page = reportPage(driftReport)
  assert.doesNotMatch(page, /<script|<link|<img|<iframe|@import|url\(/i)
  const addresses = page.match(/https?:\/\/[^"\s]+/g) ?? []
  assert.deepEqual(new Set(addresses), new Set(['http://www.w3.org/2000/svg']))
  assert.match(page, /default-src 'none'/)
})

test('the page follows light and dark, and narrow screens', () => {
  const page = reportPage(driftReport)
  assert.match(page, /@media \(prefers-color-scheme: dark\)/)
  assert.match(page, /name="viewport" content="width=device-width/)
  assert.match(page, /svg \{[^}]*max-width: 100%/)
})

test('hostile names stay text wherever they stand', () => {
  const [first] = driftReport.features
  assert.ok(first !== undefined)
  const page = reportPage({
    ...driftReport,
    model: hostile,
    window: { start: '', end: '' },
    headline: hostile,
    features: [
      {
        ...first,
        feature: hostile,
        sentence: hostile,
        distribution: {
          ...first.distribution,
          labels: first.distribution.labels.map(() => hostile),
        },
        primary: { ...first.primary, detector: hostile, pValue: null, pValueAbsent: hostile },
      },
    ],
    evidence: {
      ...driftReport.evidence,
      reference: { ...driftReport.evidence.reference, name: hostile },
    },
  })
  assert.doesNotMatch(page, /<script|<img/i)
  assert.ok(page.includes('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;'))
  assert.ok(page.includes('&amp;amp;'))
})

test('a comparison of files is titled by its files, a window by its span', () => {
  const files = reportPage({ ...driftReport, window: { start: '', end: '' } })
  const { name } = driftReport.evidence.reference
  assert.ok(files.includes(`<h1>${driftReport.model} against ${name}</h1>`))
  assert.match(reportPage(driftReport), /<h1>[^<]+, \d{4}-\d\d-\d\d/)
})
