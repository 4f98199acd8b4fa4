import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgePlan, judgeWindow } from '../../activities/judge-window.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { upsertIncident } from '../../adapters/postgres/incidents.ts'
import type { Report } from '../../contracts/report.ts'
import type { ScanPlan } from '../../contracts/scan.ts'
import { day, origin, scanWorld, scheduledAfter } from '../support/scan-world.ts'

type World = Awaited<ReturnType<typeof scanWorld>>
type References = NonNullable<NonNullable<Parameters<typeof scanWorld>[0]>['references']>
const worlds: World[] = []
after(() => Promise.all(worlds.map((world) => world.close())))

async function worldWith(options: Parameters<typeof scanWorld>[0]) {
  const world = await scanWorld(options)
  worlds.push(world)
  return world
}

interface Scanned {
  readonly plan: ScanPlan
  readonly report: Report
}

async function scan(world: World, index: number): Promise<Scanned> {
  const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    const input = { model: 'm', reading: plan.reading, partition, to: cut }
    await advanceLedger(world.deps, input)
  }
  const report = await judgeWindow(world.deps, plan)
  assert.deepEqual((await judgePlan(world.deps, plan)).report, report, 'the same bytes again')
  return { plan, report }
}

/** One day after the other, 300 rows each; the amount of each is shifted by so much. */
async function scanDays(world: World, shifts: readonly number[], from = 0): Promise<Scanned[]> {
  const scanned: Scanned[] = []
  for (const [i, shift] of shifts.entries()) {
    await world.send(day(from + i, 300, { shift }))
    scanned.push(await scan(world, from + i))
  }
  return scanned
}

const dayStart = (index: number) => new Date(origin + index * 86_400_000).toISOString()
const verdicts = (scanned: readonly Scanned[]) => scanned.map(({ report }) => report.verdict)
const evidenceOf = ({ report }: Scanned, name: string, windows = 1) =>
  report.evidence.references
    ?.find((reference) => reference.name === name)
    ?.looks.find((look) => look.windows === windows)
const against = ({ report }: Scanned, name: string) =>
  report.references?.find((reference) => reference.name === name)

const both: References = {
  training: { kind: 'training' },
  'last-days': { kind: 'rolling', last: '4d' },
}

describe('a rolling reference beside the training data', () => {
  test('is not used until it holds half of its time, and takes its share of the budget all the same', async () => {
    const world = await worldWith({ references: both, detection: { scales: [1] } })
    const scanned = await scanDays(world, [0, 0, 0, 0])
    assert.deepEqual(verdicts(scanned), Array(4).fill('NO_DRIFT'))
    assert.deepEqual(
      scanned.map((one) => against(one, 'last-days')?.unused?.code ?? 'used'),
      ['TOO_LITTLE_HISTORY', 'TOO_LITTLE_HISTORY', 'used', 'used'],
    )
    assert.equal(
      against(scanned[1]!, 'last-days')?.unused?.sentence,
      'it holds 1d of 4d, and half is needed',
    )
    assert.deepEqual(
      scanned.map((one) => against(one, 'last-days')?.rows),
      [0, 300, 600, 900],
    )
    const levels = scanned.map(({ report }) => report.features[0]?.level)
    assert.deepEqual(new Set(levels).size, 1, levels.join(' '))
    const alone = await worldWith({ detection: { scales: [1] } })
    const [single] = await scanDays(alone, [0])
    assert.equal(levels[0], (single?.report.features[0]?.level ?? 0) / 2)
    assert.equal(single?.report.evidence.references, undefined)
    assert.equal(single?.report.features[0]?.reference, undefined)
  })

  test('never holds what it judges nor what was found wrong, and a drift says against what it stands', async () => {
    const world = await worldWith({ references: both, detection: { scales: [1] } })
    const scanned = await scanDays(world, [0, 0, 0, 0, 3, 0])
    assert.deepEqual(verdicts(scanned).slice(3), ['NO_DRIFT', 'DRIFT', 'NO_DRIFT'])
    const drift = scanned[4]!
    assert.match(drift.report.headline, /^amount drifted against training: /)
    assert.equal(against(drift, 'training')?.drifted, 1)
    assert.equal(against(drift, 'last-days')?.drifted, 1)
    assert.equal(drift.report.features[0]?.reference, 'training')
    assert.deepEqual(evidenceOf(drift, 'last-days')?.merged, [[dayStart(0), dayStart(4)]])
    assert.deepEqual(evidenceOf(scanned[5]!, 'last-days')?.merged, [[dayStart(1), dayStart(4)]])
    assert.equal(evidenceOf(scanned[5]!, 'last-days')?.rows, 900)
  })

  test('of a longer span holds no window of the span', async () => {
    const world = await worldWith({ references: both, detection: { scales: [1, 6] } })
    const scanned = await scanDays(world, Array(9).fill(0))
    const seen = scanned.filter((one) => evidenceOf(one, 'last-days', 6) !== undefined)
    assert.ok(seen.length >= 2)
    for (const one of seen) {
      const index = scanned.indexOf(one)
      for (const [, end] of evidenceOf(one, 'last-days', 6)?.merged ?? []) {
        assert.ok(end <= dayStart(index - 5), `day ${index}: ${end}`)
      }
    }
    assert.deepEqual(evidenceOf(scanned[8]!, 'last-days', 6)?.merged, [[dayStart(0), dayStart(3)]])
    assert.equal(evidenceOf(scanned[8]!, 'last-days', 6)?.unused, undefined)
  })

  test('gives the same bytes later, whatever came late and whatever became of the windows in it', async () => {
    const world = await worldWith({ references: both, detection: { scales: [1] } })
    await scanDays(world, [0])
    // A day that is read and not yet judged when the days after it are.
    await world.send(day(1, 300, { shift: 3 }))
    const { plan, report } = (await scanDays(world, [0, 0], 2))[1]!
    // The day after it differs from it and does not feed either.
    assert.deepEqual(evidenceOf({ plan, report }, 'last-days')?.merged, [
      [dayStart(0), dayStart(2)],
    ])
    await world.send(day(2, 200, { shift: 4, seed: 9 }))
    await scanDays(world, [0], 4)
    const { pool } = world.database
    const again = async () => (await judgePlan(world.deps, plan)).report
    assert.deepEqual(await again(), report, 'late rows lie above the cut')
    const forget = () =>
      pool.query('delete from verdicts where window_start = $1', [plan.window.start])
    await forget()
    assert.deepEqual(await again(), report, 'as if never judged')
    await judgeWindow(world.deps, plan)
    assert.equal((await scan(world, 1)).report.verdict, 'DRIFT')
    assert.deepEqual(await again(), report, 'the evidence says what was merged')
    await forget()
    const other = { plan, report: await again() }
    assert.deepEqual(
      evidenceOf(other, 'last-days')?.merged,
      [[dayStart(0), dayStart(1)]],
      'judged for the first time now, it leaves the day out',
    )
  })

  test('learns how much windows vary against each reference apart', async () => {
    const world = await worldWith({ references: both, detection: { scales: [1] } })
    const scanned = await scanDays(world, Array(12).fill(0))
    const last = scanned[11]!.report.evidence
    const [training, rolling] = last.references ?? []
    assert.equal(training?.history?.windows, 11)
    // Not used in the first two windows.
    assert.equal(rolling?.history?.windows, 9)
    assert.notEqual(training?.history?.digest, rolling?.history?.digest)
    assert.deepEqual(last.history, training?.history)
  })

  test('has segments, and a sample for row detectors', async () => {
    const world = await worldWith({
      references: both,
      segments: ['plan'],
      detection: { scales: [1], rows: ['mmd'], minimumRows: 50 },
    })
    const scanned = await scanDays(world, [0, 0, 0, 3])
    const { report } = scanned[3]!
    assert.deepEqual(
      report.joint?.map(({ reference, score }) => [reference, score?.n.reference]),
      [
        ['training', 1_000],
        ['last-days', 900],
      ],
    )
    const drifted = report.features.filter(({ state }) => state === 'drifted')
    assert.deepEqual(
      drifted.map(({ segment }) => segment).toSorted(),
      [undefined, 'plan=basic', 'plan=pro'].toSorted(),
    )
    assert.equal(against(scanned[3]!, 'last-days')?.drifted, 3)
    assert.match(report.evidence.references?.[1]?.sample ?? '', /^[0-9a-f]{64}$/)
    assert.ok(drifted.every(({ since }) => since?.at === dayStart(3)))
  })
})

describe('without the training data', () => {
  test('windows have no verdict until there is history, and then are held against it', async () => {
    const references: References = { 'last-days': { kind: 'rolling', last: '4d' } }
    const world = await worldWith({ references, detection: { scales: [1] } })
    const scanned = await scanDays(world, [3, 3, 3, 3, 0])
    const none = 'INSUFFICIENT_DATA'
    assert.deepEqual(verdicts(scanned), [none, none, 'NO_DRIFT', 'NO_DRIFT', 'DRIFT'])
    assert.equal(
      scanned[0]?.report.headline,
      'no reference can be used yet: last-days: it holds 0s of 4d, and half is needed: no verdict is possible',
    )
    assert.match(scanned[4]?.report.headline ?? '', /^amount drifted against last-days: /)
    assert.equal(scanned[4]?.report.evidence.reference.name, 'last-days')
    assert.equal(scanned[4]?.report.since?.at, dayStart(4))
  })

  test('a drift that lasts does not become its own reference while its incident is open', async () => {
    const references: References = { 'last-days': { kind: 'rolling', last: '2d' } }
    const world = await worldWith({ references, detection: { scales: [1] } })
    const scanned = await scanDays(world, [0, 0, 3])
    assert.deepEqual(verdicts(scanned).slice(1), ['NO_DRIFT', 'DRIFT'])
    const { window, evidenceDigest, headline } = scanned[2]!.report
    await upsertIncident(world.database.pool, {
      ...{ id: `m/DRIFT/${window.start}`, model: 'm', kind: 'DRIFT', state: 'open' },
      ...{ openedAt: window.end, resolvedAt: null, firstWindow: window, lastWindow: window },
      ...{ windows: 1, verdictId: window.start, evidenceDigest, headline, next: 'watched' },
      ...{ runKey: null, release: null },
    })
    const later = await scanDays(world, [3, 3, 3], 3)
    // Half of two days is there once, then nothing that may feed it.
    assert.deepEqual(verdicts(later), ['DRIFT', 'INSUFFICIENT_DATA', 'INSUFFICIENT_DATA'])
  })
})

test('the same hours of the week tell a weekly rhythm from a change', async () => {
  const references: References = {
    usual: { kind: 'same-hour-of-week', weeks: 2, holidays: ['2001-01-17'] },
  }
  const world = await worldWith({ references, detection: { scales: [1] } })
  // The world begins on a Monday; on Saturdays and Sundays amounts are larger.
  const week = [0, 0, 0, 0, 0, 2, 2]
  const scanned = await scanDays(world, [...week, ...week, 2, 0, 0])
  const none = 'INSUFFICIENT_DATA'
  assert.deepEqual(verdicts(scanned), [
    ...Array(7).fill(none),
    ...Array(7).fill('NO_DRIFT'),
    ...['DRIFT', 'NO_DRIFT', none],
  ])
  assert.match(scanned[14]?.report.headline ?? '', /^amount drifted against usual: /)
  assert.deepEqual(evidenceOf(scanned[15]!, 'usual')?.merged, [
    [dayStart(1), dayStart(2)],
    [dayStart(8), dayStart(9)],
  ])
  assert.deepEqual(against(scanned[16]!, 'usual')?.unused, {
    code: 'HOLIDAY',
    sentence: '2001-01-17 is a holiday, which is compared with no other day',
  })
})
