import { versions } from './versions.ts'

// Told to Spark by deploy/local and by docker-compose.yml alike: test/deploy/compose.test.ts compares.

/** Spark's Kafka connector and the JDBC driver of PostgreSQL alone: what else they name is in Spark already. */
export const connectorArtefacts = [
  `org.apache.spark:spark-sql-kafka-0-10_${versions.scala}:${versions.spark}`,
  `org.apache.spark:spark-token-provider-kafka-0-10_${versions.scala}:${versions.spark}`,
  `org.apache.kafka:kafka-clients:${versions.sparkKafkaClients}`,
  `org.apache.commons:commons-pool2:${versions.commonsPool}`,
  `org.postgresql:postgresql:${versions.postgresJdbc}`,
]

export const sparkDaemonMemory = '512m'

export const masterArguments = (port: number, web: number): string[] => [
  'org.apache.spark.deploy.master.Master',
  ...['--host', '127.0.0.1', '--port', `${port}`, '--webui-port', `${web}`],
]

export const workerArguments = (web: number, work: string, master: string): string[] => [
  'org.apache.spark.deploy.worker.Worker',
  ...['--host', '127.0.0.1', '--webui-port', `${web}`],
  ...['--cores', '4', '--memory', '6g', '--work-dir', work, master],
]

export interface MasterPlace {
  /** Where the REST port listens. */
  readonly host: string
  readonly port: number
  readonly secret: string
  /** Folder of what survives a restart. */
  readonly recovery: string
}

export const masterSettings = ({
  host,
  port,
  secret,
  recovery,
}: MasterPlace) => `spark.master.rest.enabled true
spark.master.rest.host ${host}
spark.master.rest.port ${port}
spark.master.rest.filters org.apache.spark.ui.JWSFilter
spark.org.apache.spark.ui.JWSFilter.param.secretKey ${secret}
spark.deploy.recoveryMode FILESYSTEM
spark.deploy.recoveryDirectory ${recovery}
spark.worker.timeout 30
spark.deploy.recoveryTimeout 5
`
