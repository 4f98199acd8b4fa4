import { advanceLabels } from '../activities/advance-labels.ts'
import { advanceLedger } from '../activities/advance-ledger.ts'
import { measurePerformance } from '../activities/measure-performance.ts'
import { planLabels } from '../activities/plan-labels.ts'
import { planScan } from '../activities/scan-plan.ts'
import { listPerformances } from '../adapters/postgres/performances.ts'
import { labelledWorld, labelOf } from '../test/support/labelled-world.ts'
import { day, scheduledAfter } from '../test/support/scan-world.ts'
import { defineBench } from './bench.ts'
import { postgresCpu } from './process-cpu.ts'
import { withServers } from './servers.ts'
import { median, report } from './targets.ts'

type World = Awaited<ReturnType<typeof labelledWorld>>

/** Messages of one request to the broker, and rows of one upsert. */
const batch = 5_000
/** CPU of reading, keeping and joining labels beside that of an upsert. */
const most = 2
const time = '2001-01-01T20:00:00.000Z'

/**
 * Labels: the CPU seconds of this process and of PostgreSQL together, from the topic to the measured window. Ours reads
 * exactly once, keeps what came, joins it with the predictions and measures. The peer reads the same records, parses
 * them and upserts id, time and label, the last one wins; nothing is joined or measured.
 */
export const labels = defineBench({
  summary: 'CPU of reading and joining labels beside a plain upsert of the same rows',
  options: { labels: 100_000, rounds: 3 },
  run: ({ labels, rounds }) =>
    withServers(['kafka', 'postgres'], async ({ kafka = '', postgres = '' }) => {
      const ratios: number[] = []
      for (let round = 1; round <= rounds; round++) {
        const world = await labelledWorld({ on: { kafka, postgres }, partitions: 2 })
        try {
          await fill(world, labels)
          const plan = await readPredictions(world)
          // Which one comes first alternates: what PostgreSQL does behind either falls on both.
          const inTurn = [
            () => taken(world, () => upsert(world)),
            () => taken(world, () => join(world, plan)),
          ]
          const order = round % 2 === 0 ? [0, 1] : [1, 0]
          const times: number[] = []
          for (const which of order) times[which] = (await inTurn[which]?.()) ?? Number.NaN
          const [peer, ours] = times as [number, number]
          const rate = Math.round(labels / ours)
          console.log(
            `round ${round}: upsert ${peer.toFixed(2)} s, read, kept, joined and measured ${ours.toFixed(2)} s of CPU; ${rate} labels a CPU second`,
          )
          ratios.push(ours / peer)
        } finally {
          await world.close()
        }
      }
      return report([
        {
          what: 'CPU of reading, joining and measuring / CPU of an upsert, median',
          measured: median(ratios),
          most,
          unit: 'times',
        },
      ])
    }),
})

async function fill(world: World, count: number): Promise<void> {
  const predictions = day(0, count)
  for (let from = 0; from < count; from += batch) {
    const some = predictions.slice(from, from + batch)
    await world.send(some)
    await world.sendLabels(
      some.map(({ value, partition }, i) => ({
        ...labelOf(JSON.parse(value).id, time, i % 2),
        partition,
      })),
    )
  }
}

async function readPredictions({ deps }: World): Promise<string> {
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(0) })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  return plan.window.start
}

async function taken({ database }: World, work: () => Promise<void>): Promise<number> {
  const before = await postgresCpu(database.pool)
  const began = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1e6 + (await postgresCpu(database.pool)) - before
}

async function join({ deps, database }: World, window: string): Promise<void> {
  const plan = await planLabels(deps, { model: 'm', at: scheduledAfter(0), window })
  if (plan === null) throw new Error('there are no labels')
  for (const { partition, cut } of plan.partitions) {
    await advanceLabels(deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  await measurePerformance(deps, plan)
  const [measured] = await listPerformances(database.pool, 'm', 1)
  if (measured?.labelled !== measured?.predictions) throw new Error('not every label was joined')
}

async function upsert({ deps, database, labelTopic }: World): Promise<void> {
  await database.pool.query(
    'create table upserted (id text primary key, at timestamptz not null, label double precision)',
  )
  for (const { partition, low, lastStable } of await deps.log.offsets(labelTopic)) {
    const stretch = { topic: labelTopic, partition, from: low, to: lastStable }
    let rows: { id: string; time: string; label: number }[] = []
    const write = async () => {
      await database.pool.query(
        `insert into upserted (id, at, label)
         select * from unnest($1::text[], $2::timestamptz[], $3::float8[])
         on conflict (id) do update set at = excluded.at, label = excluded.label
           where upserted.at <= excluded.at`,
        [rows.map(({ id }) => id), rows.map(({ time }) => time), rows.map(({ label }) => label)],
      )
      rows = []
    }
    for await (const { records } of deps.log.read(stretch)) {
      for (const { value } of records) rows.push(JSON.parse(value?.toString() ?? ''))
      if (rows.length >= batch) await write()
    }
    if (rows.length > 0) await write()
  }
}
