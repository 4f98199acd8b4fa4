import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../deploy/local/free-port.ts'
import { environmentOf } from '../../deploy/local/python.ts'
import { until } from './gate-world.ts'

/** With the runtimes of these tests, and a model `people`. */
export const mlserverFolder = fileURLToPath(new URL('mlserver', import.meta.url))

/** The real MLServer over a model repository; `environment` is where its Python is. */
export async function startMlserver(repository: string, settings: Record<string, string> = {}) {
  const environment = await environmentOf(join(mlserverFolder, 'requirements.txt'), 320, () => {})
  const port = await freePort()
  const ports = {
    MLSERVER_HTTP_PORT: `${port}`,
    MLSERVER_GRPC_PORT: `${await freePort()}`,
    MLSERVER_METRICS_PORT: `${await freePort()}`,
  }
  const child = spawn(join(environment, 'bin/mlserver'), ['start', repository], {
    cwd: repository,
    stdio: 'ignore',
    env: {
      ...{ ...process.env, ...ports, PYTHONPATH: mlserverFolder, PYTHONDONTWRITEBYTECODE: '1' },
      ...{ MLSERVER_HOST: '127.0.0.1', MLSERVER_PARALLEL_WORKERS: '0', ...settings },
    },
  })
  const url = `http://127.0.0.1:${port}`
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`MLServer ended with ${child.exitCode}`)
    const answer = await fetch(`${url}/v2/health/ready`).catch(() => null)
    return answer?.status === 200
  }, 120_000)
  return {
    ...{ url, port, environment },
    async stop() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}
