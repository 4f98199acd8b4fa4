import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { findRelease } from '../adapters/postgres/releases.ts'
import { type GateHouse, gateHouse } from '../test/chaos/gate/house.ts'
import { applySettings, modelOf, openGate } from '../test/chaos/gate/open-gate.ts'
import { bearerOf } from '../test/chaos/gate/said-person.ts'
import { eventually } from '../test/chaos/persist.ts'
import { defineBench } from './bench.ts'
import { withServers } from './servers.ts'
import { median, quantile, report } from './targets.ts'

/** Milliseconds. */
const most = { recorded: 300, shown: 1_000 } as const

/** Gates that are open at once: each click is on one of them. */
const openAtOnce = 10

/** The way of a click, as far as phases tell of it: from each to the next one takes so long. */
const way = [
  ['before answer is sent', 'the gateway asks who it is, and reads the record'],
  ['before token is used', 'Temporal brings the Update to a workflow, and a check to a worker'],
  ['before decision', 'the check itself, its end told, the judgement, the record asked for'],
  ['after decision', 'the answer joins the chain and is committed'],
  ['after answer is judged', 'its end told, the Update answered'],
] as const

interface Click {
  /** Milliseconds since the click. */
  readonly recorded: number
  readonly shown: number
  /** Of each part of the way. */
  readonly parts: readonly number[]
}

/**
 * Clicks one after another on gates that wait, each through one of two gateways and two workers: how long until the
 * person is told what was recorded, and until the card in chat says what came of it.
 */
export const approval = defineBench({
  summary: 'from a click to its record, and to the card in chat that says so',
  options: { clicks: 300 },
  run: ({ clicks }) =>
    withServers(['postgres', 'temporal'], async ({ postgres = '', temporal = '' }) => {
      let passed = new Map<string, number>()
      const comeBy = async (phase: string) => void passed.set(phase, performance.now())
      const house = await gateHouse({ postgres, temporal }, { comeBy, dropDecision: false })
      const measured: Click[] = []
      try {
        for (let first = 1; first <= clicks; first += openAtOnce) {
          const numbers = Array.from(
            { length: Math.min(openAtOnce, clicks - first + 1) },
            (_, index) => first + index,
          )
          await openGates(house, numbers)
          for (const number of numbers) {
            passed = new Map()
            measured.push(await click(house, number, passed))
          }
          const done = `${measured.length} of ${clicks} clicks, load ${load()}`
          if (first % 50 === 1) console.error(done)
        }
      } finally {
        await house.close()
      }
      return told(measured)
    }),
})

async function openGates(house: GateHouse, numbers: readonly number[]): Promise<void> {
  await applySettings(house, { models: numbers.map(modelOf), role: 'approver' })
  await Promise.all(numbers.map((number) => openGate(house, { number })))
  await eventually(async () => numbers.every((number) => headlineOf(house, number) !== undefined))
}

async function click(
  house: GateHouse,
  number: number,
  passed: ReadonlyMap<string, number>,
): Promise<Click> {
  const release = `${modelOf(number)}/1`
  const { evidenceDigest: digest } = (await findRelease(house.db, release))!
  const roles = ['viewer', 'approver']
  const person = { subject: `p${number}`, name: 'Approver', roles, groups: [] }
  const { url } = house.gateways[number % 2]!
  const waiting = headlineOf(house, number)
  const began = performance.now()
  const shown = (async () => {
    while (headlineOf(house, number) === waiting) await sleep(1)
    return performance.now() - began
  })()
  const response = await fetch(`${url}/v1/releases/${release}/decisions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearerOf(person)}` },
    body: JSON.stringify({ answer: 'approve', digest, reason: 'seen' }),
  })
  const { outcome } = (await response.json()) as { outcome?: string }
  const recorded = performance.now() - began
  if (outcome !== 'APPROVED') throw new Error(`${release}: ${response.status} ${outcome}`)
  const times = [began, ...way.map(([phase]) => passed.get(phase) ?? Number.NaN)]
  const parts = way.map((_, index) => times[index + 1]! - times[index]!)
  const seen = await shown
  const { environment } = house
  await environment.client.workflow.getHandle(`${environment.prefix}release/${release}`).result()
  return { recorded, shown: seen, parts }
}

const headlineOf = ({ chat }: GateHouse, number: number): string | undefined =>
  [...chat.messages.values()].find(({ metadata }) =>
    String(metadata?.event_payload['key']).startsWith(`${modelOf(number)}/1/`),
  )?.text

function told(clicks: readonly Click[]): number {
  const recorded = clicks.map((each) => each.recorded)
  const shown = clicks.map((each) => each.shown)
  console.log(`${clicks.length} clicks, load ${load()}`)
  for (const [what, values] of [
    ['click to recorded', recorded],
    ['click to card updated', shown],
  ] as const) {
    const at = [0.5, 0.95, 0.99, 1].map((share) => quantile(values, share).toFixed(0).padStart(5))
    console.log(`${what.padEnd(22)} p50 ${at[0]}  p95 ${at[1]}  p99 ${at[2]}  max ${at[3]} ms`)
  }
  console.log('where it goes, medians')
  for (const [index, [, what]] of way.entries()) {
    const took = median(clicks.map(({ parts }) => parts[index]!))
    console.log(`${took.toFixed(1).padStart(8)} ms  ${what}`)
  }
  return report([
    {
      what: 'click to recorded, p99',
      measured: quantile(recorded, 0.99),
      most: most.recorded,
      unit: 'ms',
    },
    {
      what: 'click to card updated, p99',
      measured: quantile(shown, 0.99),
      most: most.shown,
      unit: 'ms',
    },
  ])
}

const load = (): string => (loadavg()[0] ?? 0).toFixed(1)
