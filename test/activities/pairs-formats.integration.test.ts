import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planRepair, repairPlanned } from '../../activities/repair.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { blindLog } from '../support/blind-log.ts'
import { killInJoins } from '../support/kill-in-joins.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { type LoggedHalf, pairsOf, readPairs, scanPairs } from '../support/pair-log.ts'
import { assertProved, pairWorld } from '../support/pair-world.ts'
import { hourMs, origin, scheduledAfter, values } from '../support/scan-world.ts'

/** Requests of two rows, and their responses a second later, as bodies with their id and time. */
function bodies(index: number, count: number, shift = 0) {
  const next = mulberry32(index + 100)
  return Array.from({ length: count }, (_, i) => {
    const atMs = origin + (index + i / count) * 24 * hourMs
    const rows = [values(next, shift), values(next, shift)]
    return {
      ...{ id: `d${index}-${i}`, partition: i % 2 },
      ...{ asked: new Date(atMs).toISOString(), answered: new Date(atMs + 1_000).toISOString() },
      rows,
    }
  })
}

test('KServe: a request of several rows finds the response of as many, row by row', async () => {
  const world = await pairWorld({ log: { format: 'kserve', paths: { score: '' } } })
  const logged = (index: number, shift: number) =>
    bodies(index, 400, shift).flatMap(({ id, partition, asked, answered, rows }) => {
      const event = (half: string, time: string, body: object, to: number) => ({
        ...{ partition: to, value: JSON.stringify(body) },
        headers: {
          ...{ ce_specversion: '1.0', ce_id: id, ce_source: 'http://m', ce_time: time },
          ce_inferenceservicename: 'm',
          ce_type: `org.kubeflow.serving.inference.${half}`,
        },
      })
      const instances = rows.map(([amount, plan]) => ({ amount, plan }))
      const predictions = rows.map(([, , score]) => score)
      return [
        event('response', answered, { predictions }, 1 - partition),
        event('request', asked, { instances }, partition),
      ]
    })
  await world.send(logged(0, 0))
  const quiet = await scanPairs(world.deps, 0, { records: 150, workers: 2 })
  assert.deepEqual([quiet.report.verdict, quiet.report.rows.good], ['NO_DRIFT', 800])
  assert.equal(quiet.report.rows.unmatched?.share, 0)
  assert.ok(quiet.report.features.some(({ feature }) => feature === '(score)'))
  await world.send([...logged(1, 1), { value: '{"instances":[]}', partition: 0 }])
  const shifted = await scanPairs(world.deps, 1)
  assert.deepEqual([shifted.report.verdict, shifted.report.rows.bad], ['DRIFT', 1])
  assert.equal(shifted.report.features[0]?.feature, 'amount')
  await assertProved(world)
})

test('Seldon: what its request logger writes is joined by the id of the request', async () => {
  const options = { where: { modelid: 'classifier' } }
  const paths = { score: '0' }
  const world = await pairWorld({ log: { format: 'seldon', options, paths } })
  const message = (half: string, id: string, time: string, modelid: string, data: object) => ({
    headers: {
      ...{ ce_specversion: '1.0', ce_id: `${half}-${id}`, ce_source: 's', ce_time: time },
      ...{ ce_requestid: id, ce_inferenceservicename: 'm', ce_modelid: modelid },
      ce_type: `io.seldon.serving.inference.${half}`,
    },
    value: JSON.stringify({ data }),
  })
  const logged = bodies(0, 300).flatMap(({ id, partition, asked, answered, rows }) => {
    const names = ['amount', 'plan']
    const ndarray = rows.map(([amount, plan]) => [amount, plan])
    const answers = rows.map(([, , score]) => [score])
    return [
      { partition, ...message('request', id, asked, 'classifier', { names, ndarray }) },
      { partition, ...message('request', id, asked, 'transformer', { names, ndarray }) },
      { partition, ...message('response', id, answered, 'classifier', { ndarray: answers }) },
    ]
  })
  await world.send(logged)
  const { report } = await scanPairs(world.deps, 0)
  assert.deepEqual(
    [report.verdict, report.rows.good, report.rows.foreign, report.rows.bad],
    ['NO_DRIFT', 600, 300, 0],
  )
  assert.deepEqual(report.rows.unmatched, { requests: 0, responses: 0, share: 0 })
  await assertProved(world)
})

const inTurn = (halves: readonly LoggedHalf[]) =>
  halves.map(({ value }, i) => ({ value, partition: i % 2 }))

test('a repair brings halves whose other half waits, and the window is judged once more', async () => {
  const world = await pairWorld({ rejudge: 0.05 })
  await world.send(inTurn(pairsOf(0, 800)))
  const newer = (text: string) => /"id":"d\d-\d*7"/.test(text) && text.includes('"score"')
  const blind = { ...world.deps, log: blindLog(world.deps.log, newer) }
  const first = await scanPairs(blind, 0)
  assert.deepEqual([first.report.rows.good, first.report.rows.bad], [720, 80])
  assert.equal(first.report.rows.unmatched?.requests, 80)
  await assertProved(world)
  const plan = await planRepair(world.deps, { model: 'm' })
  const result = await repairPlanned(world.deps, plan)
  assert.deepEqual([result.good, result.rejudged], [80, 1])
  const { rows } = await world.database.pool.query('select report from second_looks')
  assert.equal(rows[0].report.rows.good, 800)
  assert.deepEqual(rows[0].report.rows.unmatched, { requests: 0, responses: 0, share: 0 })
  const again = await repairPlanned(world.deps, plan)
  assert.equal(again.rejudged, 0, 'repeated, there is nothing to do')
  assert.equal(canonicalJson((await scanPairs(world.deps, 0)).report), canonicalJson(first.report))

  const undisturbed = await pairWorld()
  await undisturbed.send(inTurn(pairsOf(0, 800)))
  const whole = await scanPairs(undisturbed.deps, 0)
  assert.equal(rows[0].report.evidence.profile, whole.report.evidence.profile)
  await assertProved(world)
})

test('killed in every phase of a join, a scan comes to the same bytes', async () => {
  const filled = async () => {
    const world = await pairWorld()
    const halves = inTurn(pairsOf(0, 300))
    await world.send(halves.slice(0, 250))
    await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(-1) })
    await world.send(halves.slice(250))
    return world
  }
  const struck = await filled()
  const plan = await planScan(struck.deps, { model: 'm', scheduledAt: scheduledAfter(0) })
  assert.equal(plan.joins, 2)
  await readPairs(struck.deps, { ...plan, joins: 0 })
  await killInJoins(struck, plan)
  const left = await scanPairs(struck.deps, 0)
  const undisturbed = await filled()
  const right = await scanPairs(undisturbed.deps, 0)
  assert.equal(left.report.rows.good, 300)
  assert.equal(left.report.evidence.profile, right.report.evidence.profile)
  assert.deepEqual(left.report.features, right.report.features)
  await assertProved(struck)
})
