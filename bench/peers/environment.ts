import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../../deploy/local/command.ts'
import { environmentOf } from '../../deploy/local/python.ts'

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** The Python of the peers: a virtual environment in the cache folder, made when it is missing. */
export async function peerPython(): Promise<string> {
  const say = (stage: string, more?: { detail?: string }) =>
    console.error(`peers     ${stage} ${more?.detail ?? ''}`)
  return join(await environmentOf(here('requirements.txt'), 150, say), 'bin/python')
}

/** River in an environment of its own: it needs little, and no pandas. */
export async function riverPython(): Promise<string> {
  const say = (stage: string, more?: { detail?: string }) =>
    console.error(`peers     ${stage} ${more?.detail ?? ''}`)
  return join(await environmentOf(here('river-requirements.txt'), 60, say), 'bin/python')
}

/** Runs one of the scripts beside this file and returns the JSON of its last line. */
export async function runPeer<Result>(
  python: string,
  script: string,
  words: readonly string[],
): Promise<Result> {
  // Evidently would report its use over the network.
  const env = { ...process.env, DO_NOT_TRACK: '1' }
  const output = await runCommand(python, [here(script), ...words], { env })
  return JSON.parse(output.trim().split('\n').at(-1) as string) as Result
}
