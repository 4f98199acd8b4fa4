import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { planScan } from '../../activities/scan-plan.ts'
import type { Report } from '../../contracts/report.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { day, scanWorld, scheduledAfter } from '../support/scan-world.ts'

type World = Awaited<ReturnType<typeof scanWorld>>
const worlds: World[] = []
after(() => Promise.all(worlds.map((world) => world.close())))

const dispersionOf = (report: Report | undefined): number | undefined =>
  report?.features.find(({ feature }) => feature === 'amount')?.primary.prediction?.dispersion

test('windows that vary without change teach how much, and a window within that is no drift', async () => {
  const world = await scanWorld({ detection: { scales: [1] } })
  worlds.push(world)
  const next = mulberry32(5)
  const reports: Report[] = []
  for (let index = 0; index < 14; index++) {
    const shift = index === 13 ? 3 : 0.7 * (next() - 0.5)
    await world.send(day(index, 300, { shift }))
    const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(index) })
    for (const { partition, cut } of plan.partitions) {
      const input = { model: 'm', reading: plan.reading, partition, to: cut }
      await advanceLedger(world.deps, input)
    }
    reports.push(await judgeWindow(world.deps, plan))
    assert.deepEqual(await judgeWindow(world.deps, plan), reports.at(-1))
  }
  const names = reports.map(({ verdict }) => verdict)
  assert.deepEqual(names.slice(0, 13), Array(13).fill('NO_DRIFT'), names.join(' '))
  assert.equal(names[13], 'DRIFT', 'what is far beyond them is told all the same')
  assert.equal(reports[0]?.evidence.history, undefined)
  assert.equal(reports[12]?.evidence.history?.windows, 12)
  assert.equal(dispersionOf(reports[5]), undefined, 'sampling noise only')
  const dispersion = dispersionOf(reports[13])
  assert.ok(dispersion !== undefined && dispersion > 1.3, `dispersion ${dispersion}`)
})
