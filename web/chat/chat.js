import { matrix } from './matrix.js'
import { called, newRooms, takeIn } from './timeline.js'
import { element, showMessages } from './view.js'

const part = (id) => document.getElementById(id)
const { homeserver } = await (await fetch('homeserver.json')).json()
const chat = matrix(homeserver)
const rooms = newRooms()
let open = null
let leaving = new AbortController()

part('sign-in').addEventListener('submit', (event) => {
  event.preventDefault()
  const { user, password } = event.target.elements
  void attempt(async () => {
    await chat.signIn(user.value.trim(), password.value)
    password.value = ''
    enter()
  })
})

part('sign-out').addEventListener('click', () => {
  leaving.abort()
  leaving = new AbortController()
  chat.signOut()
  rooms.clear()
  open = null
  show()
})

part('say').addEventListener('submit', (event) => {
  event.preventDefault()
  const { text } = event.target.elements
  void attempt(async () => {
    await chat.say(open, text.value)
    text.value = ''
  })
})

/** What goes wrong is said, and the page goes on. */
async function attempt(task) {
  try {
    await task()
    trouble('')
  } catch (error) {
    if (error.code === 'M_UNKNOWN_TOKEN') chat.signOut()
    trouble(error.message)
    show()
  }
}

/** What messages ask for. */
const does = {
  react: (message, key) => attempt(() => chat.react(open, message, key)),
  /** What needs a reason is typed: the beginning is there, and the reason is what is missing. */
  begin(text) {
    part('text').value = text
    part('text').focus()
  },
  see: (address, image) =>
    attempt(async () => {
      image.src = await chat.picture(address)
    }),
}

function trouble(text) {
  part('trouble').hidden = text === ''
  part('trouble').textContent = text
}

function enter() {
  show()
  part('main').focus()
  void listen(leaving.signal)
}

/** Hears what happens until somebody signs out. */
async function listen(signal) {
  for (let since = null; !signal.aborted; ) {
    try {
      const told = await chat.sync(since, signal)
      const invited = takeIn(rooms, told)
      for (const room of invited) await chat.join(room)
      since = told.next_batch
      trouble('')
      show()
    } catch (error) {
      if (signal.aborted) return
      trouble(error.message)
      if (error.code === 'M_UNKNOWN_TOKEN') {
        chat.signOut()
        return show()
      }
      await new Promise((resolve) => setTimeout(resolve, 2_000))
    }
  }
}

function show() {
  const me = chat.me()
  part('sign-in').hidden = me !== null
  part('chat').hidden = me === null
  part('who').hidden = me === null
  if (me === null) return
  part('me').textContent = `You are ${called(me)}`
  const all = [...rooms.values()]
  if (!rooms.has(open)) open = (all.find(({ name }) => name !== '') ?? all[0])?.id ?? null
  showRooms(all)
  part('room-name').textContent =
    open === null ? 'Nothing has been said yet' : rooms.get(open).name || 'A room'
  part('say').hidden = open === null
  if (open === null) return
  const list = part('messages')
  const before = list.childElementCount
  showMessages(list, rooms.get(open), me, does)
  // Whoever comes in sees the newest; later nobody is moved away from what they read.
  if (before === 0) list.lastElementChild?.scrollIntoView({ block: 'end' })
}

/** Left alone while it is the same: somebody may stand on it with the keyboard. */
function showRooms(list) {
  for (const room of list) if (room.id === open) room.seen = room.messages.size
  const unseen = ({ messages, seen = 0 }) => messages.size - seen
  const look = JSON.stringify([open, list.map((room) => [room.id, room.name, unseen(room)])])
  const { dataset } = part('rooms')
  if (dataset.look === look) return
  dataset.look = look
  part('rooms').replaceChildren(...list.map((room) => roomButton(room, unseen(room))))
  const news = list.filter((room) => unseen(room) > 0).map(({ name }) => name || 'a room')
  part('news').hidden = news.length === 0
  part('news').textContent = news.length > 0 ? `Something new in: ${news.join('; ')}` : ''
}

function roomButton({ id, name }, unseen) {
  const text = `${name || 'A room'}${unseen > 0 ? `, ${unseen} new` : ''}`
  const button = element('button', { type: 'button' }, text)
  button.setAttribute('aria-current', String(id === open))
  button.addEventListener('click', () => {
    open = id
    show()
    part('room-name').focus()
  })
  return button
}

/** `#!room/$message`, as cards name each other. */
addEventListener('hashchange', () => {
  const [room, message = ''] = location.hash.slice(1).replace(/\?.*$/, '').split('/')
  if (!rooms.has(decodeURIComponent(room))) return
  open = decodeURIComponent(room)
  show()
  const item = part(decodeURIComponent(message))
  item?.scrollIntoView({ block: 'center' })
  item?.focus()
})

const named = decodeURIComponent(location.hash.slice(1))
if (/^[a-z-]+$/.test(named)) part('user').value = named
if (chat.me() === null) {
  show()
  ;(named ? part('password') : part('user')).focus()
} else enter()
