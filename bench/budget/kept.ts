import { readFileSync, writeFileSync } from 'node:fs'
import { cases } from './cases.ts'
import type { Raised } from './default-rules.ts'
import { budgetsPerQuarter, detection, type Quarter } from './quarter.ts'
import { type Summary, summaryOf } from './summary.ts'

/** A quarter and what it was drawn from: the same two numbers give the same quarter. */
export interface KeptQuarter extends Quarter {
  readonly seed: number
  readonly quarter: number
}

export interface CaseResult {
  readonly name: string
  readonly summary: Summary
  readonly quarters: readonly KeptQuarter[]
}

export const resultOf = (name: string, quarters: readonly KeptQuarter[]): CaseResult => ({
  name,
  summary: summaryOf(quarters, budgetsPerQuarter, cases.find((one) => one.name === name)?.least),
  quarters,
})

export function writeKept(
  file: string,
  results: readonly CaseResult[],
  raised: readonly Raised[] = [],
): void {
  writeFileSync(file, `${JSON.stringify({ detection, results, raised }, null, 1)}\n`)
}

/**
 * The quarters that several runs kept, together, by case. Throws Error with a sentence for people: where a quarter comes
 * twice, which would count as two, and where a run had other settings.
 */
export function readKept(files: readonly string[]): CaseResult[] {
  const cases = new Map<string, Map<string, KeptQuarter>>()
  for (const file of files) {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly detection: unknown
      readonly results: readonly CaseResult[]
    }
    if (JSON.stringify(kept.detection) !== JSON.stringify(detection)) {
      throw new Error(`${file} was made with other settings of the detection`)
    }
    for (const { name, quarters } of kept.results) {
      const known = cases.get(name) ?? new Map<string, KeptQuarter>()
      cases.set(name, known)
      for (const each of quarters) {
        const key = `${each.seed} ${each.quarter}`
        if (known.has(key)) {
          throw new Error(
            `${file} has quarter ${each.quarter} of seed ${each.seed} again (${name})`,
          )
        }
        known.set(key, each)
      }
    }
  }
  return [...cases].map(([name, quarters]) => resultOf(name, [...quarters.values()]))
}
