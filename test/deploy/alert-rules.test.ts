import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { guardsSeries, ownSeries } from '../../scripts/reference/metrics.ts'
import { alertRules, alertTests } from './alert-rules.ts'

const page = readFileSync(new URL('../../docs/how-to/alerts.md', import.meta.url), 'utf8')
const headings = [...page.matchAll(/^## (Driftgate\w+)$/gm)].map((match) => match[1])

test('every alert has a heading that says what to do, and every heading is one', () => {
  assert.deepEqual(
    headings,
    alertRules.map(({ alert }) => alert),
  )
  for (const { alert, annotations } of alertRules) {
    assert.equal(annotations.runbook, `docs/how-to/alerts.md#${alert.toLowerCase()}`)
  }
})

test('every series and label that an alert names is one that the gateway or a guard tells', async () => {
  const known = new Map(
    [...(await ownSeries()), ...(await guardsSeries())].flatMap(({ name, type, labels }) => {
      const parts = type === 'histogram' ? ['_bucket', '_count', '_sum'] : ['']
      return parts.map((part) => [`${name}${part}`, labels] as const)
    }),
  )
  for (const { alert, expr } of alertRules) {
    const series = [...expr.matchAll(/\b(drift_\w+|up)(?:\{([^}]*)\})?/g)]
    assert.ok(series.length > 0, alert)
    for (const [, name = '', selector = ''] of series) {
      // Prometheus's own, of every process that it asks.
      if (name === 'up') continue
      const labels = known.get(name)
      assert.ok(labels, `${alert} names ${name}, which nobody tells`)
      for (const [, label = ''] of selector.matchAll(/(\w+)\s*(?:=|!=|=~|!~)"/g)) {
        assert.ok(labels.includes(label), `${alert}: ${name} has no label ${label}`)
      }
    }
  }
})

test('every alert is tested firing and not firing', () => {
  for (const { alert } of alertRules) {
    const own = alertTests.filter((each) => each.alert === alert).map(({ fires }) => fires)
    assert.ok(own.includes(true) && own.includes(false), `${alert}: ${own}`)
  }
})
