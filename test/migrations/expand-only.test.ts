import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { breakingIn, statementsOf } from './expand-only.ts'

/** From here on a version before may still run beside: migrations of before went with workers that were stopped. */
const first = 53

const folder = new URL('../../migrations/', import.meta.url)
const names = readdirSync(folder).filter((name) => Number.parseInt(name, 10) >= first)

/** What takes something away all the same, and why nobody who does not know of it is hurt; by the beginning of the statement. */
const allowed: Readonly<
  Record<string, readonly { readonly begins: string; readonly why: string }[]>
> = {
  '053-rollouts.sql': [
    {
      begins: 'alter table releases drop constraint releases_state_check',
      why: 'a check, in the same migration made anew with one state more, which workers of before never write',
    },
  ],
  '056-drills.sql': [
    {
      begins: 'alter table cards drop constraint cards_kind_check',
      why: 'a check, in the same migration made anew with one kind more, which workers of before never write',
    },
  ],
}

for (const name of names) {
  test(`${name} only adds, so that workers of the version before go on beside it`, () => {
    const text = readFileSync(new URL(name, folder), 'utf8')
    const left = breakingIn(text).filter(
      ({ statement }) => !allowed[name]?.some(({ begins }) => statement.startsWith(begins)),
    )
    assert.deepEqual(left, [])
    const statements = statementsOf(text)
    for (const { begins } of allowed[name] ?? []) {
      assert.ok(
        statements.some((each) => each.startsWith(begins)),
        `nothing begins: ${begins}`,
      )
    }
  })
}

test('what takes something away is found', () => {
  const bad = [
    'drop table verdicts',
    'alter table cards rename column release to subject',
    'alter table cards drop column release',
    'alter table cards drop release',
    'alter table cards drop constraint cards_pkey',
    'alter table cards alter column kind drop default',
    'alter table cards alter column kind set not null',
    'alter table cards alter column kind type integer',
    'alter table cards add column a int, add column b text not null',
    'update cards set kind = 1',
    'create or replace function f() returns int language sql as $$ select 1; $$',
  ]
  for (const each of bad) {
    assert.ok(breakingIn(`${each};`).length > 0, each)
    assert.ok(
      breakingIn(`create table other (a int); -- a comment;\n${each.toUpperCase()};`).length > 0,
      each,
    )
  }
})

test('what only adds is not', () => {
  const good = [
    'create table a (b int not null); alter table a alter column b drop default',
    'alter table cards add column b text, add column c int not null default 0, add check (c > 0)',
    'alter table cards add column d bigint generated always as identity not null',
    'alter table cards alter column kind drop not null',
    'create index on cards (kind)',
    'create function g() returns int language plpgsql as $$ begin update x set y = 1; end $$',
  ]
  for (const each of good) assert.deepEqual(breakingIn(`${each};`), [], each)
})
