import type { Payload, PayloadCodec } from '@temporalio/common'

/** Far above what any message needs (3 kB in the recorded histories, 25 kB of a steward with a full inbox), below a window of rows. */
const mostBytes = 65_536
/** A digest has 64 characters, a part of a signed token 450; a profile of three features in base64 has more. */
const longestWord = 768
/** Weeks of hours, partitions of a topic: more numbers than that are cells or columns. */
const mostNumbers = 168

/** Members by which our rows and profiles are known, all of them together. */
const shapes: readonly (readonly [what: string, ...members: string[]])[] = [
  ['a decoded row', 'id', 'timeMs', 'values'],
  ['a prediction', 'id', 'features', 'score'],
  ['a held-out row', 'id', 'label', 'features'],
  ['a profile', 'binning', 'rows', 'features'],
  ['counts of a feature', 'missing', 'counts'],
  ['a binning', 'name', 'edges'],
  ['a parity file', 'rows', 'scores', 'tolerance'],
]

/** Why a payload is none that Temporal may hold: it holds references and aggregates only. Null: it may. */
export function objectionTo({ metadata, data }: Payload): string | null {
  const bytes = data?.length ?? 0
  if (bytes > mostBytes) return `${bytes} bytes, and ${mostBytes} are the most`
  const encoding = Buffer.from(metadata?.['encoding'] ?? []).toString()
  if (encoding === 'binary/null') return null
  if (encoding !== 'json/plain') return `it is ${encoding || 'of no encoding'}, not JSON`
  return objectionIn(JSON.parse(Buffer.from(data ?? []).toString()), 'the payload')
}

function objectionIn(value: unknown, where: string): string | null {
  if (typeof value === 'string') {
    const word = value.split(/[\s.]/).find(({ length }) => length > longestWord)
    return word === undefined ? null : `${where} is a text of ${word.length} characters on end`
  }
  if (typeof value !== 'object' || value === null) return null
  if (Array.isArray(value)) {
    const numbers = value.filter((item) => typeof item === 'number').length
    if (numbers > mostNumbers) return `${where} holds ${numbers} numbers`
  } else {
    const shape = shapes.find(([, ...members]) => members.every((name) => name in value))
    if (shape !== undefined) return `${where} looks like ${shape[0]}`
  }
  for (const [name, item] of Object.entries(value)) {
    const objection = objectionIn(item, `${where}.${name}`)
    if (objection !== null) return objection
  }
  return null
}

/** Changes nothing, and refuses what `objectionTo` objects to, on the way to Temporal and on the way back. */
export function guardingCodec(tell: (objection: string) => void): PayloadCodec {
  const check = async (payloads: Payload[]) => {
    for (const payload of payloads) {
      const objection = objectionTo(payload)
      if (objection === null) continue
      tell(objection)
      throw new Error(`Temporal holds references and aggregates only: ${objection}`)
    }
    return payloads
  }
  return { encode: check, decode: check }
}
