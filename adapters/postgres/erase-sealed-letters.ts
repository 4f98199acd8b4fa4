import type pg from 'pg'
import { keptOf } from './dead-letters.ts'
import { noteErased } from './erasures.ts'
import { type Db, transaction } from './pool.ts'
import { type RowRules, rowRules } from './row-cipher.ts'

/** How the reason of a letter stands that told of the record itself. */
export const erasedReason = 'what it said of the record was erased'

/** Letters that are opened at once. */
const mostLetters = 500

interface Wanted {
  readonly model: string
  readonly spellings: readonly Uint8Array[]
}

interface SealedLetter {
  readonly reading: string
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly at: Date
  readonly reason: string
  readonly field: string | null
  readonly bytes: Buffer | null
  readonly key_id: string
}

/** Letters that are encrypted, opened one after another: no query can look into them. */
export async function eraseFromSealed(
  pool: pg.Pool,
  { number, model, spellings }: Wanted & { readonly number: number },
  onStep: () => void,
): Promise<void> {
  let after: SealedLetter | null = null
  do {
    after = await transaction(pool, async (client) => {
      const letters = await sealedAfter(client, model, after, 'for update')
      const rules = await rowRules(client, { model })
      let erased = 0
      for (const letter of letters) {
        const { says, holds } = lookedInto(letter, rules, spellings)
        if (!says && !holds) continue
        erased++
        await client.query(
          `update dead_letters set bytes = null, reason = $6, field = $7, key_id = $8
           where reading = $1 and topic = $2 and partition = $3 and "offset" = $4 and at = $5`,
          [
            ...[letter.reading, letter.topic, letter.partition, letter.offset, letter.at],
            says ? keptOf({ reason: erasedReason, bytes: null }, rules).reason : letter.reason,
            ...[says ? null : letter.field, says ? rules.cipher.keyId : letter.key_id],
          ],
        )
      }
      await noteErased(client, number, 'dead_letters', erased)
      return letters.length < mostLetters ? null : (letters.at(-1) ?? null)
    })
    onStep()
  } while (after !== null)
}

export async function countInSealed(db: Db, { model, spellings }: Wanted): Promise<number> {
  let count = 0
  for (let after: SealedLetter | null = null; ; ) {
    const letters = await sealedAfter(db, model, after)
    if (letters.length > 0) {
      const rules = await rowRules(db, { model })
      for (const letter of letters) {
        const { says, holds } = lookedInto(letter, rules, spellings)
        count += Number(says || holds)
      }
    }
    if (letters.length < mostLetters) return count
    after = letters.at(-1) ?? null
  }
}

async function sealedAfter(
  db: Db,
  model: string,
  after: SealedLetter | null,
  lock = '',
): Promise<SealedLetter[]> {
  const { rows } = await db.query<SealedLetter>(
    `select reading, topic, partition, "offset", at, reason, field, bytes, key_id from dead_letters
     where key_id is not null and reading in (select id from readings where model = $1)
       and ($2::text is null or (reading, topic, partition, "offset", at) > ($2, $3, $4::int, $5::bigint, $6))
     order by reading, topic, partition, "offset", at limit ${mostLetters} ${lock}`,
    [
      ...[model, after?.reading ?? null, after?.topic ?? null, after?.partition ?? null],
      ...[after?.offset ?? null, after?.at ?? null],
    ],
  )
  return rows
}

/** Whether its reason or field tells of the prediction, and whether its bytes hold it. */
function lookedInto(
  { reason, field, bytes, key_id: keyId }: SealedLetter,
  { cipher }: RowRules,
  spellings: readonly Uint8Array[],
): { says: boolean; holds: boolean } {
  const hasOne = (text: Uint8Array) =>
    spellings.some((each) => Buffer.from(text).includes(Buffer.from(each)))
  const told = `${cipher.openText('dead_letters.reason', reason, keyId)} ${field ?? ''}`
  const record = bytes && cipher.open('dead_letters.bytes', bytes, keyId)
  return { says: hasOne(Buffer.from(told)), holds: record !== null && hasOne(record) }
}
