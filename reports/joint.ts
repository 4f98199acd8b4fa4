import type { JointReport, Report } from '../contracts/report.ts'
import { count, probability, short } from './numbers.ts'
import type { StateName } from './vocabulary.ts'

/** What one row detector says of all features at once, for a terminal and for a page. */
export interface JointLine {
  readonly detector: string
  /** Null: it could not be asked. */
  readonly state: StateName | null
  readonly sentence: string
  /** The rule with its numbers; '' where there are none. */
  readonly rule: string
}

export const jointTitle = 'all features together, in samples of rows'

export const jointLines = ({ joint = [] }: Pick<Report, 'joint'>): JointLine[] =>
  joint.map((one) => ({
    detector:
      one.reference === undefined ? one.detector : `${one.detector} against ${one.reference}`,
    state: one.state === 'unavailable' ? null : one.state,
    sentence: one.score === null ? `unavailable: ${one.sentence}` : one.sentence,
    rule: one.score === null ? '' : ruleOf(one, one.score),
  }))

function ruleOf(
  { decides, minimumEffect, level }: JointReport,
  { effect, effectInterval, pValue, pValueAbsent, n }: NonNullable<JointReport['score']>,
): string {
  const p =
    pValue === null
      ? `no p-value: ${pValueAbsent ?? 'none is defined'}`
      : `p ${probability(pValue)} ${decides ? `at level ${short(level)}` : 'decides nothing'}`
  const rows = `${count(n.current)} rows against ${count(n.reference)}`
  return `effect ${short(effect)} (${effectInterval.map(short).join(' to ')}), ${short(minimumEffect)} matters; ${p}; ${rows}`
}
