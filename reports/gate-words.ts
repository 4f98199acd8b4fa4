import { formatDuration } from '../contracts/duration.ts'
import {
  type GatePolicy,
  needsInWords,
  placesInWords,
  placesOf,
  standInsInWords,
} from '../contracts/gate-policy.ts'

/** What a gate asks for, one clause each: who approves, who may not, who stands in, and who may do it alone. */
export function gateInWords(policy: GatePolicy): string[] {
  const { owners = [], escalation, breakGlass, onExpiry } = policy
  const then = onExpiry === undefined ? 'it expires' : 'it is asked once more before it expires'
  return [
    placesInWords(placesOf(policy)),
    ...(owners.length === 0
      ? []
      : [`what a rule asks for is not approved by ${owners.join(', ')}`]),
    escalation === undefined
      ? `nobody stands in: where nobody decides, ${then}`
      : `where nobody decides, ${standInsInWords(escalation)} may stand in after ${formatDuration(escalation.after)}; then ${then}`,
    breakGlass === undefined
      ? 'nobody breaks the glass'
      : `who has ${needsInWords([{ ...breakGlass, count: 1 }])} may break the glass, reviewed within ${formatDuration(breakGlass.review)}`,
  ]
}
