import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openCluster } from '../../adapters/cluster/index.ts'
import { type TrainingSpec, trainingSpecSchema } from '../../contracts/training.ts'
import { servers } from './servers.ts'
import { clusterSecret, clusterSettings } from './training-cluster.ts'

const script = fileURLToPath(new URL('../../training/job.py', import.meta.url))

/** Runs the real job on the real cluster to its end; `output` is what it printed. */
export async function runTrainingJob(
  spec: TrainingSpec,
): Promise<{ state: string; output: string }> {
  await mkdir(spec.output, { recursive: true })
  const specPath = join(spec.output, 'spec.json')
  await writeFile(specPath, JSON.stringify(trainingSpecSchema.parse(spec)))
  const settings = clusterSettings(script, { driverMemory: '1g' })
  const job = { ...settings.job, driverMemory: '1g', jars: servers().sparkJars }
  const cluster = openCluster({ ...settings, job }, { secret: clusterSecret })
  const { submissionId } = await cluster.submit({ runKey: spec.runKey, specPath })
  for (;;) {
    const { state } = await cluster.status(submissionId)
    if (!['queued', 'running', 'unknown'].includes(state)) {
      return { state, output: (await cluster.output(submissionId, 0)).text }
    }
    await sleep(300)
  }
}
