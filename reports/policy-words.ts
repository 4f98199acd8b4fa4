import { quorumOf } from '../contracts/approval-settings.ts'
import { formatDuration } from '../contracts/duration.ts'
import { needsInWords, placesInWords, standInsInWords } from '../contracts/gate-policy.ts'
import type { GateRules } from '../contracts/gate-rules.ts'
import type { AskedPolicy, PendingPolicy } from '../contracts/policy-change.ts'
import { instant } from './numbers.ts'
import { plainText, wrap } from './text.ts'
import { type Canvas, plainCanvas } from './vocabulary.ts'

/** One thing that a gate says, before and after. */
export interface PolicyRow {
  readonly what: string
  readonly before: string
  readonly after: string
}

/** "looser in 2 points, tighter in 1". */
export function policySentence({ differences }: Pick<AskedPolicy, 'differences'>): string {
  const of = (direction: string) =>
    differences.filter((each) => each.direction === direction).length
  const points = (count: number) => `${count} ${count === 1 ? 'point' : 'points'}`
  const tighter = of('tighter')
  return `looser in ${points(of('looser'))}${tighter > 0 ? `, tighter in ${points(tighter)}` : ''}`
}

/** In what it differs, a sentence each. */
export const differencesInWords = ({ differences }: Pick<AskedPolicy, 'differences'>): string[] =>
  differences.map(({ direction, what }) => `${direction}: ${what}`)

/** Who applied what, and when. */
export const appliedInWords = ({ configVersion, appliedBy, appliedAt }: AskedPolicy): string =>
  `Configuration version ${configVersion} holds it, applied by ${appliedBy} ${instant(appliedAt)}`

/** What the two gates say, where it is not the same. */
export function policyRows({ before, after }: Pick<AskedPolicy, 'before' | 'after'>): PolicyRow[] {
  const [old, next] = [saidOf(before), saidOf(after)]
  return Object.keys(old)
    .map((what) => ({ what, before: old[what] ?? '', after: next[what] ?? '' }))
    .filter((row) => row.before !== row.after)
}

function saidOf({ critical, owners, approval, freeze, people }: GateRules): Record<string, string> {
  const { escalation, breakGlass, expiry, onExpiry } = approval
  const someone = (who: object) => needsInWords([{ ...who, count: 1 }])
  return {
    'asks people': critical ? 'yes, a critical model' : 'no, it passes by rule alone',
    'who approves': placesInWords(quorumOf(approval)),
    owners:
      owners.length === 0
        ? 'none'
        : `${owners.join(', ')}${approval.ownersMayApprove ? ', who may approve what a rule asks for' : ''}`,
    'expires after': `${formatDuration(expiry)}${onExpiry ? ', then it is asked once more' : ''}`,
    'when nobody decides': escalation
      ? `after ${formatDuration(escalation.after)} ${standInsInWords(escalation)}`
      : 'it expires',
    'breaks the glass': breakGlass
      ? `${someone(breakGlass)}, reviewed within ${formatDuration(breakGlass.review)}`
      : 'nobody',
    freezes:
      freeze
        .map(({ from, until, zone }) => `${from} to ${until}${zone ? ` (${zone})` : ''}`)
        .join('; ') || 'none',
    'people with several accounts':
      Object.entries(people)
        .map(([person, accounts]) => `${person}: ${accounts.join(', ')}`)
        .join('; ') || 'none',
  }
}

/** A policy that is asked for in a terminal: what differs, old against new, who applied it. */
export function policyPicture(asked: AskedPolicy, canvas: Canvas = plainCanvas): string {
  const text = (line: string, indent = '') =>
    plainText(wrap(indent + line, canvas.width, indent), canvas.unicode)
  const arrow = canvas.unicode ? '→' : '->'
  return [
    canvas.paint('strong', `${asked.model}: the gate gets ${policySentence(asked)}`),
    text(`${appliedInWords(asked)}.`),
    '',
    ...asked.differences.map(({ direction, what }) =>
      canvas.paint(direction === 'looser' ? 'red' : 'green', text(`${direction}: ${what}`)),
    ),
    '',
    ...policyRows(asked).map(({ what, before, after }) =>
      text(`${what}: ${before} ${arrow} ${after}`),
    ),
  ].join('\n')
}

const howItStands: Readonly<Record<PendingPolicy['state'], string>> = {
  asking: 'is on its way to the gate',
  waiting: 'waits at the gate before',
  promoting: 'is approved and comes into force',
  rejected: 'was rejected',
  expired: 'expired',
  void: 'is void',
  failed: 'was approved, but could not be put in force',
}

/** Why the policy that was applied is not the one that judges. */
export function pendingSentence({
  configVersion,
  release,
  state,
  reason,
}: Pick<PendingPolicy, 'configVersion' | 'release' | 'state' | 'reason'>): string {
  const why = reason === '' ? '' : ` (${reason})`
  return `the gate of configuration version ${configVersion} is not in force: ${release} ${howItStands[state]}${why}`
}

/** What is left to be done about it; null: to wait. */
export const pendingNext = ({ model, state }: PendingPolicy): string | null =>
  state === 'asking' || state === 'promoting'
    ? null
    : state === 'waiting'
      ? `driftgate gate ${model}`
      : 'take it out of the file, or ask again: driftgate apply --ask-again'
