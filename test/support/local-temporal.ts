import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connectClient } from '../../adapters/temporal/connect.ts'
import { freePort } from '../../deploy/local/free-port.ts'
import { servers } from './servers.ts'

export interface LocalTemporal {
  readonly address: string
  kill(): Promise<void>
}

/** A Temporal server of the test's own, to be killed or to be set up in a way of its own. */
export async function startTemporal(
  options: { file?: string; port?: number; settings?: readonly string[] } = {},
): Promise<LocalTemporal> {
  const port = options.port ?? (await freePort())
  const address = `127.0.0.1:${port}`
  const args = ['server', 'start-dev', '--headless', '--port', String(port), '--log-level', 'never']
  if (options.file !== undefined) args.push('--db-filename', options.file)
  for (const setting of options.settings ?? []) args.push('--dynamic-config-value', setting)
  const child: ChildProcess = spawn(servers().temporalCli, args, { stdio: 'ignore' })
  const exit = once(child, 'exit')
  const client = await connectClient({ address, namespace: 'default' }, { forMs: 60_000 })
  await persist(() => client.workflowService.describeNamespace({ namespace: 'default' }))
  await client.connection.close()
  return {
    address,
    async kill() {
      child.kill('SIGKILL')
      await exit
    },
  }
}

/** A server that comes back refuses calls for a moment. */
export async function persist<T>(attempt: () => Promise<T>): Promise<T> {
  const end = performance.now() + 60_000
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
