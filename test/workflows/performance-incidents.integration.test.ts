import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { incidentsOfRelease, listIncidents } from '../../adapters/postgres/incidents.ts'
import { transaction } from '../../adapters/postgres/pool.ts'
import { findRelease } from '../../adapters/postgres/releases.ts'
import { findSteward } from '../../adapters/postgres/stewards.ts'
import { tellSteward } from '../../adapters/temporal/messages.ts'
import type { ChannelSettings } from '../../contracts/chat-settings.ts'
import type { JudgedBy, PerformanceVerdict } from '../../contracts/performance-finding.ts'
import type { VerdictName } from '../../contracts/report.ts'
import type { StewardState } from '../../contracts/steward.ts'
import { gateWorker } from '../support/gate-worker.ts'
import { gateWorkerProcess } from '../support/gate-worker-process.ts'
import { type GateWorldOptions, gateWorld, until } from '../support/gate-world.ts'
import { measuredByLabels, performanceOf } from '../support/judged-performance.ts'
import { reconcileNow } from '../support/reconcile-now.ts'
import { newScript, type Script, verdictOf } from '../support/scripted-activities.ts'
import { slackServer } from '../support/slack-server.ts'

const cleanUps: (() => Promise<unknown>)[] = []
after(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
})

async function lifeOf(script: Script, options: GateWorldOptions = {}) {
  const world = await gateWorld({ ...options, script })
  cleanUps.push(() => world.close())
  const { db, environment } = world
  return {
    ...world,
    tell: (day: number, verdict: VerdictName) =>
      tellSteward(environment, 'm', 'verdict-reached', verdictOf('m', day, verdict)),
    judge: (by: JudgedBy, day: number, verdict?: PerformanceVerdict) =>
      tellSteward(environment, 'm', 'performance-judged', performanceOf(by, day, verdict)),
    incidents: () => listIncidents(db, 'm'),
    saved: (holds: (state: StewardState) => boolean, forMs?: number) =>
      until(async () => {
        const state = await findSteward(db, 'm')
        return state !== null && holds(state)
      }, forMs),
  }
}

test('windows that labels find worse are retrained on, together with drift, and both end with its release', async () => {
  const script: Script = { ...newScript(), labels: 99 }
  const life = await lifeOf(script, { critical: false })
  await life.tell(1, 'DRIFT')
  await life.judge('estimate', 2)
  await life.judge('labels', 2)
  await life.judge('labels', 2)
  await life.judge('labels', 3)
  await life.saved(({ wanted }) => wanted?.labels === 99)
  assert.equal(script.submitted.length, 0)
  const [started] = await life.incidents()
  assert.match(started?.next ?? '', /99 of 100/)

  script.labels = 100
  await life.saved(({ lastPromotion }) => lastPromotion !== null)
  assert.equal(script.submitted.length, 1)
  const ended = await life.incidents()
  assert.deepEqual(ended.map(({ kind }) => kind).sort(), ['DRIFT', 'PERFORMANCE'])
  for (const { resolvedBy, release, runKey } of ended) {
    assert.deepEqual([resolvedBy, release, runKey], ['promoted', 'm/1', script.submitted[0]])
  }
  // What people are shown of the release names both, what labels found first.
  const row = (await findRelease(life.db, 'm/1'))!
  const answered = await incidentsOfRelease(life.db, row)
  assert.deepEqual(
    answered.map(({ kind }) => kind),
    ['PERFORMANCE', 'DRIFT'],
  )
  const { rows } = await life.db.query('select incident, reason from retrainings')
  assert.equal(rows[0].incident, answered[0]?.id)
  assert.match(rows[0].reason, /day 3 is DRIFT by labels; day 1 says DRIFT/)
})

test('an estimate alone opens an incident and submits nothing; labels end it', async () => {
  const script: Script = { ...newScript(), labels: 1_000 }
  const life = await lifeOf(script)
  for (const day of [1, 2, 3]) await life.judge('estimate', day)
  await life.saved(({ performance }) => performance?.windows === 3)
  assert.match((await life.incidents())[0]?.next ?? '', /an estimate alone starts no retraining/)
  for (const day of [1, 2]) await life.judge('labels', day, 'NO_DRIFT')
  await life.saved(({ performance }) => performance?.resolvedBy === 'quiet')
  assert.equal(script.submitted.length, 0)
})

test('a worker killed between the signal and the saved state: the next one saves it, once', async () => {
  const life = await lifeOf(newScript(), { workerless: true })
  const first = await gateWorkerProcess(life.workerInput)
  cleanUps.push(async () => void first.kill('SIGKILL'))
  await transaction(life.db, async (client) => {
    // Whoever wants to save waits here.
    await client.query('lock table stewards in share row exclusive mode')
    await life.judge('labels', 1)
    await until(async () => {
      const { rows } = await life.db.query(
        `select from pg_locks where relation = 'stewards'::regclass and not granted`,
      )
      return rows.length > 0
    })
    first.kill('SIGKILL')
    await once(first, 'exit')
  })
  assert.deepEqual(await life.incidents(), [])
  const second = await gateWorker(life.workerInput, newScript())
  cleanUps.push(() => second.stop())
  await life.judge('labels', 1)
  await life.judge('labels', 2)
  // The save that died with its worker is tried again once its activity's minute is over.
  await life.saved(({ performance }) => performance?.windows === 2, 150_000)
  assert.equal((await life.incidents()).length, 1)
})

test('its card says how it is known, is edited in place, and shows the picture of its judgement', async () => {
  const slack = await slackServer()
  cleanUps.push(slack.close)
  process.env['TEST_SLACK_TOKEN'] = slack.token
  const channel: ChannelSettings = {
    ...{ kind: 'slack', channel: slack.channel, api: slack.api },
    token: { env: 'TEST_SLACK_TOKEN' },
  }
  const life = await lifeOf(newScript(), { channel })
  const text = () => [...slack.messages.values()].map((message) => message.text)
  const blocks = () => JSON.stringify([...slack.messages.values()].map((one) => one.blocks))
  const shows = (pattern: RegExp) => until(async () => pattern.test(blocks()))
  await life.judge('estimate', 1)
  await shows(/Estimated: no labels have confirmed it yet/)
  assert.deepEqual(text(), ['▲ worse performance, estimated: m since 2024-01-02'])
  await measuredByLabels(life.db, 1)
  await life.judge('labels', 1)
  await shows(/Realised: it is measured by labels.*Loss \(brier\), version 3: 0\.041 worse/)
  await until(async () => {
    // What could not be given in time is tried again when its pause is over.
    await life.db.query(
      `update cards set picture_after = now() - interval '1 second' where picture_after is not null`,
    )
    await reconcileNow(life.environment)
    return slack.files.size === 1
  })
  assert.deepEqual(text(), ['▲ worse performance: m since 2024-01-02'])
  await shows(/"alt_text":"m: measured by labels\./)
  await life.judge('labels', 2, 'NO_DRIFT')
  await life.judge('labels', 3, 'NO_DRIFT')
  await shows(/by its labels as good as before for 2 window\(s\) in a row/)
  assert.deepEqual(text(), ['✔ worse performance, resolved: m since 2024-01-02'])
  assert.equal(slack.messages.size, 1)
})

test('nobody acknowledges it: others are told in time, and who acknowledges it stands on it', async () => {
  const slack = await slackServer()
  cleanUps.push(slack.close)
  process.env['TEST_SLACK_TOKEN'] = slack.token
  const channel: ChannelSettings = {
    ...{ kind: 'slack', channel: slack.channel, api: slack.api },
    token: { env: 'TEST_SLACK_TOKEN' },
  }
  const life = await lifeOf(newScript(), { channel, escalation: { channel, after: '1s' } })
  await life.judge('labels', 1)
  await life.saved(({ performance }) => performance?.escalatedAt !== undefined)
  await until(async () => slack.messages.size === 2)
  const [incident] = await life.incidents()
  const message = { eventId: 'ada', id: incident!.id, person: 'ada', name: 'Ada' }
  await tellSteward(life.environment, 'm', 'acknowledged', message)
  await life.saved(({ performance }) => performance?.acknowledged?.name === 'Ada')
})
