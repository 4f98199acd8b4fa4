import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { httpAnswers } from './health.ts'
import { portsOf } from './ports.ts'
import { startProgram } from './program.ts'
import { pythonEnvironment, pythonPlan } from './python.ts'
import type { LocalServer } from './server.ts'
import { versions } from './versions.ts'

/** MLflow with its tables in SQLite and artefacts in a folder. */
export const mlflow: LocalServer = {
  name: 'mlflow',
  version: versions.mlflow,
  plan: () => [pythonPlan()],
  async start({ folder, say }) {
    const environment = await pythonEnvironment(say)
    const { mlflow: port } = await portsOf(folder, ['mlflow'])
    const home = join(folder, 'mlflow')
    mkdirSync(home, { recursive: true })
    say('starting')
    const url = `http://127.0.0.1:${port}`
    await startProgram(folder, {
      name: 'mlflow',
      command: join(environment, 'bin/mlflow'),
      args: mlflowArguments('127.0.0.1', port, home),
      cwd: home,
      env: {
        ...mlflowEnvironment,
        PATH: `${join(environment, 'bin')}:${process.env['PATH'] ?? ''}`,
      },
      healthy: () => httpAnswers(`${url}/health`),
    })
    return { mlflow: url, python: join(environment, 'bin/python') }
  },
}

/** How the server is called, with its data in `home`; the compose file calls it the same way. */
export const mlflowArguments = (host: string, port: number, home: string): string[] => [
  ...['server', '--host', host, '--port', `${port}`, '--workers', '1'],
  ...['--backend-store-uri', `sqlite:///${join(home, 'mlflow.db')}`],
  ...['--artifacts-destination', `file://${join(home, 'artifacts')}`, '--serve-artifacts'],
]

export const mlflowEnvironment = {
  MLFLOW_DISABLE_TELEMETRY: 'true',
  MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
}
