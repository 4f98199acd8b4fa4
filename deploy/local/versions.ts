/** The one table of versions: deploy/local fetches these, docker-compose.yml is compared with it by test. */
export const versions = {
  kafka: '4.2.2',
  log4jBinding: '2.25.3',
  postgres: '18.4',
  temporalCli: '1.5.1',
  spark: '4.1.1',
  scala: '2.13',
  sparkKafkaClients: '3.9.1',
  commonsPool: '2.12.1',
  mlflow: '3.17.2',
  mavenDependencyPlugin: '3.8.1',
} as const

/** Ports tried first; a taken one is replaced by a free one, which the project then keeps. */
export const preferredPorts = {
  postgres: 15432,
  kafka: 19092,
  kafkaController: 19093,
  temporal: 17233,
  temporalUi: 18233,
  sparkMaster: 17077,
  sparkRest: 16066,
  sparkMasterWeb: 18080,
  sparkWorkerWeb: 18081,
  mlflow: 15000,
  identity: 18180,
  gateway: 18480,
  metricsOrchestration: 18464,
  metricsScan: 18465,
  metricsTraining: 18466,
  metricsRelease: 18467,
  demoModelServer: 18090,
  demoGateway: 18580,
  demoMetricsOrchestration: 18564,
  demoMetricsScan: 18565,
  demoMetricsTraining: 18566,
  demoMetricsRelease: 18567,
} as const
export type PortName = keyof typeof preferredPorts
