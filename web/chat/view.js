import { called, reactionsOf } from './timeline.js'

const cardField = 'io.driftgate.card'
/** What a card takes: by a reaction, or typed with a reason. */
const verbs = [
  { key: '✅', verb: 'approve', word: 'Approve', look: 'primary' },
  { key: '❌', verb: 'reject', word: 'Reject', look: '' },
  { key: '👀', verb: 'acknowledge', word: 'Acknowledge', look: 'primary' },
  { verb: 'retrain', word: 'Retrain…', look: '' },
  { verb: 'absorb', word: 'Absorb…', look: '' },
]

export const element = (tag, more = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), more)
  made.append(...children)
  return made
}

/**
 * Shows the messages of a room in their order. What has not changed is left alone: a person may stand on it with the
 * keyboard, and a screen reader reads what is new.
 */
export function showMessages(list, room, me, does) {
  const before = new Map([...list.children].map((item) => [item.dataset.id, item]))
  let at = null
  for (const message of room.messages.values()) {
    const shown = before.get(message.id)
    before.delete(message.id)
    const look = JSON.stringify([message.content, [...message.reactions.values()]])
    const item = shown?.dataset.look === look ? shown : shownAnew(shown, message, me, does)
    item.dataset.id = message.id
    item.dataset.look = look
    if (item.parentNode !== list)
      list.insertBefore(item, at === null ? list.firstChild : at.nextSibling)
    at = item
  }
  for (const gone of before.values()) gone.remove()
}

/** Whoever stood on a button of it stands there again. */
function shownAnew(shown, message, me, does) {
  const item = shown ?? element('li')
  const held = item.contains(document.activeElement) ? document.activeElement.dataset.key : null
  item.id = message.id
  item.className = message.sender === me ? 'mine' : ''
  item.replaceChildren(...partsOf(message, me, does))
  if (held) (item.querySelector(`[data-key="${held}"]:not(:disabled)`) ?? item).focus()
  item.tabIndex = -1
  return item
}

function partsOf(message, me, does) {
  const { sender, at, content } = message
  const time = element(
    'time',
    { dateTime: new Date(at).toISOString() },
    new Date(at).toLocaleTimeString(),
  )
  const head = element(
    'p',
    {},
    element('strong', {}, called(sender)),
    ' ',
    element('small', {}, time),
  )
  const card = content[cardField]
  const shown =
    content.msgtype === 'm.image'
      ? pictureOf(content, does)
      : element('div', { className: card ? `card ${card.state}` : 'text' }, ...textOf(content))
  return [head, shown, ...reactionParts(message, card, me, does)]
}

/** Its words are there before it is, and for whoever does not see it. */
function pictureOf({ body, url, info }, { see }) {
  const image = element('img', { alt: body, width: info?.w ?? 0, height: info?.h ?? 0 })
  void see(url, image)
  return element('div', { className: 'picture', tabIndex: 0 }, image)
}

function reactionParts(message, card, me, { react, begin }) {
  const people = reactionsOf(message)
  const said = [...people].map(([key, who]) => `${key} ${who.map(called).join(', ')}`)
  const shown = said.length > 0 ? [element('p', {}, element('small', {}, said.join('  ·  ')))] : []
  const open = verbs.filter(({ verb }) => card?.verbs?.includes(verb))
  if (open.length === 0) return shown
  const buttons = open.map(({ key, verb, word, look }) => {
    const pressed = people.get(key)?.includes(me) ?? false
    const button = element('button', { type: 'button', className: look, disabled: pressed })
    button.append(`${key ? `${key} ` : ''}${word}${pressed ? ', pressed' : ''}`)
    button.dataset.key = verb
    button.setAttribute('aria-label', `${word} ${card.subject}${pressed ? ', pressed' : ''}`)
    button.addEventListener('click', () =>
      key ? react(message.id, key) : begin(`${verb} ${card.code} `),
    )
    return button
  })
  return [...shown, element('p', { className: 'buttons' }, ...buttons)]
}

/** What a message may be made of; everything else is its text. */
const tags = { P: 'p', STRONG: 'strong', BR: 'br', UL: 'ul', LI: 'li', EM: 'em', CODE: 'code' }

function textOf({ body, format, formatted_body }) {
  if (format !== 'org.matrix.custom.html' || typeof formatted_body !== 'string') {
    return body.split('\n').map((line) => element('p', {}, line))
  }
  return copied(new DOMParser().parseFromString(formatted_body, 'text/html').body)
}

const copied = (node) =>
  [...node.childNodes].flatMap((child) => {
    if (child.nodeType === Node.TEXT_NODE) return [child.textContent]
    if (child.nodeType !== Node.ELEMENT_NODE) return []
    const href = child.tagName === 'A' ? child.getAttribute('href') : null
    if (href !== null && /^https?:\/\//.test(href)) return [linkTo(href, copied(child))]
    const tag = tags[child.tagName]
    return tag ? [element(tag, {}, ...copied(child))] : copied(child)
  })

/** A message of this chat is shown in this tab, since another tab is another person. */
function linkTo(href, content) {
  const here = `${location.origin}${location.pathname}#`
  if (href.startsWith(here)) return element('a', { href: href.slice(here.length - 1) }, ...content)
  return element('a', { href, target: '_blank', rel: 'noopener' }, ...content)
}
