import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { effectOverTime, verdictsSection } from '../../reports/history-svg.ts'
import { pastSections } from '../../reports/past-sections.ts'
import { reportPage } from '../../reports/report-page.ts'
import { matchesFile } from '../support/snapshot.ts'
import { driftReport, past } from './examples.ts'

const hostile = `<script>alert("1")</script><img src=x onerror='x'>`

describe('the page of a running model', () => {
  const page = reportPage(driftReport, past)

  test('looks as it always did', () => {
    matchesFile(page, new URL('./snapshots/car-loan.html', import.meta.url))
  })

  test('needs nothing from outside and runs nothing', () => {
    assert.doesNotMatch(page, /<script|<link|<img|<iframe|@import|url\(/i)
    const addresses = page.match(/https?:\/\/[^"\s]+/g) ?? []
    assert.deepEqual(new Set(addresses), new Set(['http://www.w3.org/2000/svg']))
  })

  test('draws no number that is none', () => {
    assert.doesNotMatch(page, /NaN|Infinity|undefined|null/)
  })

  test('of a model without a past says so', () => {
    const young = reportPage(driftReport, { windows: [], incidents: [], releases: [] })
    assert.ok(young.includes('incidents: none so far') && young.includes('releases: none so far'))
    assert.doesNotMatch(young, /NaN|Infinity|undefined/)
    const first = { ...past, windows: past.windows.slice(0, 1) }
    assert.doesNotMatch(reportPage(driftReport, first), /NaN|Infinity|undefined/)
  })

  test('keeps hostile text as text', () => {
    const [window] = past.windows
    const [incident] = past.incidents
    const [, release] = past.releases
    const text = reportPage(driftReport, {
      windows: [{ ...window!, headline: hostile }, ...past.windows],
      incidents: [{ ...incident!, headline: hostile, next: hostile }],
      releases: [
        {
          ...release!,
          release: hostile,
          requestedBy: [hostile],
          decisions: release!.decisions.map((one) => ({
            ...one,
            person: hostile,
            reason: hostile,
          })),
        },
      ],
    })
    assert.doesNotMatch(text, /<script|<img/i)
    assert.equal(text.split('&lt;script&gt;').length - 1, 9)
  })
})

describe('verdicts over time', () => {
  test('are counted in the title, which says what was found', () => {
    const html = verdictsSection(past.windows)
    assert.match(html, /<h2>24 windows: 3 drift, 1 broken input, 19 no drift, 1 no verdict<\/h2>/)
    assert.equal(html.split('<rect ').length - 1, 24)
  })

  test('stand in order of time, each with its days and headline', () => {
    const titles = [...verdictsSection(past.windows).matchAll(/<title>([^<]*)<\/title><\/rect>/g)]
    assert.equal(titles.length, 24)
    assert.match(titles[0]?.[1] ?? '', /^2017-05-08 to 2017-06-07, NO_DRIFT: as before$/)
    assert.match(titles.at(-1)?.[1] ?? '', /^2019-03-29 to 2019-04-28, DRIFT: car_value drifted$/)
  })
})

describe('the effect of a feature over time', () => {
  test('says how often it drifted and when it was largest', () => {
    const html = effectOverTime({ feature: 'car_value' }, past.windows)
    assert.match(html, /drifted in 3 of 23 windows; largest effect 0\.92 \(2019-03-29 18:00 UTC\)/)
    assert.match(html, />0\.10 matters</)
  })

  test('has a gap where there was no verdict', () => {
    const html = effectOverTime({ feature: 'car_value' }, past.windows)
    const [, effect] = [...html.matchAll(/ d="([^"]*)" fill="none"/g)].map(([, d]) => d)
    assert.equal(effect?.split('M').length, 3, effect)
    assert.equal(html.split('<circle ').length - 1, 20)
  })

  test('leaves out what another detector said, and is empty for less than two windows', () => {
    const [latest, ...before] = past.windows
    const changed = before.map((one) => ({
      ...one,
      features: one.features.map((look) => ({ ...look, detector: 'psi' })),
    }))
    assert.equal(effectOverTime({ feature: 'car_value' }, [latest!, ...changed]), '')
    assert.equal(effectOverTime({ feature: 'car_value', segment: 'a=b' }, past.windows), '')
    assert.equal(effectOverTime({ feature: 'car_value' }, []), '')
  })
})

describe('incidents and releases', () => {
  const html = pastSections(past)

  test('are counted, with what is open or waits', () => {
    assert.match(html, /<h2>incidents: 2, 1 open<\/h2>/)
    assert.match(html, /<h2>releases: 2, 1 waiting<\/h2>/)
  })

  test('a release says who decided, how and why, and on which evidence', () => {
    assert.match(html, /mia wanted to approve: self approval, 2019-05-29 08:30 UTC/)
    assert.match(html, /ada approved, 2019-05-29 08:30 UTC: better on every metric/)
    assert.match(html, /nobody has decided/)
    assert.match(html, /asked for by mia on 2019-05-28 20:00 UTC; evidence 4f1d0c7aa3b2/)
  })

  test('the newest ten are drawn, the others counted', () => {
    const many = Array.from({ length: 13 }, () => past.incidents[1]!)
    const text = pastSections({ incidents: many, releases: [] })
    assert.equal(text.split('<h3>').length - 1, 10)
    assert.match(text, /and 3 older/)
  })
})
