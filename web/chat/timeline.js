/** What the rooms hold, from what the server tells; no page and no network in here. */

export const newRooms = () => new Map()

/** Takes in one answer of /sync. Returns rooms that this person is invited to. */
export function takeIn(rooms, { rooms: told = {} }) {
  for (const [id, { state, timeline }] of Object.entries(told.join ?? {})) {
    if (!rooms.has(id)) rooms.set(id, { id, name: '', messages: new Map(), direct: false })
    const room = rooms.get(id)
    for (const event of [...(state?.events ?? []), ...(timeline?.events ?? [])]) take(room, event)
  }
  for (const id of Object.keys(told.leave ?? {})) rooms.delete(id)
  return Object.keys(told.invite ?? {})
}

function take(room, event) {
  const { type, content, event_id: id, sender } = event
  const relation = content?.['m.relates_to']
  if (type === 'm.room.name') room.name = content.name ?? ''
  else if (type === 'm.room.redaction') remove(room, event.redacts ?? content.redacts)
  else if (type === 'm.reaction') react(room, event, relation)
  else if (type !== 'm.room.message' || content.body === undefined) return
  else if (relation?.rel_type === 'm.replace') edit(room, relation.event_id, event)
  else {
    room.messages.set(id, {
      ...{ id, sender, at: event.origin_server_ts, content, reactions: new Map() },
    })
    // What was edited before we came is told with the first of its texts.
    const edited = event.unsigned?.['m.relations']?.['m.replace']
    if (edited) edit(room, id, edited)
  }
}

/** Nobody edits what somebody else said. */
function edit({ messages }, id, { sender, content }) {
  const message = messages.get(id)
  if (message?.sender === sender) message.content = content['m.new_content'] ?? message.content
}

function react({ messages }, { event_id, sender }, relation) {
  messages.get(relation?.event_id)?.reactions.set(event_id, { sender, key: relation.key })
}

function remove({ messages }, id) {
  messages.delete(id)
  for (const { reactions } of messages.values()) reactions.delete(id)
}

/** Keys of the reactions to a message, each with who pressed it, in the order in which they came. */
export function reactionsOf({ reactions }) {
  const people = new Map()
  for (const { key, sender } of reactions.values()) {
    people.set(key, [...(people.get(key) ?? []), sender])
  }
  return people
}

/** `@approver:driftgate.local` is called approver here. */
export const called = (user) => user.replace(/^@([^:]*):.*$/, '$1')
