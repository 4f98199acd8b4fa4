import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { advanceLabels } from '../../activities/advance-labels.ts'
import { planLabels } from '../../activities/plan-labels.ts'
import { scanPhases } from '../../contracts/scan-phases.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { closedAfter } from '../support/closed-after.ts'
import { labelledWorld, labelOf } from '../support/labelled-world.ts'
import type { ScanChildInput } from '../support/scan-child.ts'

const child = fileURLToPath(new URL('../support/scan-child.ts', import.meta.url))
const time = '2001-01-02T00:00:00.000Z'
const world = closedAfter(async () => {
  const own = await labelledWorld({ partitions: 1 })
  for (let from = 0; from < 1_600; from += 100) {
    const labels = Array.from({ length: 100 }, (_, i) => labelOf(`p${from + i}`, time, i % 2))
    await own.sendLabels([...labels, { value: 'no json' }])
  }
  return own
})

test('killed in every phase of a slice, labels are kept once, and in the end all of them', async () => {
  const { deps, database, model, broker } = await world()
  const plan = await planLabels(deps, { model: 'm', at: time, window: time })
  assert.ok(plan !== null)
  const [{ cut } = { cut: '' }] = plan.partitions
  const run = async (die: ScanChildInput['die']) => {
    const input: ScanChildInput = {
      ...{ broker, database: database.url, model, reading: plan.reading },
      ...{ partition: 0, to: cut, labels: true, die },
    }
    const running = spawn(process.execPath, [child, JSON.stringify(input)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const [code, signal] = (await once(running, 'exit')) as [number | null, string | null]
    assert.ok(signal === 'SIGKILL' || code === 0, `the child ended with ${code ?? signal}`)
    return signal
  }
  const kept = async () => {
    const { rows } = await database.pool.query(
      `select (select count(*)::int from labels) as labels, sum(good)::int as good, sum(bad)::int as bad
       from ledger_slices`,
    )
    return rows[0]
  }
  for (const phase of scanPhases.filter((name) => /fetch|slice/.test(name))) {
    assert.equal(await run({ phase, after: 1 }), 'SIGKILL', `dies: ${phase}`)
    assert.deepEqual(await brokenInvariants(database.pool), [], phase)
    const { labels, good } = await kept()
    assert.equal(labels, good, phase)
  }
  const before = await kept()
  assert.ok(before.good > 0 && before.good < 1_600, 'it died on the way')
  assert.equal(await run(null), null, 'then it does its work')
  assert.deepEqual(await kept(), { labels: 1_600, good: 1_600, bad: 16 })
  // Several at once do the work of one.
  const input = {
    model: 'm',
    reading: plan.reading,
    partition: 1,
    to: plan.partitions[1]?.cut ?? '',
  }
  await Promise.all([advanceLabels(deps, input), advanceLabels(deps, input)])
  assert.deepEqual(await brokenInvariants(database.pool), [])
})
