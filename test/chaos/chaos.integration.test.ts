import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { scanPhases } from '../../contracts/scan-phases.ts'
import { runChaos } from './chaos.ts'
import { type ChaosServers, chaosServers } from './servers.ts'
import { strikesOf, victims } from './strikes.ts'

describe('strikes', () => {
  test('meet every phase and every victim before one comes again', () => {
    const strikes = strikesOf(scanPhases.length * victims.length, 5, new Map())
    const met = strikes.map(({ phase, victim }) => `${victim}, ${phase}`)
    assert.equal(new Set(met).size, scanPhases.length * victims.length)
    const first = strikes.slice(0, scanPhases.length)
    assert.equal(new Set(first.map(({ phase }) => phase)).size, scanPhases.length)
    assert.equal(new Set(first.slice(0, 4).map(({ victim }) => victim)).size, 4)
  })

  test('follow from the seed', () => {
    const passes = new Map([['before slice', 9]] as const)
    assert.deepEqual(strikesOf(20, 3, passes), strikesOf(20, 3, passes))
    assert.notDeepEqual(strikesOf(20, 3, passes), strikesOf(20, 4, passes))
  })
})

describe('a scan on real servers', () => {
  let servers: ChaosServers
  before(async () => {
    servers = await chaosServers()
  })
  after(() => servers?.close())

  test('ends in the same bytes though a worker or a server is killed in each of three rounds', async () => {
    const { rounds, faults } = await runChaos({ servers, rounds: 3, seed: 11 })
    assert.deepEqual(
      rounds.flatMap((round) => round.faults),
      [],
    )
    assert.deepEqual([rounds.length, faults], [3, 0])
  })

  test('that leaves out a slice is found', async () => {
    const { rounds, faults } = await runChaos({ servers, rounds: 1, seed: 11, skipSlice: true })
    assert.equal(faults, 1)
    assert.match(rounds[0]!.faults.join('; '), /other bytes than undisturbed; slices and head/)
  })
})
