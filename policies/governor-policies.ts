import type { ChildEnded, PolicyMessage, ReleaseInput } from '../contracts/messages.ts'
import type { StewardState } from '../contracts/steward.ts'
import type { Governed } from './governor.ts'

type ReleaseEnded = Extract<ChildEnded, { child: 'release' }>

/** A looser policy goes to the gate, whatever else runs: it moves no traffic and is about no incident. */
export const policyAsked = (state: StewardState, message: PolicyMessage): Governed => ({
  state,
  command: {
    kind: 'start-release',
    runKey: message.runKey,
    candidateVersion: String(message.configVersion),
    incident: null,
    requestedBy: [message.person],
    subject: 'policy',
  },
})

/** A newer one that was applied does not wait for it: the request of the older one ends by itself. */
export const policyStarted = (state: StewardState, input: ReleaseInput): StewardState => ({
  ...state,
  policies: [...state.policies.filter(({ release }) => release !== input.release), input],
})

/** The policy that a release stood for; undefined: it stood for something else. */
export const policyOf = (state: StewardState, { release }: ReleaseEnded) =>
  state.policies.find((input) => input.release === release)

/** What is in force is kept elsewhere: nothing else of the model's life depends on how it ended. */
export const afterPolicy = (state: StewardState, input: ReleaseInput): StewardState => ({
  ...state,
  policies: state.policies.filter(({ release }) => release !== input.release),
})
