import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mulberry32, normal } from './mulberry32.ts'

/** How the golden files describe an input series; every series starts its own generator. */
export type SeriesSpec =
  | { gen: 'normal12'; seed: number; n: number; mean: number; sd: number }
  | {
      gen: 'mix12'
      seed: number
      n: number
      w: number
      m1: number
      s1: number
      m2: number
      s2: number
    }
  | { gen: 'uniform'; seed: number; n: number; lo: number; hi: number }
  | { gen: 'pareto2' | 'loglog'; seed: number; n: number; scale: number }
  | { gen: 'int'; seed: number; n: number; lo: number; k: number }
  | { round: SeriesSpec; mult: number }

interface InputCheck {
  readonly n: number
  readonly sum: number
  readonly first: readonly number[]
  readonly last: number
}

export interface GoldenCase<Input, Expected> {
  readonly id: string
  readonly input: Input
  readonly input_check: Readonly<Record<string, InputCheck>>
  readonly expected: Expected
}

export function goldenCases<Input, Expected>(file: string): GoldenCase<Input, Expected>[] {
  const url = new URL(`../goldens/${file}.json`, import.meta.url)
  return (JSON.parse(readFileSync(url, 'utf8')) as { cases: GoldenCase<Input, Expected>[] }).cases
}

/** The series, compared with the file's own check of it before anything is computed from it. */
export function goldenSeries(spec: SeriesSpec, check?: InputCheck): number[] {
  const values = seriesOf(spec)
  if (check !== undefined) {
    const sum = values.reduce((total, value) => total + value, 0)
    assert.deepEqual(
      { n: values.length, sum, first: values.slice(0, 3), last: values.at(-1) },
      { n: check.n, sum: check.sum, first: check.first, last: check.last },
    )
  }
  return values
}

function seriesOf(spec: SeriesSpec): number[] {
  if ('round' in spec) {
    return seriesOf(spec.round).map((x) => Math.floor(x * spec.mult + 0.5) / spec.mult)
  }
  const next = mulberry32(spec.seed)
  return Array.from({ length: spec.n }, () => element(spec, next))
}

function element(spec: Exclude<SeriesSpec, { round: SeriesSpec }>, next: () => number): number {
  switch (spec.gen) {
    case 'normal12':
      return normal(next, spec.mean, spec.sd)
    case 'mix12': {
      const first = next() < spec.w
      const z = normal(next)
      return first ? spec.m1 + spec.s1 * z : spec.m2 + spec.s2 * z
    }
    case 'uniform':
      return spec.lo + (spec.hi - spec.lo) * next()
    case 'pareto2':
      return spec.scale / Math.sqrt(1 - next())
    case 'loglog': {
      const u = next()
      return spec.scale * (u / (1 - u))
    }
    case 'int':
      return spec.lo + Math.floor(next() * spec.k)
  }
}

/** Equal, or within 1e-9 of the expected value (or the given relative tolerance). */
export function close(actual: number, expected: number, relative = 1e-9): void {
  const near = actual === expected || Math.abs(actual - expected) <= relative * Math.abs(expected)
  assert.ok(near, `${actual} is not ${expected}`)
}
