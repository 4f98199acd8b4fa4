import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { distributionSvg } from '../../reports/distribution-svg.ts'
import { releasePicture } from '../../reports/release-picture.ts'
import { releaseSvg } from '../../reports/release-svg.ts'
import { reportSvg } from '../../reports/report-svg.ts'
import { reportTable } from '../../reports/report-table.ts'
import { sparkline, sparklinePair } from '../../reports/sparkline.ts'
import { escapeMarkup } from '../../reports/svg.ts'
import { type Canvas, plainCanvas } from '../../reports/vocabulary.ts'
import { matchesFile } from '../support/snapshot.ts'
import { dataQualityReport, driftReport, emptyReport, releaseEvidence } from './examples.ts'

const wide: Canvas = { ...plainCanvas, width: 100 }
const narrow: Canvas = { ...plainCanvas, width: 80 }
const ascii: Canvas = { ...plainCanvas, width: 80, unicode: false }
const snapshot = (name: string) => new URL(`./snapshots/${name}`, import.meta.url)

describe('reportTable', () => {
  for (const [name, report] of Object.entries({ driftReport, dataQualityReport, emptyReport })) {
    it(`draws ${name} in 100 columns as it always did`, () => {
      matchesFile(reportTable(report, wide), snapshot(`${name}-100.txt`))
    })

    it(`keeps ${name} within 100 and within 80 columns`, () => {
      for (const canvas of [wide, narrow, ascii]) {
        for (const line of reportTable(report, canvas).split('\n')) {
          assert.ok([...line].length <= canvas.width, `${[...line].length} columns: ${line}`)
        }
      }
    })
  }

  it('leaves out columns that 80 columns cannot hold', () => {
    matchesFile(reportTable(driftReport, narrow), snapshot('drift-80.txt'))
  })

  it('uses nothing beyond ASCII where the terminal lacks Unicode', () => {
    const text = reportTable(driftReport, ascii)
    assert.match(text, /^[\x20-\x7e\n]*$/)
    matchesFile(text, snapshot('drift-ascii.txt'))
  })

  it('keeps its shape with names that are too long', () => {
    const [first, ...rest] = driftReport.features
    const long = { ...first!, feature: 'customer_lifetime_value_in_euro_without_tax'.repeat(2) }
    const text = reportTable({ ...driftReport, features: [long, ...rest] }, narrow)
    for (const line of text.split('\n')) assert.ok([...line].length <= 80, line)
  })
})

describe('sparkline', () => {
  it('fills the highest bar, shows every count above zero, and leaves empty bins blank', () => {
    assert.equal(sparkline([0, 1, 50, 100], { unicode: true }), ' ▁▄█')
    assert.equal(sparkline([0, 1, 50, 100], { unicode: false }), ' .=#')
    assert.equal(sparkline([], { unicode: true }), '')
    assert.equal(sparkline([0, 0], { unicode: true }), '  ')
  })

  it('puts both sides of a pair on one scale, whatever their numbers of rows', () => {
    const pair = sparklinePair({ reference: [500, 500], current: [1, 3] }, 4, { unicode: true })
    assert.deepEqual(pair, { reference: '▆▆  ', current: '▃█  ' })
  })

  it('adds neighbours up when there are more bins than columns', () => {
    const counts = Array.from({ length: 24 }, () => 1)
    const { reference } = sparklinePair({ reference: counts, current: counts }, 8, wide)
    assert.equal(reference, '████████')
  })
})

describe('pictures', () => {
  it('draws one feature as it always did', () => {
    matchesFile(distributionSvg(driftReport.features[1]!), snapshot('car-value.svg'))
  })

  it('draws a report and a release as they always did', () => {
    matchesFile(reportSvg(driftReport, 2), snapshot('drift.svg'))
    matchesFile(releaseSvg(releaseEvidence), snapshot('release.svg'))
  })

  it('says the finding with its number to those who cannot see it', () => {
    assert.match(
      distributionSvg(driftReport.features[1]!),
      /role="img" aria-label="car_value drifted: effect 0\.92 &gt; 0\.10, p &lt;1e-99/,
    )
  })

  it('lets no text of the data become markup', () => {
    const [first] = driftReport.features
    const hostile = `"/><script>alert('x')</script>&`
    const feature = { ...first!, feature: hostile, sentence: hostile }
    const report = { ...driftReport, model: hostile, headline: hostile, features: [feature] }
    for (const svg of [
      distributionSvg(feature),
      reportSvg(report),
      releaseSvg({ ...releaseEvidence, model: hostile }),
    ]) {
      assert.ok(!svg.includes('<script'))
      assert.ok(svg.includes('&lt;script&gt;'))
    }
    assert.equal(escapeMarkup(`<>&"'`), '&lt;&gt;&amp;&quot;&#39;')
  })

  it('shows a release in a terminal: before, after, gain', () => {
    matchesFile(releasePicture(releaseEvidence, wide), snapshot('release.txt'))
  })
})
