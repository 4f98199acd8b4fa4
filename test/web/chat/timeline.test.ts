import assert from 'node:assert/strict'
import { test } from 'node:test'

// Browser code has no types.
const page = new URL('../../../web/chat/timeline.js', import.meta.url)
const { newRooms, reactionsOf, takeIn } = await import(page.href)

const event = (event_id: string, sender: string, content: object, more = {}) => ({
  ...{ type: 'm.room.message', event_id, sender, origin_server_ts: 0, content },
  ...more,
})
const edit = (id: string, sender: string, of: string, body: string) =>
  event(id, sender, {
    body: `* ${body}`,
    'm.new_content': { body },
    'm.relates_to': { rel_type: 'm.replace', event_id: of },
  })
const reaction = (id: string, sender: string, of: string, key: string) =>
  event(id, sender, { 'm.relates_to': { event_id: of, key } }, { type: 'm.reaction' })

/** One room `r` after these events. */
function after(...events: object[]) {
  const rooms = newRooms()
  const invited = takeIn(rooms, { rooms: { join: { r: { timeline: { events } } } } })
  assert.deepEqual(invited, [])
  return [...rooms.get('r').messages.values()]
}

test('a message is shown as its sender last said it, and as nobody else did', () => {
  const card = event('1', 'bot', { body: 'waits' })
  assert.deepEqual(
    after(card, edit('2', 'bot', '1', 'approved'), edit('3', 'eve', '1', 'rejected')).map(
      ({ content }) => content.body,
    ),
    ['approved'],
  )
})

test('what was edited before the page was opened is told with the message', () => {
  const replaced = edit('2', 'bot', '1', 'approved')
  const unsigned = { 'm.relations': { 'm.replace': replaced } }
  const [message] = after(event('1', 'bot', { body: 'waits' }, { unsigned }))
  assert.equal(message.content.body, 'approved')
})

test('reactions name who pressed them, and one that was taken back is gone', () => {
  const gone = { ...event('5', 'bot', {}), type: 'm.room.redaction', redacts: '3' }
  const [message] = after(
    event('1', 'bot', { body: 'waits' }),
    reaction('2', 'ann', '1', '✅'),
    reaction('3', 'bob', '1', '✅'),
    reaction('4', 'cy', '1', '❌'),
    gone,
  )
  assert.deepEqual(
    [...reactionsOf(message)],
    [
      ['✅', ['ann']],
      ['❌', ['cy']],
    ],
  )
})

test('an invitation is answered with the room to join', () => {
  assert.deepEqual(takeIn(newRooms(), { rooms: { invite: { r: {} } } }), ['r'])
  assert.deepEqual(takeIn(newRooms(), {}), [])
})
