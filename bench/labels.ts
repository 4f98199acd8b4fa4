import { advanceLabels } from '../activities/advance-labels.ts'
import { advanceLedger } from '../activities/advance-ledger.ts'
import { measurePerformance } from '../activities/measure-performance.ts'
import { planLabels } from '../activities/plan-labels.ts'
import { planScan } from '../activities/scan-plan.ts'
import { eachLabelled } from '../adapters/postgres/labelled-predictions.ts'
import { cutOf } from '../adapters/postgres/verdicts.ts'
import type { LabelPlan } from '../contracts/label-reading.ts'
import type { ScanPlan } from '../contracts/scan.ts'
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
 * Labels: the CPU seconds of this process and of PostgreSQL together, from the topic to each prediction with its label.
 * Ours reads exactly once, keeps what came, and joins it with the predictions. The peer reads the same records, parses
 * them and upserts id, time and label, the last one wins; nothing is joined. What metrics and their intervals take is
 * printed beside it, and has no bar.
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
          const scan = await readPredictions(world)
          // Which one comes first alternates: what PostgreSQL does behind either falls on both.
          const inTurn = [
            () => taken(world, () => upsert(world)),
            () => taken(world, () => join(world, scan)),
          ]
          const order = round % 2 === 0 ? [0, 1] : [1, 0]
          const times: number[] = []
          for (const which of order) times[which] = (await inTurn[which]?.()) ?? Number.NaN
          const [peer, ours] = times as [number, number]
          const measuring = await taken(world, () => measure(world, scan))
          const rate = Math.round(labels / ours)
          console.log(
            `round ${round}: upsert ${peer.toFixed(2)} s, read, kept and joined ${ours.toFixed(2)} s of CPU (${rate} labels a CPU second); joined once more and measured ${measuring.toFixed(2)} s`,
          )
          ratios.push(ours / peer)
        } finally {
          await world.close()
        }
      }
      return report([
        {
          what: 'CPU of reading, keeping and joining / CPU of an upsert, median',
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

async function readPredictions({ deps }: World): Promise<ScanPlan> {
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(0) })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  return plan
}

async function taken({ database }: World, work: () => Promise<void>): Promise<number> {
  const before = await postgresCpu(database.pool)
  const began = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1e6 + (await postgresCpu(database.pool)) - before
}

const labelPlan = async ({ deps }: World, { window }: ScanPlan): Promise<LabelPlan> => {
  const plan = await planLabels(deps, {
    ...{ model: 'm', at: scheduledAfter(0), window: window.start },
  })
  if (plan === null) throw new Error('there are no labels')
  return plan
}

async function join(world: World, scan: ScanPlan): Promise<void> {
  const { deps, database } = world
  const plan = await labelPlan(world, scan)
  for (const { partition, cut } of plan.partitions) {
    await advanceLabels(deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  let unlabelled = 0
  const { window, reading } = scan
  await eachLabelled(
    database.pool,
    {
      ...{ reading, start: new Date(window.start), end: new Date(window.end) },
      ...{ cut: cutOf(scan), repairs: 0, began: null },
      labelReading: plan.reading,
      labelRepairs: 0,
      labelCut: cutOf(plan),
    },
    ({ value }) => {
      if (value === null) unlabelled++
    },
  )
  if (unlabelled > 0) throw new Error(`${unlabelled} labels were not joined`)
}

async function measure(world: World, scan: ScanPlan): Promise<void> {
  await measurePerformance(world.deps, await labelPlan(world, scan))
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
