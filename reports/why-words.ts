import type { ToldKind } from '../contracts/kind.ts'
import { kindName, remedyWords, shortKind } from '../contracts/kind-words.ts'
import type { IncidentWhy, WindowWhy } from '../contracts/why.ts'
import { instant } from './numbers.ts'
import { sliceLines } from './slices.ts'

/** What is told of one window, for whatever draws it. */
export interface WhyWords {
  /** "Concept drift (likely)"; "No kind of drift shows". */
  readonly title: string
  /** "By the labels of the window from 2019-03-29 18:00 UTC." */
  readonly by: string
  /** Numbers included, a sentence each, without its full stop; but for those that stand in `rows`. */
  readonly reasons: readonly string[]
  /** "It suggests: retrain on rows since then."; empty: nothing is to be done. */
  readonly suggests: string
  /** Rows that stand out, declared as segments or not; a sentence each, without its full stop. */
  readonly rows: readonly string[]
}

export function whyWords(why: WindowWhy): WhyWords {
  const { kind } = why
  const rows = rowLines(why)
  return {
    title: kind === null ? 'No kind of drift shows' : capital(kindName(kind)),
    by: byWords(why),
    reasons: (kind?.reasons ?? []).filter((reason) => !rows.includes(reason)),
    suggests: kind === null ? '' : `It suggests: ${remedyWords[kind.suggests]}.`,
    rows,
  }
}

const sources: Readonly<Record<WindowWhy['by'], string>> = {
  labels: 'By its final labels',
  estimate: 'By its data and an estimate, before its labels are final',
  data: 'By its data alone',
}

const byWords = ({ by, window }: WindowWhy): string =>
  `${sources[by]}: the window from ${instant(window.start)}.`

/** Nothing where nobody looked; that nothing stands out is told as well. */
function rowLines({ slices: { drift, loss, checked } }: WindowWhy): string[] {
  return [
    ...sliceLines({ slices: drift ?? undefined }),
    ...(loss === null
      ? []
      : loss.found.length === 0
        ? [loss.sentence]
        : loss.found.map((slice) => slice.sentence)),
    ...(checked === null
      ? []
      : checked.slices.map((slice) => `found in ${instant(checked.foundIn)}, ${slice.sentence}`)),
  ]
}

/** What labels have judged comes first. */
export const windowsOf = ({ latest, labelled }: IncidentWhy): WindowWhy[] =>
  [labelled, latest].filter((why) => why !== null)

/**
 * Which kind an incident is of, where a card has room for a sentence: by labels as soon as there are some. Nothing where
 * `told` says it already, or none shows.
 */
export function kindLines({ latest, labelled }: IncidentWhy, told = ''): string[] {
  const best = labelled?.kind ? labelled : latest
  if (best === null || best.kind === null || told.includes(shortKind(best.kind))) return []
  const of =
    best === latest ? '' : `, by the labels of the window from ${instant(best.window.start)}`
  return [`Which kind: ${oneLine(best.kind)}${of}.`]
}

/** What is too early to say says what is missing, which is its last reason. */
const oneLine = (kind: ToldKind): string =>
  kind.kind === 'too_early'
    ? `${kindName(kind)}, ${kind.reasons.at(-1)}; ${remedyWords[kind.suggests]}`
    : shortKind(kind)

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
