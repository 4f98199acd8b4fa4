import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cached, cachePath, isCached } from './cache.ts'
import { runCommand } from './command.ts'
import { python } from './prerequisites.ts'
import type { PlanItem, ServerContext } from './server.ts'
import { versions } from './versions.ts'

const requirements = fileURLToPath(new URL('../../training/requirements.txt', import.meta.url))

/** An environment is named after the digest of what it requires. */
function entry(file: string): string {
  const digest = createHash('sha256').update(readFileSync(file)).digest('hex')
  return `python/${digest.slice(0, 12)}`
}

export const pythonPlan = (): PlanItem =>
  environmentPlan(
    requirements,
    'Python environment: Spark, MLflow, scikit-learn',
    `pyspark ${versions.spark}, mlflow ${versions.mlflow}`,
    740,
  )

export const environmentPlan = (
  file: string,
  what: string,
  version: string,
  megabytes: number,
): PlanItem => ({
  ...{ what, version, megabytes },
  from: 'PyPI',
  kept: cachePath(entry(file)),
  here: isCached(entry(file)),
})

/** Folder of the environment of the Spark job and MLflow, made when it is missing: about a minute on a quick line. */
export const pythonEnvironment = (say: ServerContext['say']): Promise<string> =>
  environmentOf(requirements, 740, say)

/** Folder of a Python environment with what a requirements file names, made when it is missing. */
export async function environmentOf(
  file: string,
  megabytes: number,
  say: ServerContext['say'],
): Promise<string> {
  return cached(
    entry(file),
    async (folder) => {
      say('fetching', { detail: `${megabytes} MB from PyPI` })
      const log = join(folder, 'pip.log')
      await runCommand(await python(), ['-m', 'venv', folder], { log })
      await runCommand(
        join(folder, 'bin/python'),
        ['-m', 'pip', 'install', '--disable-pip-version-check', '-q', '-r', file],
        { log },
      )
    },
    // Scripts of an environment hold its path, so it cannot be renamed afterwards.
    { inPlace: true, onWait: () => say('waiting', { detail: 'another run fetches it' }) },
  )
}
