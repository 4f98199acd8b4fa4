import { setTimeout as sleep } from 'node:timers/promises'
import { mlflowRegistry } from '../../adapters/registry/mlflow.ts'
import { mlflowAlias } from '../../adapters/serving/mlflow-alias.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { openPredictionLog } from './prediction-log.ts'
import { buildServer, type Serving } from './server.ts'
import { ShadowCopies } from './shadow-copies.ts'
import { TrafficFollower } from './traffic-follower.ts'

/** Runs until the signal; requests under way are answered before it returns. */
export async function runModelServer(
  options: Options,
  signal: AbortSignal,
  say: (text: string) => void = console.log,
): Promise<void> {
  const registry = mlflowRegistry(options.registry)
  const rollout = mlflowAlias(options.registry)
  const log = openPredictionLog(options.brokers)
  // Of its own: what fails there must not fail an answer.
  const shadowLog = openPredictionLog(options.brokers)
  const models = new Map(
    options.models.map(({ name, registered, topic, shadowTopic }): [string, Serving] => {
      const sayOf = (text: string) => say(`${name} ${text}`)
      const deps = { registry, rollout, say: sayOf, shadowTopic }
      const follower = new TrafficFollower(registered, options.alias, deps)
      const copies =
        shadowTopic === undefined ? null : new ShadowCopies(shadowTopic, shadowLog, sayOf)
      return [name, { follower, topic, copies }]
    }),
  )
  const server = buildServer(models, log)
  say(`listens on ${await server.listen({ host: options.host, port: options.port })}`)
  const follows = [...models.values()].map(({ follower }) =>
    poll(() => follower.follow(), options.pollMs, signal),
  )
  await Promise.all(follows)
  await server.close()
  await Promise.all([...models.values()].map(({ copies }) => copies?.settled()))
  await Promise.all([log.close(), shadowLog.close()])
}

async function poll(look: () => Promise<void>, pauseMs: number, signal: AbortSignal) {
  while (!signal.aborted) {
    await look()
    await sleep(pauseMs, undefined, { signal }).catch(() => {})
  }
}

if (import.meta.main) {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  try {
    const options = parseOptions(process.argv.slice(2))
    if (options === null) console.log(usage)
    else await runModelServer(options, stop.signal)
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : error}`)
    process.exitCode = error instanceof TypeError ? 2 : 1
  }
}
