import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import type { Report } from '../../contracts/report.ts'
import type { ScanPlan } from '../../contracts/scan.ts'
import { scanPhases } from '../../contracts/scan-phases.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import type { ScanChildInput } from '../support/scan-child.ts'
import { day, scanWorld, scheduledAfter } from '../support/scan-world.ts'

type World = Awaited<ReturnType<typeof scanWorld>>

const child = fileURLToPath(new URL('../support/scan-child.ts', import.meta.url))
const worlds: World[] = []
after(() => Promise.all(worlds.map((world) => world.close())))

/** A day of predictions with garbage in between, in batches of 100 records. */
async function filledWorld(): Promise<{ world: World; plan: ScanPlan }> {
  const world = await scanWorld()
  worlds.push(world)
  const records = day(0, 1_600)
  for (let from = 0; from < records.length; from += 200) {
    await world.send([...records.slice(from, from + 200), { value: 'not json', partition: 0 }])
  }
  const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(0) })
  return { world, plan }
}

/** Runs the child; answers how it ended: the signal that killed it, or null when it did its work. */
async function runChild(
  { world, plan }: { world: World; plan: ScanPlan },
  partition: number,
  die: ScanChildInput['die'],
): Promise<string | null> {
  const to = plan.partitions.find((entry) => entry.partition === partition)?.cut ?? '0'
  const input: ScanChildInput = {
    broker: world.broker,
    database: world.database.url,
    model: world.model,
    reading: plan.reading,
    partition,
    to,
    die,
  }
  const running = spawn(process.execPath, [child, JSON.stringify(input)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code, signal] = (await once(running, 'exit')) as [number | null, string | null]
  assert.ok(signal === 'SIGKILL' || code === 0, `the child ended with ${code ?? signal}`)
  return signal
}

/** What the ledger of a partition says of itself. */
async function ledgerOf({ world, plan }: { world: World; plan: ScanPlan }, partition: number) {
  const { rows } = await world.database.pool.query(
    `select h.head, count(s.*)::int as slices,
       coalesce(sum(s.to_offset - s.from_offset), 0) as passed,
       coalesce(sum(s.good), 0)::int as good, coalesce(sum(s.bad), 0)::int as bad,
       coalesce((select sum(p.rows) from parts p
          where p.reading = h.reading and p.partition = h.partition), 0)::int as rows,
       (select count(*) from dead_letters d where d.partition = h.partition)::int as dead
     from ledger_heads h left join ledger_slices s using (reading, partition)
     where h.reading = $1 and h.partition = $2 group by h.reading, h.partition, h.head`,
    [plan.reading, partition],
  )
  return rows[0]
}

/** Every part of the window, merged by the judge: the report names the digest of the merged bytes. */
async function finish({ world, plan }: { world: World; plan: ScanPlan }): Promise<Report> {
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(world.deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  return judgeWindow(world.deps, plan)
}

test('killed in every phase of a slice, the ledger stays whole and ends in the same bytes', async () => {
  const struck = await filledWorld()
  let slices = 0
  for (const phase of scanPhases.filter((name) => /fetch|slice/.test(name))) {
    const before = await ledgerOf(struck, 0)
    assert.equal(await runChild(struck, 0, { phase, after: 1 }), 'SIGKILL', `dies: ${phase}`)
    const ledger = await ledgerOf(struck, 0)
    // It dies in its second slice: the first is committed, the second only where the commit came first.
    const committed = phase === 'after slice' ? 2 : 1
    assert.equal(ledger.slices - before.slices, committed, `slices committed: ${phase}`)
    assert.equal(ledger.passed, ledger.head, `no gap and no overlap: ${phase}`)
    assert.equal(ledger.rows, ledger.good, `parts hold what the slices count: ${phase}`)
    assert.equal(ledger.dead, ledger.bad, `dead letters are those of the slices: ${phase}`)
    assert.deepEqual(await brokenInvariants(struck.world.database.pool), [], phase)
    slices += committed
  }
  assert.equal(await runChild(struck, 0, null), null, 'then it does its work')
  const ended = await ledgerOf(struck, 0)
  assert.ok(ended.slices > slices, 'it went on where the last death left the ledger')
  assert.deepEqual([Number(ended.head), ended.good, ended.bad], [808, 800, 8])

  const undisturbed = await filledWorld()
  const [left, right] = [await finish(struck), await finish(undisturbed)]
  assert.equal(left.rows.good, 1_600)
  assert.equal(left.evidence.profile, right.evidence.profile)
  // Topics differ by name, and with them the settings that the evidence names; all else is the same.
  const comparable = ({ evidence, evidenceDigest, ...report }: Report) => ({
    ...report,
    profile: evidence.profile,
    cut: evidence.cut,
  })
  assert.equal(canonicalJson(comparable(left)), canonicalJson(comparable(right)))
})
