import { z } from 'zod'
import type { HealthQuestion } from '../../contracts/rollout.ts'
import { type RolloutHeads, rolloutHeads } from '../../contracts/rollout-heads.ts'
import { armInputs, nothingSummed, type StepSums, stepSums } from '../../contracts/rollout-sums.ts'
import type { Db } from './pool.ts'

/** What the versions were asked was compared so often, the last time with so many rows of the candidate. */
export const comparedInputs = armInputs.extend({
  times: z.number().int().positive(),
  rows: z.number().int().nonnegative(),
})
export type ComparedInputs = z.infer<typeof comparedInputs>

export interface SummedStep {
  readonly revision: number
  readonly heads: RolloutHeads
  readonly sums: StepSums
  /** Digest of the binning of both profiles; null: none was in force when the step began. */
  readonly binning: string | null
  /** In the bytes of a profile; null: nobody was asked anything yet. */
  readonly stableInputs: Uint8Array | null
  readonly candidateInputs: Uint8Array | null
  readonly compared: ComparedInputs | null
}

type Key = Pick<HealthQuestion, 'release' | 'step' | 'from'>

const keyOf = ({ release, step, from }: Key) => [release, step, new Date(from)]

/** Null: nobody has looked at the step yet. */
export async function summedStep(db: Db, key: Key): Promise<SummedStep | null> {
  const { rows } = await db.query<SummedStep>(
    `select revision, heads, sums, binning, stable_inputs as "stableInputs",
       candidate_inputs as "candidateInputs", compared
     from rollout_sums where release = $1 and step = $2 and began = $3`,
    keyOf(key),
  )
  const row = rows[0]
  if (row === undefined) return null
  return {
    ...row,
    heads: rolloutHeads.parse(row.heads),
    sums: stepSums.parse(row.sums),
    compared: comparedInputs.nullable().parse(row.compared),
  }
}

/** A step begins with nothing summed. Where somebody was faster, theirs stands. */
export async function beginSums(
  db: Db,
  { model, ...key }: HealthQuestion,
  { heads, binning }: Pick<SummedStep, 'heads' | 'binning'>,
): Promise<void> {
  await db.query(
    `insert into rollout_sums (release, step, began, model, revision, heads, sums, binning)
     values ($1, $2, $3, $4, 0, $5, $6, $7) on conflict do nothing`,
    [...keyOf(key), model, JSON.stringify(heads), JSON.stringify(nothingSummed), binning],
  )
}

/**
 * Puts what a step has come to in the place of what it was at that revision, in one statement. False: somebody else did,
 * and nothing was written.
 */
export async function commitSums(db: Db, key: Key, step: SummedStep, at: Date): Promise<boolean> {
  const { revision, heads, sums, stableInputs, candidateInputs, compared } = step
  const { rowCount } = await db.query(
    `update rollout_sums set revision = revision + 1, heads = $5, sums = $6, stable_inputs = $7,
       candidate_inputs = $8, compared = $9, read_at = $10
     where release = $1 and step = $2 and began = $3 and revision = $4`,
    [
      ...[...keyOf(key), revision, JSON.stringify(heads), JSON.stringify(sums)],
      ...[
        stableInputs && Buffer.from(stableInputs),
        candidateInputs && Buffer.from(candidateInputs),
      ],
      ...[compared && JSON.stringify(compared), at],
    ],
  )
  return rowCount === 1
}
