import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listIncidents } from '../../adapters/postgres/incidents.ts'
import { listNotices } from '../../adapters/postgres/notices.ts'
import { stewardState, tellSteward } from '../../adapters/temporal/messages.ts'
import type { VerdictName } from '../../contracts/report.ts'
import { until } from '../support/gate-world.ts'
import { judged } from '../support/judged.ts'
import {
  type Linked,
  type MatrixGate,
  type MatrixHouse,
  matrixHouse,
} from '../support/matrix-house.ts'
import { newScript, verdictOf } from '../support/scripted-activities.ts'

let house: MatrixHouse
before(async () => {
  house = await matrixHouse()
})
after(() => house?.close())

const operator: Linked = {
  ...{ as: 'operator', subject: 'operator', name: 'Operator' },
  roles: ['viewer', 'operator'],
}

/** The life of `m` in a room of its own, after one verdict. */
async function after1(verdict: VerdictName) {
  const gate = await house.gate({ script: newScript() }, [operator])
  await tell(gate, 1, verdict)
  const card = await gate.card('open')
  return { ...gate, card: gate.card, first: card, code: card.content['io.driftgate.card'].code }
}

const tell = ({ world }: MatrixGate, day: number, verdict: VerdictName) =>
  tellSteward(world.gate.environment, 'm', 'verdict-reached', verdictOf('m', day, verdict))

test('👀 on the card of an incident says at once who takes care, once they may', async () => {
  const { room, first, db, card, code } = await after1('DRIFT')
  const { operator: ola, viewer: vera } = house.people
  assert.match(
    first.body,
    new RegExp(
      `\n👀 or "acknowledge ${code}"\n"retrain ${code} reason"\n"absorb ${code} reason"\n`,
    ),
  )
  await vera.react(room, first.id, '👀')
  await house.told(vera, /NOT_AUTHORISED/)
  await until(async () => (await house.reactions(room, first.id)).length === 0)
  assert.equal((await listIncidents(db, 'm'))[0]?.acknowledged, undefined)
  await ola.react(room, first.id, '👀')
  await house.told(ola, /^ACKNOWLEDGED: you take care of it/)
  const shown = await card('acknowledged')
  assert.equal(shown.id, first.id, 'it is the same message')
  assert.match(shown.body, /Operator acknowledged it/)
  assert.ok(!shown.body.includes('"acknowledge'))
  assert.equal((await listIncidents(db, 'm'))[0]?.acknowledged?.by, 'operator')
})

test('a retraining is typed with the code and a reason, and the steward hears of it', async () => {
  const { room, code, world } = await after1('DRIFT')
  const { operator: ola } = house.people
  await ola.say(room, `approve ${code}`)
  await house.told(ola, /is the card of an incident, and takes acknowledge, retrain, absorb/)
  await ola.say(room, `retrain ${code}`)
  await house.told(ola, /say why, as in "retrain/)
  await ola.say(room, `Retrain ${code}: new prices since Monday`)
  await house.told(ola, /^ASKED: the steward of m has it/)
  const wanted = async () => (await stewardState(world.gate.environment, 'm'))?.wanted
  await until(async () => (await wanted()) != null)
  assert.deepEqual((await wanted())?.requestedBy, ['operator'])
  assert.equal((await wanted())?.reason, 'new prices since Monday')
})

test('the code stays the same under new evidence, and what is not offered or over is not asked', async () => {
  const gate = await after1('DATA_QUALITY')
  const { room, code, card, world } = gate
  const { operator: ola } = house.people
  await ola.say(room, `retrain ${code} please`)
  await house.told(ola, /^NOT_ASKED: retrain is not offered for it/)
  await tell(gate, 2, 'DATA_QUALITY')
  await until(async () => /2 bad windows so far/.test((await card('open')).body))
  assert.equal((await card('open')).content['io.driftgate.card'].code, code)
  assert.equal((await stewardState(world.gate.environment, 'm'))?.wanted ?? null, null)
  for (const day of [3, 4, 5]) await tell(gate, day, 'NO_DRIFT')
  await card('resolved')
  await ola.say(room, `absorb ${code} it was normal`)
  await house.told(ola, /^NOT_ASKED: it is resolved; .*resolved: m since 2024-01-02/)
})

test('a notice is acknowledged in chat too', async () => {
  const gate = await house.gate({ script: newScript() }, [operator])
  for (const day of [1, 2, 3]) await tell(gate, day, 'STALE')
  const first = await gate.card('open')
  const { operator: ola } = house.people
  const { code, verbs } = first.content['io.driftgate.card']
  assert.deepEqual(verbs, ['acknowledge'])
  await ola.say(gate.room, `acknowledge ${code}`)
  await house.told(ola, /^ACKNOWLEDGED: you take care of it/)
  assert.match((await gate.card('acknowledged')).body, /no rows come, acknowledged: m/)
  assert.equal((await listNotices(gate.db, 'm'))[0]?.acknowledged?.by, 'operator')
})

test('the picture stands beside the card with its numbers in words, one for all of its verdicts', async () => {
  const gate = await house.gate({ script: newScript() }, [operator])
  const { room, db } = gate
  const pictures = async () =>
    (await house.people.viewer.messages(room)).filter(
      ({ content }) => content.msgtype === 'm.image',
    )
  await judged(db, 1)
  await tell(gate, 1, 'DRIFT')
  await until(async () => (await pictures()).length === 1)
  const [first] = await pictures()
  assert.match(first?.body ?? '', /car_value drifted: effect 0\.92 > 0\.10, p <1e-99/)
  const { url, info } = first!.content
  const png = await house.people.viewer.download(url)
  assert.equal(png.toString('latin1', 1, 4), 'PNG')
  assert.deepEqual(
    [info.size, info.w, info.h],
    [png.length, png.readUInt32BE(16), png.readUInt32BE(20)],
  )
  await house.people.operator.react(room, (await gate.card('open')).id, '👀')
  await gate.card('acknowledged')
  assert.equal((await pictures())[0]?.content.url, url, 'the same verdict has the same picture')
  await judged(db, 2)
  await tell(gate, 2, 'DRIFT')
  await until(async () => (await pictures())[0]?.content.url !== url)
  const all = await pictures()
  assert.deepEqual(
    all.map(({ id }) => id),
    [first?.id],
  )
  assert.equal((await gate.cards()).length, 1)
})
