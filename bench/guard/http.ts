import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { drawPeople, guardWorld, peopleRequest } from '../../test/support/guard-world.ts'
import { mulberry32 } from '../../test/support/mulberry32.ts'
import { cpuOf } from '../process-cpu.ts'
import { withServers } from '../servers.ts'
import { median, quantile } from '../targets.ts'
import { atOnce, inTurn } from './load.ts'

const path = '/v2/models/people/infer'
/** Connections that are busy at once where throughput is measured. */
const busy = 8

interface Way {
  readonly name: string
  readonly url: string
  /** Whose CPU is measured; undefined: nobody stands between. */
  readonly pid?: number | undefined
}

interface Figures {
  readonly name: string
  /** Milliseconds of one caller's requests. */
  readonly p50: number
  readonly p99: number
  /** Requests a second, and a CPU second of whoever stands between. */
  readonly rate: number[]
  readonly perCpu: number[]
}

/**
 * The guard as a service beside a proxy that passes on without a look, both before the same model server and in the same
 * run: latency of one caller, and requests a CPU second of the process between when eight callers ask at once. The model
 * server, the guard, the proxy and the callers are processes of their own, on whatever cores there are.
 */
export const guardOverHttp = ({ seconds, rounds }: { seconds: number; rounds: number }) =>
  withServers(['postgres'], async ({ postgres = '' }) => {
    const children: ChildProcess[] = []
    const start = async (...words: string[]): Promise<[string, ChildProcess]> => {
      const program = fileURLToPath(new URL('./child.ts', import.meta.url))
      const stdio = ['ignore', 'pipe', 'inherit'] as const
      const child = spawn(process.execPath, [program, ...words], { stdio: [...stdio] })
      children.push(child)
      const [url] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string]
      return [url, child]
    }
    try {
      const [model] = await start('model')
      const [proxy, { pid: proxyPid }] = await start('proxy', model)
      const world = await guardWorld({ upstream: model, guard: { far: { rate: 0.01 } }, postgres })
      try {
        const { pid } = await world.start()
        const ways: Way[] = [
          { name: 'no one between', url: model },
          { name: 'plain proxy', url: proxy, pid: proxyPid },
          { name: 'guard', url: world.url, pid },
        ]
        for (const rows of [1, 100]) await compare(ways, rows, { seconds, rounds })
      } finally {
        await world.close()
      }
    } finally {
      for (const child of children) child.kill()
    }
  })

async function compare(
  ways: readonly Way[],
  rows: number,
  { seconds, rounds }: { seconds: number; rounds: number },
): Promise<void> {
  // Rows of the reference's kind: nearly all of them accepted, as nearly all of a day are.
  const people = drawPeople(rows, mulberry32(5)).map(([age, city]) => [age, city] as const)
  const body = Buffer.from(
    JSON.stringify(
      peopleRequest(people as Parameters<typeof peopleRequest>[0], { parameters: { log: false } }),
    ),
  )
  const urls = ways.map(({ url }) => `${url}${path}`)
  for (const url of urls) await atOnce(url, body, { connections: busy, seconds })
  const took = await inTurn(urls, body, seconds * rounds)
  const found = ways.map(({ name }, i): Figures => {
    const own = took[i] ?? []
    return { name, p50: quantile(own, 0.5), p99: quantile(own, 0.99), rate: [], perCpu: [] }
  })
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < ways.length; turn++) {
      // Another one begins each time.
      const which = (turn + round) % ways.length
      const { pid } = ways[which] as Way
      const figures = found[which] as Figures
      const cpu = pid === undefined ? 0 : cpuOf(pid)
      const options = { connections: busy, seconds }
      const { requests, wallSeconds } = await atOnce(urls[which] as string, body, options)
      figures.rate.push(requests / wallSeconds)
      if (pid !== undefined) figures.perCpu.push(requests / (cpuOf(pid) - cpu))
    }
  }
  console.log(
    `\nrequests of ${rows} ${rows === 1 ? 'row' : 'rows'}, ${took[0]?.length} of each way`,
  )
  tell(found as [Figures, Figures, Figures])
}

function tell([bare, proxy, guard]: readonly [Figures, Figures, Figures]): void {
  for (const { name, p50, p99, rate, perCpu } of [bare, proxy, guard]) {
    const cpu = perCpu.length === 0 ? '' : `, ${Math.round(median(perCpu))} a CPU second of its own`
    console.log(
      `  ${name.padEnd(15)} p50 ${ms(p50)}, p99 ${ms(p99)}; ${busy} at once: ${Math.round(median(rate))} a second${cpu}`,
    )
  }
  const added = (to: Figures) => `p50 ${ms(guard.p50 - to.p50)}, p99 ${ms(guard.p99 - to.p99)}`
  console.log(`  the guard adds ${added(bare)}; to the proxy ${added(proxy)}`)
  const cpu = median(proxy.perCpu) / median(guard.perCpu)
  console.log(
    `  CPU of a request, guard / proxy: ${cpu.toFixed(2)}; time of one of ${busy} at once, guard / proxy: ${(median(proxy.rate) / median(guard.rate)).toFixed(2)}`,
  )
}

const ms = (milliseconds: number): string => `${milliseconds.toFixed(2)} ms`
