/** A statement of a migration that a worker of the version before may not survive, in lower case without comments. */
export interface Breaking {
  readonly statement: string
  readonly why: string
}

/** What takes something from whoever does not know the new schema, a line each. */
const rules: readonly (readonly [RegExp, string])[] = [
  [/^drop (table|view|function|type|schema|materialized view)/, 'it drops what may be in use'],
  [/^drop trigger/, 'it drops a rule that was kept'],
  [
    /^alter table .*\bdrop (column )?(?!not null|default|constraint|expression|identity)/,
    'it drops a column',
  ],
  [/^alter table .*\bdrop constraint/, 'it drops a constraint, by which an upsert may go'],
  [/^alter table .*\bdrop default/, 'who leaves the column out is refused'],
  [/^alter table .*\brename\b/, 'it renames what is in use'],
  [/^alter table .*\balter (column )?\S+ (set data )?type\b/, 'it changes a type'],
  [/^alter table .*\bset not null/, 'who leaves the column out is refused'],
  [/^create or replace (function|view|trigger)/, 'it replaces what is in use'],
  [/^(update|delete|truncate)\b/, 'it changes rows under whoever reads them'],
]

/** Statements of a migration, in order: comments gone, white space one blank, lower case; bodies of functions are kept whole. */
export function statementsOf(sql: string): string[] {
  const bodies: string[] = []
  const kept = sql
    .replaceAll(/--[^\n]*/g, '')
    .replaceAll(/\$(\w*)\$[\s\S]*?\$\1\$/g, (body) => `$body${bodies.push(body) - 1}$`)
  return kept
    .split(';')
    .map((each) => each.replaceAll(/\s+/g, ' ').trim().toLowerCase())
    .filter((each) => each !== '')
    .map((each) => each.replaceAll(/\$body(\d+)\$/g, (_, index) => bodies[Number(index)] ?? ''))
}

/** The statements of a migration that take something away. */
export function breakingIn(sql: string): Breaking[] {
  const statements = statementsOf(sql)
  const made = new Set(
    statements.flatMap((each) => each.match(/^create (?:unlogged )?table (\S+)/)?.[1] ?? []),
  )
  return statements.flatMap((statement) => {
    // What the migration made itself nobody uses yet.
    const table = statement.match(/^alter table (?:only )?(\S+)/)?.[1]
    if (table !== undefined && made.has(table)) return []
    const found = rules.flatMap(([rule, why]) => (rule.test(statement) ? [why] : []))
    if (/^alter table .*\badd column/.test(statement)) {
      for (const column of statement.split(/,(?![^(]*\))/)) {
        const bare = /\badd column\b/.test(column) && /\bnot null\b/.test(column)
        if (bare && !/\b(default|generated)\b/.test(column)) {
          found.push('who does not know the column is refused')
        }
      }
    }
    return found.map((why) => ({ statement, why }))
  })
}
