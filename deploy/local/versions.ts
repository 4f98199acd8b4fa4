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
} as const
