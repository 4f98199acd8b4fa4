import type { SettingsInput } from '../../../contracts/config.ts'
import { allTo, type Traffic } from '../../../contracts/traffic.ts'
import type { ReleaseStage } from './stage.ts'

type Rollout = NonNullable<SettingsInput['models'][string]['rollout']>

/** One way that a release goes, and how it may end. */
export interface ReleaseScenario {
  readonly rollout: Rollout
  readonly play: (stage: ReleaseStage) => Promise<void>
  /** Somebody orders something. */
  readonly orders?: true
  /** The move back may be refused. */
  readonly refused?: true
}

const soon = { look: '1s', patience: '1s', watch: '1s' } as const
const long: Rollout = { ...soon, steps: [{ share: 10, for: '1h' }], patience: '1h' }
const steps: Rollout['steps'] = [{ shadow: '1s' }, { share: 10, for: '1s' }]
export const canary: Traffic = { stable: '1', canary: { version: '2', percent: 10 }, shadow: null }

export const releaseScenarios: Readonly<Record<string, ReleaseScenario>> = {
  'all is well': {
    rollout: { ...soon, steps, patience: '1h' },
    async play(stage) {
      await stage.health('HEALTHY')
    },
  },
  'a bad canary': {
    rollout: long,
    async play(stage) {
      await stage.reaches(canary)
      await stage.health('UNHEALTHY')
    },
  },
  'too few requests': {
    rollout: { ...long, steps: [{ share: 10, for: '1s' }], patience: '1s' },
    orders: true,
    async play(stage) {
      await stage.orderUntil('resume', 'RESUMED')
    },
  },
  'monitoring is away, and comes back': {
    rollout: { ...soon, steps: [{ share: 10, for: '1s' }], patience: '1h' },
    async play(stage) {
      await stage.health('AWAY')
      await stage.reaches(canary)
      await stage.health('HEALTHY')
    },
  },
  'a person aborts': {
    rollout: long,
    orders: true,
    async play(stage) {
      await stage.reaches(canary)
      await stage.order('pause')
      await stage.orderUntil('abort', 'ABORTED')
    },
  },
  'another hand moves it, and it turns bad': {
    rollout: long,
    refused: true,
    async play(stage) {
      await stage.reaches(canary)
      await stage.moveByHand(allTo('9'))
      await stage.health('UNHEALTHY')
    },
  },
  'it turns bad while a person promotes by hand': {
    rollout: long,
    refused: true,
    async play(stage) {
      await stage.reaches(canary)
      await Promise.all([stage.health('UNHEALTHY'), stage.moveByHand(allTo('2'))])
    },
  },
  'rolled back after a later decision': {
    rollout: { ...soon, steps: [{ share: 10, for: '1s' }], patience: '1h' },
    orders: true,
    async play(stage) {
      await stage.health('HEALTHY')
      await stage.ended()
      await stage.moveByHand(allTo('3'))
      await stage.rollBack()
    },
  },
  'rolled back after its end': {
    rollout: { ...soon, steps: [{ share: 10, for: '1s' }], patience: '1h' },
    orders: true,
    async play(stage) {
      await stage.health('HEALTHY')
      await stage.ended()
      await stage.rollBack()
    },
  },
}
