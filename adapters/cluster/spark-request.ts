import type { SparkStandaloneSettings, SparkSubmitSettings } from '../../contracts/config.ts'
import type { TrainingJob } from './training-cluster.ts'

type SparkSettings = SparkStandaloneSettings | SparkSubmitSettings

/** The one name under which a job is found again. */
export const jobName = (runKey: string): string => `driftgate-${runKey}`

/** What `spark-submit` is told, in its own words, behind options that depend on who starts it. */
function commonArguments({ job: settings, master }: SparkSettings, job: TrainingJob): string[] {
  const { script, python, jars, conf: further } = settings
  const conf = (key: string, value: string) => ['--conf', `${key}=${value}`]
  return [
    ...['--master', master],
    ...['--name', jobName(job.runKey)],
    ...conf('spark.sql.shuffle.partitions', '4'),
    ...conf('spark.executor.memory', settings.executorMemory),
    ...conf('spark.cores.max', String(settings.maximumCores)),
    ...conf('spark.pyspark.python', python),
    ...Object.entries(further).flatMap(([key, value]) => conf(key, value)),
    ...(jars.length > 0 ? ['--jars', jars.join(',')] : []),
    script,
    job.specPath,
  ]
}

/** Arguments of `spark-submit` for a driver on this machine. */
export const submitArguments = (settings: SparkSubmitSettings, job: TrainingJob): string[] => [
  ...['--deploy-mode', 'client'],
  ...['--driver-memory', settings.job.driverMemory],
  ...commonArguments(settings, job),
]

/** What a job reads from its environment: not shown in pages or lists of processes, as arguments are. */
export const jobEnvironment = ({ job: { python } }: SparkSettings, job: TrainingJob) => ({
  PYSPARK_PYTHON: python,
  PYSPARK_DRIVER_PYTHON: python,
  ...job.environment,
  DRIFTGATE_RUN_KEY: job.runKey,
})

/**
 * The body that starts a Python job on a standalone cluster. `spark.master` says who places the
 * driver; where the job itself connects is `--master` in its arguments: without it Spark would run
 * it as local[*] inside the driver and report success all the same. Properties and arguments show in
 * the worker's pages, environment variables do not.
 */
export function submissionRequest(settings: SparkStandaloneSettings, job: TrainingJob): unknown {
  const { master, job: limits } = settings
  return {
    action: 'CreateSubmissionRequest',
    clientSparkVersion: '4.1.1',
    appResource: '',
    mainClass: 'org.apache.spark.deploy.SparkSubmit',
    appArgs: commonArguments(settings, job),
    environmentVariables: jobEnvironment(settings, job),
    sparkProperties: {
      'spark.app.name': jobName(job.runKey),
      'spark.master': master.startsWith('spark://') ? master : 'spark://local',
      'spark.driver.memory': limits.driverMemory,
      'spark.driver.cores': String(limits.driverCores),
      'spark.executor.memory': limits.executorMemory,
      'spark.cores.max': String(limits.maximumCores),
    },
  }
}
