import { type ChatVerb, chatVerb } from '../../contracts/chat-verbs.ts'

export interface TypedAnswer {
  readonly verb: ChatVerb
  readonly code: string
  readonly reason: string
}

const form = new RegExp(
  `^\\s*(${chatVerb.options.join('|')})\\s+([0-9a-f]{8,64})(?:[\\s,:;.-]+([\\s\\S]*))?$`,
  'i',
)

/** `approve 4f1d0c7a the gain is real`, as people type it; null for anything else that is said. */
export function typedAnswer(content: Readonly<Record<string, unknown>>): TypedAnswer | null {
  const { msgtype, body } = content
  // A notice is what a program says.
  if (msgtype !== 'm.text' || typeof body !== 'string') return null
  // Older clients quote what they reply to, and leave an empty line after it.
  const own = body.replace(/^(> .*\n)+\n?/, '')
  const [, verb, code, reason = ''] = form.exec(own) ?? []
  if (verb === undefined || code === undefined) return null
  return {
    verb: verb.toLowerCase() as ChatVerb,
    code: code.toLowerCase(),
    reason: reason.trim(),
  }
}
