import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { Settings, SparkStandaloneSettings } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { parsedJson } from '../../contracts/parsed-json.ts'
import type { Found, Probe, ProbeInput } from './probe.ts'

/** Loading the libraries of a trainer takes seconds. */
const startMs = 60_000

const unfit = z.array(z.tuple([z.string(), z.string()]))

/** The Python that will run the job, the job itself and the trainers of all models, as this machine sees them. */
export function trainingProbes({ settings }: ProbeInput): Probe[] {
  const { cluster, models } = settings
  // Where a service of the team runs jobs, only that service sees them.
  return 'job' in cluster ? [trainingProbe(cluster.job, models)] : []
}

function trainingProbe(
  { python, script }: SparkStandaloneSettings['job'],
  models: Settings['models'],
): Probe {
  return {
    name: 'training job',
    address: script,
    async run(): Promise<Found> {
      if (!existsSync(script)) {
        throw new DriftgateError('PREREQUISITE_MISSING', {
          what: `the training job ${script}`,
          fix: 'set cluster.job.script to training/job.py of this repository',
        })
      }
      const fix = 'set cluster.job.python to a Python 3.11 with training/requirements.txt'
      const answer = async (args: string[]) => {
        const asked = promisify(execFile)(python, args, { timeout: startMs })
        const { stdout } = await asked.catch((cause: Error) => {
          throw new DriftgateError('PREREQUISITE_MISSING', { what: python, fix }, { cause })
        })
        return stdout.trim()
      }
      const version = (await answer(['--version'])).replace(/^Python /, '')
      const check = join(dirname(script), 'check_trainers.py')
      const asked = JSON.stringify(trainersOf(models))
      const problems = [
        ...ofSeveralClasses(models),
        ...unfit.parse(parsedJson(await answer([check, asked]))),
      ]
      if (problems.length === 0) return { version, note: 'Python' }
      const sentence = problems
        .map(([model, why]) => `${model} cannot be trained: ${why}`)
        .join('; ')
      return { version, problem: { sentence, help: `mend retraining.trainer, or ${fix}` } }
    },
  }
}

/** What has to be fitted: model, trainer, task. */
const trainersOf = (models: Settings['models']): [string, string, string][] =>
  Object.entries(models)
    .filter(([, { labels }]) => labels !== undefined && labels.classes === undefined)
    .map(([model, { retraining, labels }]) => [
      ...([model, retraining.trainer] as const),
      labels?.task === 'regression' ? 'regression' : 'classification',
    ])

/** Measured and watched like all others, and not trained: a retraining of one ends with TRAINING_NO_ROWS. */
const ofSeveralClasses = (models: Settings['models']): [string, string][] =>
  Object.entries(models)
    .filter(
      ([, { labels, retraining }]) =>
        labels?.classes !== undefined && retraining.policy !== 'never',
    )
    .map(([model]) => [
      model,
      'its labels are of several classes, and the training job learns two, or a number; set retraining.policy to never',
    ])
