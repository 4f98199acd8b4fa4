import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { ledgerOf } from '../../../adapters/postgres/ledger-proof.ts'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { createDatabase } from '../../support/database.ts'

const database = await createDatabase()
after(() => database.drop())
const folder = new URL('../../../migrations/', import.meta.url)

/** A database as it was before the migrations from this number on. */
async function migrateBefore(number: string): Promise<void> {
  const names = readdirSync(folder)
    .filter((name) => name < number)
    .sort()
  await database.pool.query(
    'create table driftgate_migrations (id serial primary key, name varchar(255) not null, run_on timestamp not null)',
  )
  for (const name of names) {
    await database.pool.query(readFileSync(new URL(name, folder), 'utf8'))
    await database.pool.query(
      'insert into driftgate_migrations (name, run_on) values ($1, now())',
      [name.replace('.sql', '')],
    )
  }
}

test('of two readings of one log that failed on other records both prove after the migrations', async () => {
  await migrateBefore('008')
  const { pool } = database
  await pool.query(`insert into binnings (digest, model, binning) values ('b', 'm', '{}');
    insert into readings (id, model, topic, binning, definition)
      values ('both', 'm', 't', 'b', '{"format": "json"}'), ('one', 'm', 't', 'b', '{"format": "json"}');
    insert into ledger_heads (reading, partition, head) values ('both', 0, 10), ('one', 0, 10);
    insert into ledger_slices (reading, partition, from_offset, to_offset, good, bad, foreign_rows, lost, unread)
      values ('both', 0, 0, 10, 0, 2, 8, 0, 0), ('one', 0, 0, 10, 0, 1, 9, 0, 0);
    select ensure_partition('dead_letters', '2001-01-01Z');
    insert into dead_letters (topic, partition, "offset", code, reason, at)
      values ('t', 0, 5, 'RECORD_MALFORMED', 'x', '2001-01-01Z'), ('t', 0, 7, 'RECORD_MALFORMED', 'x', '2001-01-01Z')`)
  await migrate(pool)
  const readings = await ledgerOf(pool, 'm', 1)
  assert.deepEqual(readings.map(({ reading, faults }) => [reading, faults]).toSorted(), [
    ['both', []],
    ['one', []],
  ])
  const { rows } = await pool.query('select reading, "offset" from dead_letters order by 2, 1')
  assert.deepEqual(
    rows,
    [
      { reading: 'both', offset: '5' },
      { reading: 'both', offset: '7' },
    ],
    'a letter that may not be of its reading is read again by nobody',
  )
})
