import { parseArgs } from 'node:util'
import { type Chaos, type ChaosOutcome, type RoundOutcome, runChaos } from './chaos.ts'
import { gateChaos } from './gate/gate-chaos.ts'
import { releaseChaos } from './release/release-chaos.ts'
import { retrainChaos } from './retrain/retrain-chaos.ts'
import { scanChaos } from './scan/scan-chaos.ts'
import { chaosServers } from './servers.ts'

const all: readonly Chaos[] = [scanChaos, gateChaos, retrainChaos, releaseChaos]
const names = all.map(({ name }) => name)

const usage = `usage: npm run chaos -- [--only ${names.join('|')}] [--rounds N] [--seed N] [--sabotage NAME] [--output json]

Does the same again and again on real servers of its own. In every round somebody is killed (kill -9) at a phase that
the code names, before or after an effect on the world. Exits 1 when a round ends wrong, and when a full run (as many
rounds as there are phases, or more) leaves a phase out. --sabotage makes something wrong, to show that it is found.

${all.map(partOf).join('\n\n')}

  npm run chaos -- --only scan --rounds 50 --seed 7
  npm run chaos -- --only gate --rounds 200 --seed 7
  npm run chaos -- --only retrain --rounds 24 --seed 7
  npm run chaos -- --only release --rounds 100 --seed 7
  npm run chaos -- --rounds 1 --only gate --sabotage drop-decision`

const { values } = parsed()
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const rounds = wholeNumber('rounds')
const seed = wholeNumber('seed')
oneOf('only', names)
oneOf('output', ['text', 'json'])
const asked = all.filter(({ name }) => values.only === undefined || name === values.only)
oneOf(
  'sabotage',
  asked.flatMap(({ sabotages }) => sabotages),
)
const chosen = asked.filter(
  ({ sabotages }) => values.sabotage === undefined || sabotages.includes(values.sabotage),
)
const json = values.output === 'json'

const servers = await chaosServers(
  [...new Set(chosen.flatMap((chaos) => chaos.servers))],
  ({ server, stage, detail, address, elapsed }) =>
    console.error(
      `${elapsed.toFixed(1).padStart(6)} s  ${server.padEnd(9)} ${stage} ${detail ?? address ?? ''}`,
    ),
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void servers.close().finally(() => process.exit(130)))
}
let faults = 0
try {
  for (const chaos of chosen) {
    const outcome = await runChaos({
      ...{ chaos, servers, rounds, seed, sabotaged: values.sabotage },
      onRound: (round) => (json ? console.error : console.log)(lineOf(chaos, round)),
    })
    faults += outcome.faults
    if (json) console.log(JSON.stringify(documentOf(chaos, outcome)))
    else console.log(totalOf(chaos, outcome))
  }
} finally {
  await servers.close()
}
process.exit(faults === 0 ? 0 : 1)

function partOf({ name, summary, phases, victims, sabotages }: Chaos): string {
  return `${name}: ${phases.length} phases; kills ${victims.join(', ')}; --sabotage ${sabotages.join(' or ')}\n${summary}`
}

function lineOf(
  { sound }: Chaos,
  { round, kind, phase, victim, time, seconds, faults }: RoundOutcome,
): string {
  const place = `${String(round).padStart(4)}/${rounds}  ${kind.padEnd(27)}  ${victim.padEnd(8)}  ${phase} (pass ${time})`
  const end = faults.length === 0 ? `✓ ${sound}` : `✗ ${faults.join('; ')}`
  return `${place.padEnd(86)} ${seconds.toFixed(1).padStart(6)} s  ${end}`
}

function totalOf({ name, sound }: Chaos, outcome: ChaosOutcome): string {
  const hits = [...outcome.hits].map(([phase, count]) => `${String(count).padStart(6)}  ${phase}`)
  const right = outcome.rounds.filter(({ faults }) => faults.length === 0).length
  const total = `${name}: ${right} of ${rounds} rounds ended right (${sound}), seed ${seed}`
  return ['\nhits per phase', ...hits, total].join('\n')
}

function documentOf({ name }: Chaos, outcome: ChaosOutcome) {
  const hits = Object.fromEntries(outcome.hits)
  return { schema: 'driftgate-chaos/1', chaos: name, seed, ...outcome, hits }
}

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
