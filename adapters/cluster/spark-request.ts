import type { SparkStandaloneSettings } from '../../contracts/config.ts'
import type { TrainingJob } from './training-cluster.ts'

/** The one name under which a job is found again. */
export const jobName = (runKey: string): string => `driftgate-${runKey}`

/**
 * The body that starts a Python job on a standalone cluster. `spark.master` says who places the
 * driver; where the job itself connects is `--master` in its arguments: without it Spark would run
 * it as local[*] inside the driver and report success all the same. Properties and arguments show in
 * the worker's pages, environment variables do not.
 */
export function submissionRequest(settings: SparkStandaloneSettings, job: TrainingJob): unknown {
  const { script, python, jars, ...limits } = settings.job
  const name = jobName(job.runKey)
  const conf = (key: string, value: string) => ['--conf', `${key}=${value}`]
  return {
    action: 'CreateSubmissionRequest',
    clientSparkVersion: '4.1.1',
    appResource: '',
    mainClass: 'org.apache.spark.deploy.SparkSubmit',
    appArgs: [
      ...['--master', settings.master],
      ...['--name', name],
      ...conf('spark.ui.enabled', 'false'),
      ...conf('spark.sql.shuffle.partitions', '4'),
      ...conf('spark.executor.memory', limits.executorMemory),
      ...conf('spark.cores.max', String(limits.maximumCores)),
      ...conf('spark.pyspark.python', python),
      ...(jars.length > 0 ? ['--jars', jars.join(',')] : []),
      script,
      job.specPath,
    ],
    environmentVariables: {
      PYSPARK_PYTHON: python,
      PYSPARK_DRIVER_PYTHON: python,
      ...job.environment,
      DRIFTGATE_RUN_KEY: job.runKey,
    },
    sparkProperties: {
      'spark.app.name': name,
      'spark.master': settings.master.startsWith('spark://') ? settings.master : 'spark://local',
      'spark.driver.memory': limits.driverMemory,
      'spark.driver.cores': String(limits.driverCores),
      'spark.executor.memory': limits.executorMemory,
      'spark.cores.max': String(limits.maximumCores),
    },
  }
}
