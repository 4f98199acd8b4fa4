import { spawn } from 'node:child_process'
import { accessSync, constants, createWriteStream } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Full path of a program on PATH, null when there is none. */
export function onPath(program: string, path: string = process.env['PATH'] ?? ''): string | null {
  for (const folder of path.split(delimiter)) {
    // The packages' own programs come first under `npm run`; they are not what the machine has.
    if (folder === '' || folder.includes('node_modules')) continue
    const file = join(folder, program)
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {}
  }
  return null
}

/** Runs a command to its end, output to a log file; throws with the last lines when it fails. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: { log?: string; cwd?: string; env?: NodeJS.ProcessEnv; uid?: number; gid?: number } = {},
): Promise<string> {
  const log = options.log === undefined ? null : createWriteStream(options.log, { flags: 'a' })
  const { log: _, ...spawnOptions } = options
  const child = spawn(command, args, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const take = (chunk: Buffer) => {
    log?.write(chunk)
    output = `${output}${chunk.toString('utf8')}`.slice(-20_000)
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  const status = await new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? signal))
  })
  log?.end()
  if (status !== 0) {
    const end = output.trim().split('\n').slice(-8).join('\n')
    throw new Error(`${command} ended with ${status}:\n${end}`)
  }
  return output
}
