import type { ToldKind } from '../../contracts/kind.ts'
import { shortKind } from '../../contracts/kind-words.ts'
import type { PerformanceJudgement } from '../../contracts/performance-finding.ts'
import type { CheckedSlices, LossSlices } from '../../contracts/slice.ts'

export interface Story {
  readonly slices?: LossSlices | undefined
  readonly checked?: CheckedSlices | undefined
  readonly kind?: ToldKind | undefined
}

/**
 * Which rows, whether those of before are still worse, and which kind of drift it is: what a judgement says besides its
 * numbers; empty where nobody asked.
 */
export function storyText({ slices, checked, kind }: Story): string {
  return [
    ...(slices === undefined ? [] : [slices.sentence]),
    ...(checked === undefined ? [] : checked.slices.map(({ sentence }) => sentence)),
    ...(kind === undefined ? [] : [shortKind(kind)]),
  ].join('; ')
}

/** A judgement that tells of it in its sentence; one without any stays as it is. */
export function withStory(judgement: PerformanceJudgement, story: Story): PerformanceJudgement {
  const text = storyText(story)
  return text === '' ? judgement : { ...judgement, headline: `${judgement.headline}; ${text}` }
}

/** The version that a search for slices is worth: one that got worse, by an alarm or by too little for one; null: none. */
export function worseVersion({ findings }: Pick<PerformanceJudgement, 'findings'>): string | null {
  const of = (state: 'alarm' | 'watch') =>
    findings
      .filter((one) => one.state === state && (state === 'alarm' || (one.effect ?? 0) > 0))
      .toSorted((a, b) => Number(a.segment !== '') - Number(b.segment !== '') || b.n - a.n)
  return (of('alarm')[0] ?? of('watch')[0])?.version ?? null
}
