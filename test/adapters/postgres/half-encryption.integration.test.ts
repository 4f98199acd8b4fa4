import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advanceLedger } from '../../../activities/advance-ledger.ts'
import { joinReading } from '../../../activities/join-halves.ts'
import { planScan } from '../../../activities/scan-plan.ts'
import { insertHalves } from '../../../adapters/postgres/halves.ts'
import { eachTouchedHalf } from '../../../adapters/postgres/pair-halves.ts'
import { transaction } from '../../../adapters/postgres/pool.ts'
import { closedAfter } from '../../support/closed-after.ts'
import { heldAnywhere } from '../../support/held-anywhere.ts'
import { applyData, rowKey } from '../../support/row-keys.ts'
import { day, scanWorld, scheduledAfter } from '../../support/scan-world.ts'

const world = closedAfter(scanWorld)
const mark = 'pro-of-somebody'

/** Rows of a day that wait, of which one value is marked; a join, and what it counted. */
async function joined(keys: readonly string[]) {
  const own = await world({ labels: null, log: { dedupe: 'exact' } })
  const { pool } = own.database
  const marked = (place: number, change: object = {}) => {
    const [row] = day(0, 60).slice(place, place + 1)
    const { features, ...rest } = JSON.parse(row!.value)
    return {
      ...row!,
      value: JSON.stringify({ ...rest, features: { ...features, plan: mark, ...change } }),
    }
  }
  const held: string[][] = []
  for (const [index, key] of keys.entries()) {
    if (key !== '')
      await applyData(pool, {
        m: {
          encryption: {
            keys: keys
              .slice(0, index + 1)
              .reverse()
              .map(rowKey),
          },
        },
      })
    // Again in the second join: the same content, and another one under a known id.
    await own.send(
      index === 0
        ? [...day(0, 60).slice(2), marked(0), marked(0), marked(1)]
        : [...day(1, 60), marked(0), marked(1, { amount: 1 })],
    )
    const plan = await planScan(own.deps, { model: 'm', scheduledAt: scheduledAfter(index) })
    for (const { partition, cut } of plan.partitions) {
      await advanceLedger(own.deps, { model: 'm', reading: plan.reading, partition, to: cut })
    }
    held.push(await heldAnywhere(pool, mark))
    await joinReading(own.deps, { model: 'm', reading: plan.reading, to: plan.joins! })
  }
  const { rows: counts } = await pool.query(
    `select number, bucket, requests, repeated, differing from join_counts order by number, bucket`,
  )
  const { rows: parts } = await pool.query(
    `select bucket, from_offset, rows, sha256(profile) as profile from parts order by 1, 2`,
  )
  const { rows: ids } = await pool.query('select key, content from joined_ids order by 1, 2')
  return { held, found: { counts, parts, ids } }
}

test('rows that wait are encrypted, and come to the same repetitions and counts, also where a key rotates', async () => {
  const open = await joined(['', ''])
  assert.ok(open.held[0]?.includes('halves.values'))
  assert.ok(
    open.found.counts.some(({ repeated }) => Number(repeated) > 0) &&
      open.found.counts.some(({ differing }) => Number(differing) > 0),
  )
  const sealed = await joined(['half-1', 'half-2'])
  assert.deepEqual(sealed.held[0], [])
  // An unseen category is counted by its name once it is joined: that is of the counts.
  assert.deepEqual(sealed.held[1], ['parts.profile'])
  assert.deepEqual(sealed.found, open.found)
})

test('halves of requests and responses come back to their join as they were', async () => {
  const own = await world({ labels: null })
  const { pool } = own.database
  await applyData(pool, { m: { encryption: { keys: [rowKey('pair')] } } })
  await pool.query(
    `insert into readings (id, model, topic, binning, definition) select 'pairs', 'm', 't', digest, '{}' from binnings`,
  )
  const half = (offset: bigint, piece: 'request' | 'response', values: string) => ({
    ...{ offset, place: 0, piece, id: 'one', timeMs: 1, version: '1', values, digest: null },
  })
  const [asked, answered] = [`["${mark}", 1]`, `[0.5, "${mark}"]`]
  await transaction(pool, (client) =>
    insertHalves(client, { reading: 'pairs', partition: 0, repair: 0 }, [
      half(1n, 'request', asked),
      half(2n, 'response', answered),
    ]),
  )
  assert.deepEqual(await heldAnywhere(pool, mark), [])
  const join = { number: 1, began: { 0: '0' }, cut: { 0: '9' }, repairs: 0, windowEnd: new Date() }
  const found: (readonly [boolean, string])[] = []
  await eachTouchedHalf(pool, 'pairs', { join, before: null }, ({ request, values }) =>
    found.push([request, values]),
  )
  assert.deepEqual(found.sort(), [
    [false, answered],
    [true, asked],
  ])
})
