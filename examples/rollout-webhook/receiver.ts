import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { allTo, sameTraffic, trafficSchema, versionsIn } from '../../contracts/traffic.ts'
import { type ReceiverPlace, signedReceiver } from '../signed-receiver.ts'

/** Names are parts of the name of a file. */
const place = z.object({
  name: z.string().regex(/^[\w-]{1,100}$/),
  alias: z.string().regex(/^[\w-]{1,100}$/),
})
const question = z.discriminatedUnion('type', [
  z.object({ type: z.literal('traffic.read'), data: place }),
  z.object({
    type: z.literal('traffic.set'),
    data: place.extend({ traffic: trafficSchema, expectedGeneration: z.string() }),
  }),
])
const state = z.object({ traffic: trafficSchema, generation: z.string() })
type State = z.infer<typeof state>

export interface ReceiverOptions extends ReceiverPlace {
  /** A file for each place, `<name>.<alias>.json`, that whatever routes requests follows. */
  readonly folder: string
  /** Whether a version could serve; all can unless told. */
  readonly knows?: (name: string, version: string) => boolean
}

/** A small service that moves traffic by files: what `rollout.kind: webhook` needs on the other side. */
export async function startReceiver(
  options: ReceiverOptions,
): Promise<{ url: string; close(): Promise<void> }> {
  mkdirSync(options.folder, { recursive: true })
  return signedReceiver(options, question, (asked) => answerTo(options, asked))
}

/** Looking and changing are one step: nothing here waits for anything. */
function answerTo(
  { folder, knows = () => true }: ReceiverOptions,
  asked: z.infer<typeof question>,
): [status: number, value: unknown] {
  const { name, alias } = asked.data
  const file = join(folder, `${name}.${alias}.json`)
  const found: State = existsSync(file)
    ? state.parse(JSON.parse(readFileSync(file, 'utf8')))
    : { traffic: allTo(null), generation: '0' }
  if (asked.type === 'traffic.read') return [200, found]
  const { traffic, expectedGeneration } = asked.data
  if (sameTraffic(found.traffic, traffic)) return [200, found]
  if (found.generation !== expectedGeneration) return [409, { generation: found.generation }]
  const unknown = versionsIn(traffic).find((version) => !knows(name, version))
  if (unknown !== undefined) return [422, { reason: `there is no version ${unknown} of ${name}` }]
  const next = { traffic, generation: String(Number(found.generation) + 1) }
  // Whole or not at all, whoever reads it.
  writeFileSync(`${file}.new`, JSON.stringify(next))
  renameSync(`${file}.new`, file)
  return [200, next]
}
