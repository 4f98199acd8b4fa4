import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { markShown } from '../../adapters/postgres/cards.ts'
import { currentConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { recordVerdict } from '../../adapters/postgres/verdicts.ts'
import { labelSettings } from '../../contracts/label-settings.ts'
import { measuredIn } from '../../gateway/metrics/measured.ts'
import { createMetrics, type Metrics } from '../../gateway/metrics.ts'
import { driftReport } from '../reports/examples.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'

/** Ten minutes after the end of the last window. */
const now = Date.UTC(2024, 0, 4, 0, 10)
const at = (day: number) => `2024-01-0${day}T00:00:00.000Z`

let world: GatewayWorld
let config: number
before(async () => {
  world = await gatewayWorld({ workerless: true })
  config = (await currentConfigVersion(world.gate.db))!.id
  await judge(1, 'DRIFT')
  await judge(2, 'NO_DRIFT')
  await judge(3, 'NO_DRIFT')
  await world.gate.db.query(`
    insert into binnings (digest, model, binning) values ('b', 'm', '{}');
    insert into readings (id, model, topic, binning, definition) values ('r', 'm', 'predictions', 'b', '{}');
    insert into ledger_heads (reading, partition, began, opened, head) values ('r', 0, 0, 0, 90), ('r', 1, 0, 0, 7);
    insert into ledger_slices (reading, partition, from_offset, to_offset, good, bad, foreign_rows, lost, unread, committed_at)
      values ('r', 0, 0, 50, 50, 0, 0, 0, 0, now() - interval '1 day'), ('r', 0, 50, 90, 40, 0, 0, 0, 0, now() - interval '1 hour');
    insert into cuts (model, window_start, window_end, reading, config_version, cut, number)
      values ('m', '${at(4)}', '${at(5)}', 'r', ${config}, '{"0": "100", "1": "7"}', 1);
    insert into incidents (id, model, kind, state, opened_at, resolved_at, incident) values
      ('old', 'm', 'DRIFT', 'resolved', now() - interval '40 days', now(), '{}'),
      ('one', 'm', 'DRIFT', 'resolved', now() - interval '2 days', now(), '{}'),
      ('two', 'm', 'DATA_QUALITY', 'open', now(), null, '{}'),
      ('three', 'm', 'PERFORMANCE', 'open', now(), null, '{}');
    insert into retrainings (run_key, model, rows_from, requested_by, reason, settings_digest, state, ended_at)
      values ('abcdefabcdef', 'm', now(), '{}', 'x', 'd', 'lost', now())`)
})
after(() => world?.close())

async function judge(day: number, verdict: 'DRIFT' | 'NO_DRIFT'): Promise<void> {
  const window = { start: at(day), end: at(day + 1) }
  const rows = { ...driftReport.rows, good: 960, bad: 40 }
  const report = { ...driftReport, model: 'm', verdict, window, rows }
  await recordVerdict(world.gate.db, config, { report, looks: {}, known: 0 })
}

/** Every value of one scrape, by series and labels. */
async function scrape({ registry }: Metrics): Promise<Map<string, number>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('drift_'))
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end), Number(line.slice(end + 1))]
    }),
  )
}

const failures: string[] = []
const metricsAt = (clock: () => number): Metrics =>
  createMetrics(measuredIn(world.gate.db, clock), (series) => failures.push(series))

test('a scrape tells how each model stands, and what did not happen is 0', async () => {
  const found = await scrape(metricsAt(() => now))
  assert.deepEqual(failures, [])
  const judgedAt = found.get('drift_scan_last_end_seconds{model="m"}') ?? 0
  assert.ok(Math.abs(judgedAt - Date.now() / 1_000) < 120, String(judgedAt))
  const age = found.get(
    'drift_ledger_slice_age_seconds{model="m",topic="predictions",partition="0"}',
  )
  assert.ok(age !== undefined && age >= 3_600 && age < 3_900, String(age))
  const expected = {
    'drift_watermark_age_seconds{model="m"}': 600,
    'drift_window_bad_ratio{model="m"}': 0.04,
    'drift_window_bad_limit_ratio{model="m"}': 0.1,
    'drift_verdicts_total{model="m",verdict="DRIFT"}': 1,
    'drift_verdicts_total{model="m",verdict="NO_DRIFT"}': 2,
    'drift_verdicts_total{model="m",verdict="STALE"}': 0,
    'drift_incidents_open{model="m",kind="DRIFT"}': 0,
    'drift_incidents_open{model="m",kind="DATA_QUALITY"}': 1,
    'drift_incidents_open{model="m",kind="PERFORMANCE"}': 1,
    'drift_false_alarm_budget_left_incidents{model="m"}': -2,
    'drift_retrainings_total{model="m",state="lost"}': 1,
    'drift_retrainings_total{model="m",state="failed"}': 0,
    'drift_ledger_unread_records{model="m",topic="predictions",partition="0"}': 10,
    'drift_ledger_unread_records{model="m",topic="predictions",partition="1"}': 0,
    'drift_scrape_failures_total{series="drift_verdicts_total"}': 0,
  }
  for (const [series, value] of Object.entries(expected)) {
    assert.equal(found.get(series), value, series)
  }
  assert.ok(
    !found.has('drift_ledger_slice_age_seconds{model="m",topic="predictions",partition="1"}'),
  )
})

test('a model with labels tells how far they reach, one without tells nothing of them', async () => {
  const measured = measuredIn(world.gate.db, () => now)
  assert.deepEqual(await measured.labels(), [])
  const settings = labelSettings.parse({ topic: 'labels', delay: '2h' })
  const labelled = {
    model: 'm',
    settings,
    watermarkAgeMs: 9_000,
    coverage: null,
    late: 41,
    alarms: ['loss', 'loss'],
  }
  const found = await scrape(
    createMetrics({ ...measured, labels: async () => [labelled] }, (series) =>
      failures.push(series),
    ),
  )
  assert.equal(found.get('drift_label_watermark_age_seconds{model="m"}'), 9)
  assert.equal(found.get('drift_label_delay_seconds{model="m"}'), 7_200)
  assert.equal(found.get('drift_label_coverage_limit_ratio{model="m"}'), 0.5)
  assert.equal(found.get('drift_label_late{model="m"}'), 41)
  assert.ok(!found.has('drift_label_coverage_ratio{model="m"}'))
  assert.equal(found.get('drift_performance_alarms{model="m",rule="loss"}'), 2)
  assert.equal(found.get('drift_performance_alarms{model="m",rule="calibration"}'), 0)
})

test('what the guards have counted, which of them run, and the notice of a flood', async () => {
  await world.gate.db.query(`
    insert into guard_totals (model, outcome, cause, inputs) values
      ('m', 'accept', '', 900), ('m', 'refuse', '', 60), ('m', 'refuse', 'wrong type', 41), ('m', 'refuse', 'missing', 30);
    insert into guards (id, started_at, last_at, ended_at) values
      ('00000000-0000-4000-8000-000000000001', now() - interval '1 hour', now(), null),
      ('00000000-0000-4000-8000-000000000002', now() - interval '1 hour', now() - interval '5 minutes', null),
      ('00000000-0000-4000-8000-000000000003', now() - interval '1 hour', now() - interval '5 minutes', now() - interval '5 minutes');
    insert into notices (id, model, cause, state, opened_at, resolved_at, notice) values
      ('m/GUARD_FLOOD/1', 'm', 'GUARD_FLOOD', 'open', now(), null, '{}'),
      ('m/STALE/1', 'm', 'STALE', 'resolved', now(), now(), '{}')`)
  const found = await scrape(metricsAt(() => now))
  const expected = {
    'drift_guard_inputs_total{model="m",outcome="accept"}': 900,
    'drift_guard_inputs_total{model="m",outcome="refuse"}': 60,
    'drift_guard_causes_total{model="m",outcome="refuse",cause="wrong type"}': 41,
    'drift_guard_causes_total{model="m",outcome="refuse",cause="missing"}': 30,
    drift_guards_running: 1,
    drift_guards_killed: 1,
    'drift_notices_open{model="m",cause="GUARD_FLOOD"}': 1,
    'drift_notices_open{model="m",cause="STALE"}': 0,
  }
  for (const [series, value] of Object.entries(expected)) {
    assert.equal(found.get(series), value, series)
  }
  assert.ok(!found.has('drift_guard_inputs_total{model="m",outcome="wrong type"}'))
})

test('verdicts are counted on from scrape to scrape, each once, by scrapes at once too', async () => {
  const metrics = metricsAt(() => now)
  const noDrift = 'drift_verdicts_total{model="m",verdict="NO_DRIFT"}'
  const both = await Promise.all([scrape(metrics), scrape(metrics)])
  assert.deepEqual(
    both.map((found) => found.get(noDrift)),
    [2, 2],
  )
  await judge(4, 'NO_DRIFT')
  assert.equal((await scrape(metrics)).get(noDrift), 3)
  assert.equal((await scrape(metrics)).get(noDrift), 3)
  assert.equal((await scrape(metricsAt(() => now))).get(noDrift), 3)
})

test('a series that cannot be asked for is missing and counted; the others are there', async () => {
  const measured = measuredIn(world.gate.db, () => now)
  const broken = { ...measured, incidents: () => Promise.reject(new Error('gone')) }
  const told: string[] = []
  const metrics = createMetrics(broken, (series) => told.push(series))
  const found = await scrape(metrics)
  assert.deepEqual(told, ['drift_incidents_open'])
  assert.ok(![...found.keys()].some((series) => series.startsWith('drift_incidents_open')))
  assert.equal(found.get('drift_window_bad_ratio{model="m"}'), 0.04)
  const next = await scrape(metrics)
  assert.equal(next.get('drift_scrape_failures_total{series="drift_incidents_open"}'), 1)
})

test('what a chat does not show is told by its oldest card, and is gone once it is shown', async () => {
  const { db } = world.gate
  const card = `'{"model": "m", "state": "open"}'`
  await db.query(`
    insert into cards (key, channel, kind, subject, version, card, wanted, shown, behind_since) values
      ('k1', 'team', 'incident', 'i1', '', ${card}, 2, 1, now() - interval '20 minutes'),
      ('k2', 'team', 'incident', 'i2', '', ${card}, 1, 0, now() - interval '5 minutes'),
      ('k3', 'other', 'incident', 'i3', '', ${card}, 1, 1, null)`)
  const behind = async () => {
    const found = await scrape(metricsAt(() => now))
    return [...found].filter(([name]) => name.startsWith('drift_card_behind_seconds'))
  }
  const [[name, seconds] = [], ...others] = await behind()
  assert.equal(name, 'drift_card_behind_seconds{channel="team"}')
  assert.ok(seconds !== undefined && seconds >= 1_200 && seconds < 1_500, String(seconds))
  assert.deepEqual(others, [])
  await markShown(db, 'k1', { reference: 'r', revision: 2, at: new Date() })
  await markShown(db, 'k2', { reference: 'r', revision: 1, at: new Date() })
  assert.deepEqual(await behind(), [])
})
