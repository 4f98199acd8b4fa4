import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listDecisions } from '../../adapters/postgres/decisions.ts'
import { type ChatGate, chatGate, olga, pavel, stranger, vera } from '../support/chat-gate.ts'
import { closedAfter } from '../support/closed-after.ts'
import { until } from '../support/gate-world.ts'
import { targetNow } from '../support/table-target.ts'

const open = closedAfter(chatGate)

const decisionsOf = async ({ world }: ChatGate) =>
  (await listDecisions(world.gate.db, 'm/1')).map(({ decision }) => decision)
const outcomesOf = async (gate: ChatGate) => (await decisionsOf(gate)).map(({ outcome }) => outcome)
const buttonsOf = (gate: ChatGate): string[] =>
  [...gate.slack.messages.values()]
    .at(-1)
    ?.blocks.find(({ type }) => type === 'actions')
    ?.elements.map(({ action_id }: { action_id: string }) => action_id) ?? []

test('whoever may presses Approve, is told at once, and the card says who and when', async () => {
  const gate = await open()
  assert.deepEqual(buttonsOf(gate), ['approve', 'reject', 'open'])
  const { status, text } = await gate.people.press({ person: olga })
  assert.deepEqual([status, text], [200, ''])
  await gate.told(olga, /^APPROVED: Approver approved m\/1/)
  await gate.world.gate.result()
  await gate.shows(/approved and in place/)
  assert.deepEqual(buttonsOf(gate), ['open'])
  const [decision] = await decisionsOf(gate)
  assert.equal(decision?.person, 'approver')
  assert.equal(decision?.via?.channel, 'team')
  assert.equal(decision?.via?.account, 'slack:T0123456789:U0OLGA')
  assert.equal(decision?.via?.rightsFrom, 'file')
  assert.ok(Math.abs(Date.parse(decision.via.rightsAt) - Date.parse(decision.at)) < 60_000)
})

test('Reject asks why first, and the reason is on the card', async () => {
  const gate = await open()
  await gate.people.press({ person: pavel, verb: 'reject' })
  await until(async () => gate.slack.views.length === 1)
  const blank = await gate.people.submit(pavel, '   ')
  assert.match(blank.text, /response_action.*errors/)
  assert.deepEqual(await outcomesOf(gate), [])
  await gate.people.submit(pavel, 'worse on students')
  await gate.told(pavel, /^REJECTED/)
  await gate.shows(/rejected/)
  const [decision] = await decisionsOf(gate)
  assert.equal(decision?.reason, 'worse on students')
  assert.match(JSON.stringify([...gate.slack.messages.values()]), /worse on students/)
})

test('double clicks and two people within a millisecond are one terminal decision, all on record', async () => {
  const gate = await open()
  const { people } = gate
  const twice = await Promise.all([
    people.press({ person: olga }),
    people.press({ person: olga }),
    people.press({ person: pavel }),
    people.press({ person: pavel }),
  ])
  assert.deepEqual(
    twice.map(({ status }) => status),
    [200, 200, 200, 200],
  )
  await gate.told(olga, /^(APPROVED|ALREADY_DECIDED)/)
  await gate.told(pavel, /^(APPROVED|ALREADY_DECIDED)/)
  await gate.world.gate.result()
  const outcomes = await outcomesOf(gate)
  assert.equal(outcomes.filter((each) => each === 'APPROVED').length, 1, outcomes.join())
  assert.equal((await targetNow(gate.world.gate.db)).moves, 1)
  await gate.shows(/approved and in place/)
})

test('approve in chat while the page rejects: the first wins, the second is told by whom', async () => {
  const gate = await open()
  const { body } = await gate.world.ask('viewer', 'releases/m/1')
  const [chat, page] = await Promise.all([
    gate.people.press({ person: olga }),
    gate.world.ask('other-approver', 'releases/m/1/decisions', {
      method: 'POST',
      body: { answer: 'reject', digest: body.evidenceDigest, reason: 'no' },
    }),
  ])
  assert.equal(chat.status, 200)
  await gate.told(olga, /APPROVED|ALREADY_DECIDED/)
  const outcomes = await outcomesOf(gate)
  assert.equal(outcomes.filter((each) => ['APPROVED', 'REJECTED'].includes(each)).length, 1)
  const rejected = page.body.outcome === 'REJECTED'
  assert.match(
    gate.people.told(olga)[0] ?? '',
    rejected ? /ALREADY_DECIDED: Other Approver/ : /APPROVED/,
  )
  await gate.shows(rejected ? /rejected/ : /approved and in place/)
})

test('a decision from a terminal takes the buttons away in chat', async () => {
  const gate = await open()
  const { body } = await gate.world.ask('viewer', 'releases/m/1')
  await gate.world.ask('approver', 'releases/m/1/decisions', {
    method: 'POST',
    body: { answer: 'approve', digest: body.evidenceDigest, reason: '' },
  })
  await gate.shows(/approved and in place/)
  assert.deepEqual(buttonsOf(gate), ['open'])
})

test('whoever may not is told so alone, and the card keeps its buttons', async () => {
  const gate = await open()
  await gate.people.press({ person: vera })
  await gate.told(vera, /^NOT_AUTHORISED: Viewer may not approve m\/1/)
  await until(async () => buttonsOf(gate).length === 3)
  assert.deepEqual(await outcomesOf(gate), [])
  assert.deepEqual(gate.people.told(olga), [])
})

test('whoever asked for it is refused in chat as on the page', async () => {
  const gate = await open({ requestedBy: ['approver'] })
  await gate.people.press({ person: olga })
  await gate.told(olga, /^SELF_APPROVAL/)
  await until(async () => buttonsOf(gate).length === 3)
  assert.deepEqual(await outcomesOf(gate), ['SELF_APPROVAL'])
})

test('an account that nobody linked decides nothing and is told alone how to link it', async () => {
  const gate = await open()
  await gate.people.press({ person: stranger })
  await gate.told(stranger, /\/chat\/link\?token=/)
  assert.deepEqual(await outcomesOf(gate), [])
  // The same user id in another workspace is another account.
  await gate.people.press({ person: { ...olga, team: 'T777' } })
  await until(async () => gate.people.told(olga).some((text) => /\/chat\/link/.test(text)))
  assert.deepEqual(await outcomesOf(gate), [])
})

test('an approver taken out of the group between card and click is refused', async () => {
  const gate = await open()
  gate.rights({ approver: ['viewer'], 'other-approver': ['viewer', 'approver'] })
  await gate.people.press({ person: olga })
  await gate.told(olga, /^NOT_AUTHORISED/)
  gate.rights({ 'other-approver': ['viewer', 'approver'] })
  await gate.people.press({ person: olga })
  await gate.told(olga, /group source does not know you any more/)
  assert.deepEqual(await outcomesOf(gate), [])
})

test('a request that is signed and comes again, or was held back six minutes, decides nothing', async () => {
  const gate = await open()
  const payload = gate.people.payloadOf({ person: vera })
  const atMs = Date.now()
  const first = await gate.people.send(payload, { atMs })
  const again = await gate.people.send(payload, { atMs })
  assert.deepEqual([first.status, again.status], [200, 409])
  assert.match(again.text, /CHAT_DELIVERY_REPEATED/)
  for (const offsetMs of [-360_000, 360_000]) {
    const { status, text } = await gate.people.press({
      person: olga,
      request: { atMs: Date.now() + offsetMs },
    })
    assert.equal(status, 401)
    assert.match(text, /CHAT_SIGNATURE_INVALID/)
  }
  const forged = await gate.people.press({ person: olga, request: { secret: 'guessed' } })
  assert.equal(forged.status, 401)
  const foreign = await gate.people.press({ person: olga, payload: { team: { id: 'T999' } } })
  assert.equal(foreign.status, 403)
  await gate.told(vera, /NOT_AUTHORISED/)
  assert.deepEqual(await outcomesOf(gate), [])
})

test('the card of former evidence is answered as out of date, and shows so', async () => {
  const gate = await open()
  const old = [...gate.slack.messages.keys()].at(-1)!
  const stale = gate.people.payloadOf({ person: olga, ts: old })
  await gate.world.gate.apply({ expiry: '2h' })
  const page = await gate.world.ask('viewer', 'releases/m/1')
  // Whoever answers first finds that the policy is another one; the request is asked anew.
  await gate.world.ask('other-approver', 'releases/m/1/decisions', {
    method: 'POST',
    body: { answer: 'approve', digest: page.body.evidenceDigest, reason: '' },
  })
  await until(async () => gate.slack.messages.size === 2)
  await gate.people.send(stale)
  await gate.told(olga, /^STALE_EVIDENCE/)
  assert.match(gate.slack.messages.get(old)?.text ?? '', /out of date/)
  assert.ok(!(await outcomesOf(gate)).includes('APPROVED'))
})

test('a click after the end is told how it ended, and the card is mended', async () => {
  const gate = await open()
  const late = gate.people.payloadOf({ person: pavel })
  await gate.people.press({ person: olga })
  await gate.shows(/approved and in place/)
  await gate.world.gate.result()
  // The last edit was lost: the chat shows the buttons again.
  const message = [...gate.slack.messages.values()].at(-1)!
  message.text = 'waiting for approval'
  await gate.people.send(late)
  await gate.told(pavel, /^ALREADY_DECIDED: Approver already approved/)
  await gate.shows(/approved and in place/)
})
