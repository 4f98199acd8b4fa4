import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { servers } from '../test/support/servers.ts'

const folder = fileURLToPath(new URL('../test/workflows/replay', import.meta.url))

/** Writes the history of a workflow as the server has it, ended or not, for the replay test. */
export async function record(name: string, id: string): Promise<void> {
  const { temporal, temporalCli } = servers()
  const shown = execFileSync(
    temporalCli,
    ['workflow', 'show', '--workflow-id', id, '--output', 'json', '--address', temporal],
    { maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' },
  )
  const history = JSON.parse(shown) as { events: unknown[] }
  // Which machine ran it, and from where, says nothing about what was decided.
  const said: Record<string, string> = { identity: 'worker', stackTrace: '' }
  const json = JSON.stringify(history, (key, value) => said[key] ?? value, 1)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${name}.json`), `${json}\n`)
  console.log(`${name}: ${history.events.length} events`)
}
