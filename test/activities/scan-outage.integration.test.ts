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
const pidOf = (name: string): number =>
  status(folder).find((program) => program.name === name && program.running)?.pid ??
  assert.fail(`${name} does not run`)
/** Kills a server; once it is gone starts it again. */
const killAndStart = async (name: string) => {
  process.kill(pidOf(name), 'SIGKILL')
  while (status(folder).some((program) => program.name === name && program.running)) await sleep(50)
  return start()
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
            back = killAndStart(server)
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

  for (const [how, stop] of [
    ['is gone', 'SIGKILL'],
    ['does not answer any more', 'SIGSTOP'],
  ] as const) {
    test(`a broker that ${how} is told of within half a minute, and found again`, async () => {
      const world = await scanWorld({ on, partitions: 1 })
      await world.send(day(0, 400).map((record) => ({ ...record, partition: 0 })))
      const { log } = world.deps
      const read = async () => {
        let records = 0
        const stretch = { topic: world.topic, partition: 0, from: 0n, to: 400n }
        for await (const batch of log.read(stretch)) records += batch.records.length
        return records
      }
      assert.equal(await read(), 400)
      const pid = pidOf('kafka')
      process.kill(pid, stop)
      const late = sleep(30_000, 'nothing was said within 30 s', { ref: false })
      const said = (work: Promise<unknown>) =>
        Promise.race([late, work.then(String, ({ code }: { code?: string }) => code)])
      const answers = await Promise.all([
        said(read()),
        said(log.offsets(world.topic)),
        said(log.topicId(world.topic)),
      ])
      assert.deepEqual(answers, new Array(3).fill('KAFKA_UNREACHABLE'))
      if (stop === 'SIGSTOP') process.kill(pid, 'SIGCONT')
      else await start()
      for (let tries = 0; ; tries++) {
        const found = await read().catch((error: { code?: string }) => error.code)
        if (found === 400) break
        assert.equal(found, 'KAFKA_UNREACHABLE')
        assert.ok(tries < 5)
      }
      assert.equal((await log.offsets(world.topic))[0]?.lastStable, 400n)
      await world.close()
    })
  }
})
