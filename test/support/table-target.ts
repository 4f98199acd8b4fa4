import type pg from 'pg'
import { DriftgateError } from '../../contracts/errors.ts'

/** A rollout target that is a row of a table, for tests of what decides about moving it. */
export const tableTarget = (db: pg.Pool) => ({
  async targetGeneration({ model }: { model: string }) {
    const { rows } = await db.query<{ version: string; generation: number }>(
      'select version, generation from test_target where model = $1',
      [model],
    )
    return { version: rows[0]!.version, generation: String(rows[0]!.generation) }
  },
  async promote(input: { model: string; version: string; expectedGeneration: string }) {
    const { rows } = await db.query<{ generation: number }>(
      `update test_target set version = $2, generation = generation + 1, moves = moves + 1
       where model = $1 and generation = $3 and version <> $2 returning generation`,
      [input.model, input.version, Number(input.expectedGeneration)],
    )
    if (rows[0] === undefined) {
      const current = 'another'
      const given = input.expectedGeneration
      throw new DriftgateError('RELEASE_STALE', { release: input.model, given, current })
    }
    return { generation: String(rows[0].generation) }
  },
  // No model of these tests has steps.
  beginRollout: async () => null,
  findRollout: async () => null,
  async confirmServing() {},
  async adoptReference() {},
})

export const createTarget = (db: pg.Pool): Promise<unknown> =>
  db.query(
    `create table test_target (model text primary key, version text, generation integer, moves integer);
     insert into test_target values ('m', '1', 7, 0)`,
  )

/** What somebody else does behind our back. */
export const moveTarget = (db: pg.Pool, version: string): Promise<unknown> =>
  db.query('update test_target set version = $1, generation = generation + 1', [version])

export async function targetNow(db: pg.Pool): Promise<{ version: string; moves: number }> {
  const { rows } = await db.query<{ version: string; moves: number }>(
    'select version, moves from test_target',
  )
  return rows[0]!
}
