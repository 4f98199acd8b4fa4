import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Since } from '../../contracts/report.ts'
import { sinceText } from '../../contracts/since-text.ts'
import { withSince } from '../../policies/since.ts'
import { driftReport as example } from '../reports/examples.ts'

const driftReport = {
  ...example,
  since: null,
  features: example.features.map((feature) => ({ ...feature, since: null })),
}

const since = (at: string, from: string, to: string, earlier = false): Since => ({
  at: `2001-04-${at}:00.000Z`,
  from: `2001-04-${from}:00.000Z`,
  to: `2001-04-${to}:00.000Z`,
  earlier,
})

describe('since when, in words', () => {
  const cases: Record<string, Since> = {
    'since about Mon 2 Apr 2001 10:00 UTC': since('02T10:00', '02T10:00', '02T10:00'),
    'since about Mon 2 Apr 2001 10:00 UTC (09:00 to 12:00)': since(
      '02T10:00',
      '02T09:00',
      '02T12:00',
    ),
    'since about Mon 2 Apr 2001 10:00 UTC (Sun 1 Apr 22:00 to Mon 2 Apr 12:00)': since(
      '02T10:00',
      '01T22:00',
      '02T12:00',
    ),
    'since about Mon 2 Apr 2001 (Sun 1 Apr to Tue 3 Apr)': since(
      '02T00:00',
      '01T00:00',
      '03T00:00',
    ),
    'since about Mon 2 Apr 2001 10:00 UTC or earlier': since(
      '02T10:00',
      '02T10:00',
      '02T10:00',
      true,
    ),
    'since about Mon 2 Apr 2001 10:00 UTC (12:00 or earlier)': since(
      '02T10:00',
      '02T09:00',
      '02T12:00',
      true,
    ),
  }
  for (const [words, when] of Object.entries(cases)) {
    test(words, () => assert.equal(sinceText(when), words))
  }

  test('names the year of an end that lies in another one', () => {
    const when = {
      at: '2002-01-01T00:00:00Z',
      from: '2001-12-31T00:00:00Z',
      to: '2002-01-01T00:00:00Z',
    }
    assert.equal(
      sinceText({ ...when, earlier: false }),
      'since about Tue 1 Jan 2002 (Mon 31 Dec 2001 to Tue 1 Jan)',
    )
  })
})

describe('a verdict with since when', () => {
  const when = since('02T10:00', '02T09:00', '02T12:00')

  test('says it of the drifted feature, of the whole, and in the headline', () => {
    const told = withSince(driftReport, new Map([['car_value', when]]))
    assert.deepEqual(told.since, when)
    assert.deepEqual(
      told.features.map(({ since: one }) => one),
      [null, when, null, null],
    )
    assert.equal(told.headline, `${driftReport.headline}; ${sinceText(when)}`)
  })

  test('says nothing of a feature that did not drift, and nothing where nothing is known', () => {
    assert.deepEqual(withSince(driftReport, new Map([['salary_range', when]])), driftReport)
    assert.deepEqual(withSince(driftReport, new Map()), driftReport)
  })

  test('leaves the headline of broken input alone', () => {
    const broken = { ...driftReport, verdict: 'DATA_QUALITY' as const }
    const told = withSince(broken, new Map([['car_value', when]]))
    assert.equal(told.headline, broken.headline)
    assert.deepEqual(told.since, when)
  })
})
