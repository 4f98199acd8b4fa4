import { parseArgs } from 'node:util'
import { scanPhases } from '../../contracts/scan-phases.ts'
import { runChaos } from './chaos.ts'
import { chaosServers } from './servers.ts'
import { victims } from './strikes.ts'

const usage = `usage: npm run chaos -- [--only scan] [--rounds N] [--seed N] [--sabotage skip-slice] [--output json]

Scans the same two windows of a log again and again on real servers of its own, in turn of predictions, of requests
and responses apart, and of predictions that come more than once. In every round one of ${victims.join(', ')}
is killed (kill -9) at a phase that the code names, before or after an effect on the world. Each round shall end in the
bytes of an undisturbed scan, and its ledger shall keep every invariant. Exits 1 when one does not, and when a full run
(${scanPhases.length} rounds or more) leaves a phase out. --sabotage skip-slice lets a slice be lost, to show that it is found.

  npm run chaos -- --only scan --rounds 50 --seed 7
  npm run chaos -- --rounds 1 --sabotage skip-slice`

const { values } = parsed()
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const rounds = wholeNumber('rounds')
const seed = wholeNumber('seed')
oneOf('only', ['scan'])
oneOf('sabotage', ['skip-slice'])
oneOf('output', ['text', 'json'])
const json = values.output === 'json'

const servers = await chaosServers(({ server, stage, detail, address, elapsed }) =>
  console.error(
    `${elapsed.toFixed(1).padStart(6)} s  ${server.padEnd(9)} ${stage} ${detail ?? address ?? ''}`,
  ),
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void servers.close().finally(() => process.exit(130)))
}
const outcome = await runChaos({
  ...{ servers, rounds, seed },
  skipSlice: values.sabotage === 'skip-slice',
  onRound({ round, log, phase, victim, time, seconds, faults }) {
    const place = `${String(round).padStart(4)}/${rounds}  ${log.padEnd(10)}  ${victim.padEnd(8)}  ${phase} (pass ${time})`
    const end = faults.length === 0 ? '✓ same bytes' : `✗ ${faults.join('; ')}`
    const line = `${place.padEnd(68)} ${seconds.toFixed(1).padStart(6)} s  ${end}`
    if (json) console.error(line)
    else console.log(line)
  },
}).finally(() => servers.close())
if (json) {
  console.log(
    JSON.stringify({
      ...{ schema: 'driftgate-chaos/1', seed, ...outcome },
      hits: Object.fromEntries(outcome.hits),
    }),
  )
} else {
  console.log('\nhits per phase')
  for (const [phase, hits] of outcome.hits) console.log(`${String(hits).padStart(6)}  ${phase}`)
  const sound = outcome.rounds.filter(({ faults }) => faults.length === 0).length
  console.log(
    `${sound} of ${rounds} rounds ended in the bytes of an undisturbed scan, seed ${seed}`,
  )
}
process.exit(outcome.faults === 0 ? 0 : 1)

function wholeNumber(name: 'rounds' | 'seed'): number {
  const given = values[name]
  if (/^\d{1,9}$/.test(given) && Number(given) > 0) return Number(given)
  return wrong(`--${name} ${given} is no whole number above 0`)
}

function oneOf(name: 'only' | 'sabotage' | 'output', allowed: readonly string[]): void {
  const given = values[name]
  if (given === undefined || allowed.includes(given)) return
  wrong(`--${name} ${given} is none of ${allowed.join(', ')}`)
}

function wrong(reason: string): never {
  console.error(`error: ${reason}\n\n${usage}`)
  process.exit(2)
}

function parsed() {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      options: {
        ...{ only: text, sabotage: text, output: text },
        rounds: { ...text, default: '50' },
        seed: { ...text, default: '1' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    return wrong((error as Error).message)
  }
}
