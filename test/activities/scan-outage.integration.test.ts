import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ApplicationFailure } from '@temporalio/common'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { toFailure } from '../../adapters/temporal/as-activities.ts'
import { down, status, up } from '../../deploy/local/index.ts'
import { day, scanWorld, scheduledAfter } from '../support/scan-world.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-outage-'))
chmodSync(folder, 0o755)
const start = () => up({ folder, only: ['kafka', 'postgres'] })
const kill = (name: string) => {
  const found = status(folder).find((program) => program.name === name && program.running)
  process.kill(found?.pid ?? assert.fail(`${name} does not run`), 'SIGKILL')
}

describe('a server that goes down in the middle of a scan', () => {
  let on: { kafka: string; postgres: string }
  before(async () => {
    const { kafka = '', postgres = '' } = await start()
    on = { kafka, postgres }
  })
  after(async () => {
    await down(folder)
    rmSync(folder, { recursive: true, force: true })
  })

  for (const server of ['kafka', 'postgres']) {
    test(`${server}: what was committed stays, and the same worker goes on once it is back`, async () => {
      const world = await scanWorld({ on, partitions: 1 })
      const records = day(0, 3_000).map((record) => ({ ...record, partition: 0 }))
      await world.send(records)
      const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(0) })
      const [{ cut, partition } = assert.fail('no partition')] = plan.partitions
      const input = { model: 'm', reading: plan.reading, partition, to: cut }
      let committed = 0
      let back: Promise<unknown> = Promise.resolve()
      const advance = () =>
        advanceLedger(world.deps, input, {
          records: 500,
          onSlice() {
            if (++committed !== 2) return
            kill(server)
            back = start()
          },
        })
      // As Temporal would: again, until it succeeds.
      for (const giveUp = performance.now() + 120_000; ; ) {
        const failure = await advance().then(() => null, toFailure)
        if (failure === null) break
        assert.ok(!(failure instanceof ApplicationFailure && failure.nonRetryable), String(failure))
        assert.ok(performance.now() < giveUp, String(failure))
        await sleep(200)
      }
      await back
      assert.ok(committed > 2, 'it was in the middle')
      const report = await judgeWindow(world.deps, plan)
      assert.deepEqual([report.rows.good, report.rows.lost], [3_000, 0])
      await world.close()
    })
  }
})
