import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { sealedColumns } from '../../../adapters/postgres/row-cipher.ts'
import { configuredDatabase } from '../../support/configured-database.ts'

const database = await configuredDatabase()
after(() => database.drop())

const page = readFileSync(
  new URL('../../../docs/how-to/where-data-stays.md', import.meta.url),
  'utf8',
)
/** Rows of the table of the page: the columns that one is about, and what encryption does to them. */
const told = [...page.matchAll(/^\| ((?:`\w+\.\w+`(?:, )?)+) \| [^|]+ \| ([^|]+) \|/gm)].flatMap(
  ([, columns = '', encryption = '']) =>
    [...columns.matchAll(/`(\w+\.\w+)`/g)].map(([, column = '']) => ({ column, encryption })),
)

/** Tables in which nothing of a single row of a log stands: what people did, what was counted, judged and decided. */
const withoutRows = new Set(
  `accounts asked_policies backfills binnings candidates cards chat_accounts chat_answers chat_deliveries
  config_versions cuts decisions delegations drills driftgate_migrations ended_erasures erased_rows erased_samples estimates estimators
  found_traffic gate_events gate_policies guard_counts guard_minutes guard_totals guards housekeepings incidents join_counts joins
  label_cuts late_labels ledger_heads ledger_repairs notices performance_states performances
  prediction_counts prediction_days profiles promotions readings registered_aliases registered_files
  registered_tags registered_versions release_evidence release_numbers releases retraining_decisions
  retraining_reservations retraining_storms retraining_wishes retrainings reviews rollout_sums rollouts
  second_looks sign_ins stewards
  traffic_moves used_chat_links used_tokens verdicts`.split(/\s+/),
)

/** Of tables with single rows, what says where a row belongs and nothing of it. */
const places = new Set(
  `asked code key_id label_rate model model_version name origin partition person prediction_rate
  profile proposal reading run_key segment topic version`.split(/\s+/),
)
/** Who asked for an erasure, and why. */
const ofPeople = new Set(['erasures.name', 'erasures.person', 'erasures.reason', 'guard_fits.id'])

test('every column that may hold something of a single row is told on the page, and a new table is thought about', async () => {
  const { rows } = await database.pool.query<{ table: string; column: string; type: string }>(
    `select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
     order by 1, 2`,
  )
  const known = new Set(told.map(({ column }) => column))
  const tables = new Set(told.map(({ column }) => column.split('.')[0] as string))
  for (const table of new Set(rows.map((row) => row.table))) {
    assert.ok(
      tables.has(table) !== withoutRows.has(table),
      `${table}: either its rows are on the page, or it holds none (withoutRows)`,
    )
  }
  const holding = new Set(['bytea', 'jsonb', 'json', 'text', 'text[]', 'double precision'])
  const untold = rows
    .filter(({ table, type }) => tables.has(table) && holding.has(type))
    .map(({ table, column }) => ({ column, name: `${table}.${column}` }))
    .filter(({ column, name }) => !known.has(name) && !places.has(column) && !ofPeople.has(name))
  assert.deepEqual(
    untold.map(({ name }) => name),
    [],
  )
  const there = new Set(rows.map(({ table, column }) => `${table}.${column}`))
  assert.deepEqual(
    [...known].filter((column) => !there.has(column)),
    [],
    'the page tells of columns that are not there',
  )
})

test('what the page calls encrypted is what the store encrypts', () => {
  const encrypted = told.filter(({ encryption }) => encryption.startsWith('encrypted'))
  assert.deepEqual(encrypted.map(({ column }) => column).sort(), [...sealedColumns].sort())
  for (const { column, encryption } of told) {
    assert.match(encryption, /^(encrypted|readable)/, column)
  }
})

test('each of them has a key id beside it', async () => {
  const { rows } = await database.pool.query<{ table: string }>(
    `select c.relname as table from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'key_id'
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  )
  const wanted = new Set(sealedColumns.map((column) => column.split('.')[0]))
  assert.deepEqual(
    rows.map(({ table }) => table),
    [...wanted].sort(),
  )
})
