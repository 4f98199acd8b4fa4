import { hidePasswords } from '../contracts/settings-problem.ts'
import type { PlanItem, Progress } from '../deploy/local/index.ts'
import { columns } from './output.ts'
import type { Terminal } from './terminal.ts'

/** What is needed, how large it is, where it is kept, and what is here already. */
export function notePlan(terminal: Terminal, items: readonly PlanItem[]): void {
  const rows = items.map(({ what, version, megabytes, kept, here }) => [
    `  ${what}`,
    version,
    here ? 'here already' : `${megabytes} MB to fetch`,
    kept,
  ])
  terminal.note('needed, about:')
  if (rows.length > 0) terminal.note(columns(rows))
}

/** One line for each stage of each server: they come up side by side. */
export function noteProgress(terminal: Terminal, progress: Progress): void {
  const { server, stage, version, detail, address, log, elapsed } = progress
  if (stage === 'resolving') return
  const facts = [stage === 'healthy' ? version : undefined, detail, address, log]
  const seconds = `${elapsed.toFixed(1).padStart(6)} s`
  const rest = facts.filter(Boolean).join('  ')
  terminal.note(
    hidePasswords(`${seconds}  ${server.padEnd(9)} ${stage.padEnd(9)} ${rest}`.trimEnd()),
  )
}
