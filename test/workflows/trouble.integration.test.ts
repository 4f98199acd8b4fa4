import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { currentSettings } from '../../adapters/postgres/config-versions.ts'
import { addGuardBatch, startGuard } from '../../adapters/postgres/guard-counts.ts'
import { listIncidents } from '../../adapters/postgres/incidents.ts'
import { listNotices } from '../../adapters/postgres/notices.ts'
import { makeSchedulesMatch } from '../../adapters/temporal/schedules.ts'
import type { ChannelSettings } from '../../contracts/chat-settings.ts'
import { workflowId } from '../../contracts/messages.ts'
import type { NoticeCause } from '../../contracts/notice.ts'
import type { Reconciled } from '../../contracts/reconcile.ts'
import { gateWorker } from '../support/gate-worker.ts'
import { type GateWorldOptions, gateWorld, until } from '../support/gate-world.ts'
import { reconcileNow } from '../support/reconcile-now.ts'
import { newScript } from '../support/scripted-activities.ts'
import { slackServer } from '../support/slack-server.ts'

const cleanUps: (() => Promise<unknown>)[] = []
after(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
})

/** The model `m` with its schedule, and workers that look for what does not work. */
async function house(options: GateWorldOptions = {}) {
  const script = newScript()
  const world = await gateWorld({ ...options, script, workerless: true })
  cleanUps.push(() => world.close())
  const worker = await gateWorker({ ...world.workerInput, looksForTrouble: true }, script)
  cleanUps.push(() => worker.stop())
  const { client, prefix } = world.environment
  const { settings } = await currentSettings(world.db)
  const temporal = { ...settings.temporal, prefix }
  const schedule = client.schedule.getHandle(workflowId.schedule(prefix, 'm'))
  const notices = () => listNotices(world.db, 'm')
  return {
    ...world,
    script,
    schedule,
    notices,
    apply: (paused = false) =>
      makeSchedulesMatch(client, { temporal, models: settings.models }, { paused }),
    /** What one round told the steward of; asked until the one before has been taken in. */
    async round(): Promise<Reconciled['told']> {
      const { told } = await reconcileNow({ client, prefix })
      for (const { cause, trouble } of told) {
        await until(async () => {
          const open = (await notices()).find(
            (each) => each.cause === cause && each.state === 'open',
          )
          return (open?.headline ?? null) === trouble
        })
      }
      return told
    },
    open: async (): Promise<NoticeCause[]> =>
      (await notices()).flatMap(({ cause, state }) => (state === 'open' ? [cause] : [])),
  }
}

test('a schedule that is gone or that somebody paused is told once, until it runs again', async () => {
  const one = await house()
  const [told] = await one.round()
  assert.match(told?.trouble ?? '', /there is no schedule of m/)
  assert.deepEqual(await one.round(), [])
  await one.apply()
  cleanUps.push(() => one.schedule.delete())
  assert.deepEqual(await one.round(), [{ model: 'm', cause: 'SCHEDULE_STOPPED', trouble: null }])
  await one.schedule.pause('looking into the feed')
  const [paused] = await one.round()
  assert.equal(paused?.trouble, 'the schedule of m is paused: looking into the feed')
  assert.deepEqual(await one.round(), [])
  assert.equal((await one.notices()).length, 2)
  await one.schedule.unpause()
  await one.round()
  assert.deepEqual(await one.open(), [])
})

test('a schedule that somebody edited is told and left as it is, until the next apply', async () => {
  const one = await house()
  await one.apply(true)
  cleanUps.push(() => one.schedule.delete())
  const edit = () =>
    one.schedule.update(({ spec, ...rest }) => ({
      ...rest,
      ...{ action: rest.action as never },
      spec: { ...spec, intervals: [{ every: '2h', offset: 0 }] },
    }))
  await edit()
  assert.deepEqual(await one.round(), [], 'an apply may be under way')
  await one.db.query("update config_versions set applied_at = now() - interval '2 minutes'")
  const [told] = await one.round()
  assert.equal(told?.cause, 'SCHEDULE_EDITED')
  assert.match(told?.trouble ?? '', /it starts scans every 2h, and windows are 1d long/)
  const { spec } = await one.schedule.describe()
  assert.equal(Number(spec.intervals?.[0]?.every), 7_200_000)
  await one.apply()
  assert.deepEqual(await one.round(), [{ model: 'm', cause: 'SCHEDULE_EDITED', trouble: null }])
})

test('a schedule that was made paused, to ask for windows by hand, is no trouble', async () => {
  const one = await house()
  await one.apply(true)
  cleanUps.push(() => one.schedule.delete())
  assert.deepEqual(await one.round(), [])
})

test('a scan that failed for good is told, and taken back with the next that comes to a verdict', async () => {
  const one = await house()
  one.script.broken = 'the feed speaks another language'
  await one.apply(true)
  cleanUps.push(() => one.schedule.delete())
  await one.schedule.trigger()
  await until(async () => {
    await one.round()
    return (await one.open()).includes('SCAN_FAILING')
  })
  const [notice] = await one.notices()
  assert.match(notice?.headline ?? '', /scan\/m.* ended without a verdict \(failed\): .*language/)
  one.script.broken = null
  await one.schedule.trigger()
  await until(async () => {
    await one.round()
    return (await one.open()).length === 0
  })
  assert.equal((await one.notices()).length, 1)
})

test('a flood of refused inputs is a notice of its own, told once, and neither drift nor a retraining', async () => {
  const one = await house({ guard: {} })
  await one.apply(true)
  cleanUps.push(() => one.schedule.delete())
  const guard = randomUUID()
  await startGuard(one.db, guard, new Date())
  const minuteOf = (ago: number) => (Math.floor(Date.now() / 60_000) - ago) * 60_000
  let number = 0
  const judged = (minutes: number[], refused: number) =>
    addGuardBatch(
      one.db,
      {
        ...{ guard, number: ++number, counts: [] },
        minutes: minutes.map((ago) => ({
          ...{ model: 'm', minuteMs: minuteOf(ago) },
          ...{ judged: 100, refused },
        })),
      },
      new Date(),
    )
  await judged(
    Array.from({ length: 600 }, (_, i) => i + 10),
    1,
  )
  await judged([0, 1, 2], 1)
  assert.deepEqual(await one.round(), [])
  await judged([0, 1], 90)
  const [told] = await one.round()
  assert.equal(told?.cause, 'GUARD_FLOOD')
  assert.match(
    told?.trouble ?? '',
    /^183 of 500 inputs \(36\.6 %\) were refused by the guard .* usually 1\.\d %: a caller/,
  )
  await judged([0], 95)
  assert.deepEqual(await one.round(), [], 'it lasts, and was told')
  assert.deepEqual(await one.open(), ['GUARD_FLOOD'])
  assert.deepEqual(await listIncidents(one.db, 'm'), [])
  const retrained = await one.db.query('select from retrainings')
  assert.equal(retrained.rowCount, 0)
  // The flood is over: minutes later there is nothing of it.
  await one.db.query(`delete from guard_minutes where minute > now() - interval '9 minutes'`)
  await judged([0], 1)
  await one.round()
  assert.deepEqual(await one.open(), [])
})

test('cards that a chat does not show for long are a notice that goes to others at once', async () => {
  const slack = await slackServer()
  cleanUps.push(slack.close)
  process.env['TEST_SLACK_TOKEN'] = slack.token
  const channel = (id: string): ChannelSettings => ({
    ...{ kind: 'slack', channel: id, api: slack.api },
    token: { env: 'TEST_SLACK_TOKEN' },
  })
  // The app is no member of the team's channel.
  const escalation = { channel: channel(slack.channel), after: '1h' }
  const one = await house({ channel: channel('C0000000000'), escalation })
  await one.apply(true)
  cleanUps.push(() => one.schedule.delete())
  await one.schedule.pause('a person did')
  await one.round()
  await until(async () => {
    const { rows } = await one.db.query("select from cards where problem like 'CHAT_REFUSED%'")
    return rows.length === 1
  })
  assert.deepEqual(await one.round(), [])
  await one.db.query("update cards set behind_since = now() - interval '11 minutes'")
  const [told] = await one.round()
  assert.equal(told?.cause, 'CARD_BEHIND')
  assert.match(told?.trouble ?? '', /^team has not shown what it should since .*CHAT_REFUSED/)
  await until(async () => slack.messages.size === 1)
  const [message] = slack.messages.values()
  assert.match(message?.text ?? '', /card not shown: m/)
  assert.match(JSON.stringify(message?.blocks), /Others were told at once/)
  // That this very notice is not shown in the team's channel either is no further trouble.
  await one.db.query("update cards set behind_since = now() - interval '30 minutes'")
  const again = await one.round()
  assert.ok(again.every(({ cause }) => cause === 'CARD_BEHIND'))
  assert.deepEqual(await one.open(), ['CARD_BEHIND', 'SCHEDULE_STOPPED'])
  assert.equal(slack.messages.size, 1)
})
