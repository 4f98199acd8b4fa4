import type pg from 'pg'
import { isErasing, shareErasures } from '../adapters/postgres/erasures.ts'
import {
  dropSamples,
  putMerged,
  type TakenBytes,
  takeParts,
} from '../adapters/postgres/merged-parts.ts'
import { ensurePartitions } from '../adapters/postgres/partitions.ts'
import { transaction } from '../adapters/postgres/pool.ts'
import type { Reading } from '../adapters/postgres/readings.ts'
import type { Binning } from '../contracts/binning.ts'
import type { PartPlace } from '../contracts/storage.ts'
import type { Chore } from '../policies/housekeeping.ts'
import {
  createProfile,
  createSample,
  decodeProfile,
  decodeSample,
  encodeProfile,
  encodeSample,
  mergeProfiles,
  mergeSamples,
} from '../profiles/index.ts'

/** Bounds of one transaction. */
const mostParts = 256
const mostBytes = 32 << 20

export interface Step {
  readonly merged: number
  readonly into: number
  readonly parts: number
  readonly samples: number
}

const nothing: Step = { merged: 0, into: 0, parts: 0, samples: 0 }

/**
 * Does a chore in transactions that take at most 256 parts or 32 MiB of them, each of which leaves everything right.
 * Where somebody else was faster with a part, the rest is left to them.
 */
export async function* doChore(
  db: pg.Pool,
  { id: reading, model }: Pick<Reading, 'id' | 'model'>,
  binning: Binning,
  { kind, parts }: Chore,
  now: Date,
): AsyncGenerator<Step> {
  if (kind === 'drop samples') {
    await dropSamples(db, reading, parts)
    yield { ...nothing, samples: parts.length }
    return
  }
  let rest = parts
  while (rest.length > 0) {
    const batch = firstOf(rest)
    const into = together(batch, kind === 'lift')
    // Numbers of segments are a view of those of all rows: nothing of them is left to count.
    const leaves = kind === 'merge' || into.segment === ''
    if (leaves) await ensurePartitions(db, 'merged_parts', [new Date(into.bucketMs)])
    const number = await inOne(db, async (client) => {
      // Whoever erases a row goes through the parts as they are: what it comes to is merged by the next round.
      await shareErasures(client)
      if (await isErasing(client, model)) throw new Overtaken()
      const taken = await takeParts(client, reading, batch)
      if (taken === null) throw new Overtaken()
      if (!leaves) return null
      const bytes = kind === 'lift' ? { profile: null, sample: null } : mergedBytes(taken, binning)
      return putMerged(client, reading, into, bytes, kind === 'lift' ? now : null)
    })
    if (number === undefined) return
    yield kind === 'lift'
      ? { ...nothing, parts: batch.length }
      : { ...nothing, merged: batch.length, into: 1 }
    rest = rest.slice(batch.length)
    if (number !== null && rest.length > 0) rest = [{ ...into, number }, ...rest]
  }
}

class Overtaken extends Error {}

/** Undefined: somebody else was faster, nothing was written. */
async function inOne<T>(
  db: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await transaction(db, work)
  } catch (error) {
    if (error instanceof Overtaken) return undefined
    throw error
  }
}

function firstOf(parts: readonly PartPlace[]): PartPlace[] {
  const batch: PartPlace[] = []
  let bytes = 0
  for (const part of parts) {
    bytes += part.bytes
    if (batch.length >= mostParts || (batch.length > 1 && bytes > mostBytes)) break
    batch.push(part)
  }
  return batch
}

/** Where the rows of all of them lie. */
function together(parts: readonly PartPlace[], lifted: boolean): PartPlace {
  const [first] = parts as readonly [PartPlace]
  const reach = new Map<number, PartPlace['reach'][number]>()
  for (const { partition, from, to, rows } of parts.flatMap((part) => part.reach)) {
    const known = reach.get(partition) ?? { partition, from, to, rows: 0 }
    reach.set(partition, {
      partition,
      from: sorted([from, known.from])[0] as bigint,
      to: sorted([to, known.to])[1] as bigint,
      rows: known.rows + rows,
    })
  }
  return {
    ...first,
    version: lifted ? '' : first.version,
    number: null,
    lifted,
    bucketMs: Math.min(...parts.map(({ bucketMs }) => bucketMs)),
    untilMs: Math.max(...parts.map(({ untilMs }) => untilMs)),
    reach: [...reach.values()].sort((left, right) => left.partition - right.partition),
    repair: Math.max(...parts.map(({ repair }) => repair)),
    readAtMs: Math.max(...parts.map(({ readAtMs }) => readAtMs)),
    bytes: Math.max(...parts.map(({ bytes }) => bytes)),
  }
}

const sorted = (offsets: bigint[]): bigint[] =>
  offsets.sort((left, right) => (left < right ? -1 : Number(left > right)))

function mergedBytes(taken: readonly TakenBytes[], binning: Binning): TakenBytes {
  const whole = createProfile(binning)
  const sample = createSample()
  let sampled = false
  for (const { profile, sample: rows } of taken) {
    if (profile !== null) mergeProfiles(whole, decodeProfile(profile, binning))
    if (rows === null) continue
    mergeSamples(sample, decodeSample(rows))
    sampled = true
  }
  return { profile: encodeProfile(whole), sample: sampled ? encodeSample(sample) : null }
}
