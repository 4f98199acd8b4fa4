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

/** The one environment for the Spark job and MLflow, named after the digest of its requirements. */
function entry(): string {
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex')
  return `python/${digest.slice(0, 12)}`
}

export const pythonPlan = (): PlanItem => ({
  what: 'Python environment: Spark, MLflow, scikit-learn',
  version: `pyspark ${versions.spark}, mlflow ${versions.mlflow}`,
  megabytes: 700,
  from: 'PyPI',
  kept: cachePath(entry()),
  here: isCached(entry()),
})

/** Folder of the environment, made when it is missing: about a minute on a quick line. */
export async function pythonEnvironment(say: ServerContext['say']): Promise<string> {
  const name = entry()
  return cached(
    name,
    async (folder) => {
      say('fetching', { detail: '700 MB from PyPI' })
      const log = join(folder, 'pip.log')
      await runCommand(await python(), ['-m', 'venv', folder], { log })
      await runCommand(
        join(folder, 'bin/python'),
        ['-m', 'pip', 'install', '--disable-pip-version-check', '-q', '-r', requirements],
        { log },
      )
    },
    // Scripts of an environment hold its path, so it cannot be renamed afterwards.
    { inPlace: true, onWait: () => say('waiting', { detail: 'another run fetches it' }) },
  )
}
