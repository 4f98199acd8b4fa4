import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { advanceLabels } from '../../activities/advance-labels.ts'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { finishErasure } from '../../activities/finish-erasure.ts'
import { keepHouse } from '../../activities/housekeeping.ts'
import { joinReading } from '../../activities/join-halves.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { planLabels } from '../../activities/plan-labels.ts'
import { recomputeVerdicts } from '../../activities/recompute.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { listErasures } from '../../adapters/postgres/erasures.ts'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import { storageSettings } from '../../contracts/storage.ts'
import { beginErasure, erasable } from '../../gateway/erase-prediction.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { closedAfter } from '../support/closed-after.ts'
import type { ErasureChildInput } from '../support/erasure-child.ts'
import { heldAnywhere } from '../support/held-anywhere.ts'
import { labelledWorld, labelOf } from '../support/labelled-world.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { day, origin, scheduledAfter } from '../support/scan-world.ts'

const world = closedAfter(labelledWorld)
type World = Awaited<ReturnType<typeof world>>

/** One scan with its labels; `hold`: what is left to be done after the ledger is read. */
async function scanned({ deps }: World, index: number, hold: 'nothing' | 'joins' = 'nothing') {
  const at = scheduledAfter(index)
  const plan = await planScan(deps, { model: 'm', scheduledAt: at })
  for (const { partition, cut } of plan.partitions) {
    const input = { model: 'm', reading: plan.reading, partition, to: cut }
    await advanceLedger(deps, input, { records: 120 })
  }
  const labels = await planLabels(deps, { model: 'm', at, window: plan.window.start })
  for (const { partition, cut } of labels?.partitions ?? []) {
    await advanceLabels(deps, { model: 'm', reading: labels!.reading, partition, to: cut })
  }
  if (hold === 'joins') return plan
  if (plan.joins !== undefined) {
    await joinReading(deps, { model: 'm', reading: plan.reading, to: plan.joins })
  }
  await judgeWindow(deps, plan)
  return plan
}

const asked = (id: string) => ({
  ...{ model: 'm', id, person: 'p', name: 'Person', reason: 'request 12' },
  at: new Date(),
})

async function erase({ deps, database }: World, id: string) {
  const number = await beginErasure(database.pool, asked(id))
  return { number, ...(await finishErasure(deps, { model: 'm', erasure: number })) }
}

async function proves({ database }: World): Promise<void> {
  assert.deepEqual(await brokenInvariants(database.pool), [])
  for (const { faults } of await ledgerOf(database.pool, 'm', 0, { deep: true })) {
    assert.deepEqual(faults, [])
  }
}

const rowsOf = (removed: readonly { place: string; rows: number }[]) =>
  Object.fromEntries(removed.map(({ place, rows }) => [place, rows]))

/** A day with labels, an id that is easily looked for, and a bad record that holds it. */
async function withVictim(own: World, id: string, index = 0) {
  const rows = day(index, 500)
  const time = new Date(origin + index * 86_400_000 + 1_000).toISOString()
  const { features, score } = JSON.parse(rows[0]!.value)
  const victim = JSON.stringify({ id, time, model: 'm', version: '1', features, score })
  await own.send([
    { value: victim, partition: 0 },
    ...rows,
    { value: `{"id": ${JSON.stringify(id)}, "time": "never"}`, partition: 1 },
  ])
  await own.sendLabels([labelOf(id, time, 1), labelOf(id, time, 0), labelOf('d0-1', time, 1)])
  return victim
}

/** One whose hash lets it into every sample. */
const sampledId = 'victim-000000000431'

test('nothing holds an erased id any more; the ledger is proved, and verdicts are the same or say why not', async () => {
  const own = await world()
  own.model.log.keepBadBytes = true
  own.model.detection.rows = ['mmd']
  const { pool } = own.database
  await withVictim(own, sampledId)
  await scanned(own, 0)
  await own.send(day(1, 400))
  await scanned(own, 1)
  await proves(own)
  const held = await heldAnywhere(pool, sampledId)
  for (const place of ['predictions.id', 'labels.id', 'parts.sample', 'dead_letters.bytes']) {
    assert.ok(held.includes(place), `${place} among ${held}`)
  }
  const { rows: digests } = await pool.query(
    'select digest, sha256(bytes) from profiles order by 1',
  )
  const would = await erasable(pool, 'm', sampledId)
  const { removed, number } = await erase(own, sampledId)
  assert.deepEqual(rowsOf(removed), { predictions: 1, labels: 2, samples: 1, dead_letters: 1 })
  assert.deepEqual(removed, would)
  assert.deepEqual(await heldAnywhere(pool, sampledId), [])
  await proves(own)
  const now = await pool.query('select digest, sha256(bytes) from profiles order by 1')
  assert.deepEqual(now.rows, digests)
  const all = await recomputeVerdicts(own.deps, { model: 'm', from: null, to: null })
  assert.deepEqual(
    all.verdicts.map(({ outcome, cause }) => [outcome, cause]),
    [
      ['not kept', 'erasure'],
      ['same', null],
    ],
  )
  const [record] = await listErasures(pool, 'm', { number })
  assert.ok(record?.endedAt)
  assert.deepEqual([record.person, record.reason], ['Person', 'request 12'])
  await assert.rejects(pool.query('update erasures set reason = $1', ['other']), /append-only/)
})

test('what comes under the id later is counted and not stored, in whatever way it comes', async () => {
  const own = await world()
  own.model.log.keepBadBytes = true
  await own.send(day(0, 300))
  await scanned(own, 0)
  await erase(own, sampledId)
  await withVictim(own, sampledId, 1)
  await own.send(day(1, 200))
  const plan = await scanned(own, 1)
  assert.deepEqual(await heldAnywhere(own.database.pool, sampledId), [])
  await proves(own)
  const { rows } = await own.database.pool.query(
    `select sum(rows)::int as rows from parts where reading = $1 and bucket >= $2`,
    [plan.reading, plan.window.start],
  )
  assert.equal(rows[0].rows, 701)
  const all = await recomputeVerdicts(own.deps, { model: 'm', from: null, to: null })
  assert.ok(all.verdicts.every(({ outcome }) => outcome === 'same'))
  // Erased once more, nothing is there.
  assert.deepEqual((await erase(own, sampledId)).removed, [])
})

for (const [kind, log] of [
  ['rows that wait to be told from repetitions', { dedupe: 'exact' }],
  ['requests and responses apart', { kind: 'pair' }],
] as const) {
  test(`${kind}: before a join, after it, and again later`, async () => {
    for (const hold of ['joins', 'nothing'] as const) {
      const own = await world({ log })
      const { pool } = own.database
      const lines = (id: string, index: number) => {
        const rows = day(index, 200).map(({ value, partition }) => ({
          partition,
          value: value.replace(`"d${index}-7"`, JSON.stringify(id)),
        }))
        if (!('kind' in log)) return rows
        return rows.flatMap(({ value, partition }) => {
          const { score, ...request } = JSON.parse(value)
          const { id: own, time, model, version } = request
          return [
            { value: JSON.stringify(request), partition },
            { value: JSON.stringify({ id: own, time, model, version, score }), partition },
          ]
        })
      }
      await own.send(lines(sampledId, 0))
      const plan = await scanned(own, 0, hold)
      assert.ok((await heldAnywhere(pool, sampledId)).length > 0)
      await erase(own, sampledId)
      assert.deepEqual(await heldAnywhere(pool, sampledId), [], `${kind}, ${hold}`)
      await proves(own)
      if (hold === 'joins') {
        await joinReading(own.deps, { model: 'm', reading: plan.reading, to: plan.joins! })
        await judgeWindow(own.deps, plan)
      }
      await own.send(lines(sampledId, 1))
      await scanned(own, 1)
      assert.deepEqual(await heldAnywhere(pool, sampledId), [], `${kind}, ${hold}, again`)
      await proves(own)
    }
  })
}

test('killed before any statement and begun again it ends in the same, and readers meanwhile store nothing', async () => {
  const own = await world()
  own.model.log.keepBadBytes = true
  const { pool } = own.database
  await withVictim(own, sampledId)
  await scanned(own, 0)
  const child = fileURLToPath(new URL('../support/erasure-child.ts', import.meta.url))
  const run = async (dieAt: number) => {
    const input: ErasureChildInput = {
      ...{ database: own.database.url, model: 'm', id: sampledId, dieAt },
    }
    const running = spawn(process.execPath, [child, JSON.stringify(input)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const [code, signal] = await once(running, 'exit')
    assert.ok(signal === 'SIGKILL' || code === 0, `it ended with ${code ?? signal}`)
    return signal === 'SIGKILL'
  }
  const next = mulberry32(3)
  let statements = 0
  for (; await run(statements); statements += 1 + Math.floor(next() * 3)) await proves(own)
  assert.ok(statements > 15, `it died ${statements} statements deep`)
  assert.deepEqual(await heldAnywhere(pool, sampledId), [])
  await proves(own)
  const records = await listErasures(pool, 'm')
  const [record, ...others] = records.filter(({ removed }) => removed.length > 0)
  assert.deepEqual(others, [], 'an erasure that is not done is that one')
  // Killed after its end, before its answer, it is asked for anew and finds nothing: once or twice, as statements fall.
  assert.ok(records.length <= 3, `${records.length} records`)
  assert.deepEqual(rowsOf(record!.removed), {
    ...{ predictions: 1, labels: 2, samples: 1, dead_letters: 1 },
  })
})

test('slices, labels and merges that began before an erasure store nothing of it', async () => {
  const own = await world()
  const { pool } = own.database
  await withVictim(own, sampledId)
  // It is erased while the first slices are read, and once more before they are committed.
  let struck = 0
  const deps = {
    ...own.deps,
    onPhase: async (phase: string) => {
      if (phase === 'after fetch' && struck++ < 2) await erase(own, sampledId)
    },
  }
  await scanned({ ...own, deps } as World, 0)
  assert.ok(struck > 2)
  assert.deepEqual(await heldAnywhere(pool, sampledId), [])
  await proves(own)
})

test('a merge leaves alone what is being erased, and merges it afterwards', async () => {
  const own = await world()
  const { pool } = own.database
  await withVictim(own, sampledId)
  await scanned(own, 0)
  const settings = { models: { m: own.model }, storage: storageSettings.parse({}) } as never
  const tidy = () =>
    keepHouse({
      db: pool,
      settings: async () => ({ settings }),
      clock: () => Date.now() + 86_400_000,
    })
  const number = await beginErasure(pool, asked(sampledId))
  assert.equal((await tidy()).merged, 0)
  await finishErasure(own.deps, { model: 'm', erasure: number })
  assert.ok((await tidy()).merged > 0)
  assert.deepEqual(await heldAnywhere(pool, sampledId), [])
  await proves(own)
  const { verdicts } = await recomputeVerdicts(own.deps, { model: 'm', from: null, to: null })
  assert.deepEqual(
    verdicts.map(({ outcome }) => outcome),
    ['same'],
  )
})

test('a row of a merged part and of a reference is erased too', async () => {
  const own = await world()
  const { pool } = own.database
  await withVictim(own, sampledId)
  await scanned(own, 0)
  const settings = { models: { m: own.model }, storage: storageSettings.parse({}) } as never
  await keepHouse({
    db: pool,
    settings: async () => ({ settings }),
    clock: () => Date.now() + 86_400_000,
  })
  assert.ok((await heldAnywhere(pool, sampledId)).includes('merged_parts.sample'))
  await erase(own, sampledId)
  assert.deepEqual(await heldAnywhere(pool, sampledId), [])
  await proves(own)
  const { rows } = await pool.query<{ sample: Buffer }>(
    'select sample from model_references limit 1',
  )
  const [id] = JSON.parse(rows[0]!.sample.toString().split('\n')[3]!)
  const { removed } = await erase(own, id)
  assert.equal(rowsOf(removed)['references'], 1)
  const again = await pool.query<{ sample: Buffer }>('select sample from model_references limit 1')
  assert.ok(!again.rows[0]!.sample.toString().includes(`"${id}"`))
})
