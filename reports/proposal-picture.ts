import type { Previewed, Proposal } from '../contracts/proposal.ts'
import { count, instant, shortDigest, span } from './numbers.ts'
import { plainText, wrap } from './text.ts'
import { type Canvas, plainCanvas, stateLabel, stateOfVerdict } from './vocabulary.ts'

const alarms: readonly string[] = ['DRIFT', 'DATA_QUALITY']

/** "3 of 4 alarms would be gone". */
export function proposalSentence({ preview }: Pick<Proposal, 'preview'>): string {
  const raised = preview.filter(({ before, after }) => alarms.includes(before) && after !== null)
  if (raised.length === 0) return 'none of the windows that were looked at raised an alarm'
  const gone = raised.filter(({ after }) => !alarms.includes(after?.verdict ?? ''))
  return `${gone.length} of ${raised.length} ${raised.length === 1 ? 'alarm' : 'alarms'} would be gone`
}

/** A proposed reference in a terminal: what it holds, what is left out, and what it would change. */
export function proposalPicture(proposal: Proposal, canvas: Canvas = plainCanvas): string {
  const text = (line: string, indent = '') =>
    plainText(wrap(indent + line, canvas.width, indent), canvas.unicode)
  const { model, range } = proposal
  const width = Math.max(...proposal.preview.map(({ before }) => before.length), 0)
  return [
    canvas.paint('strong', `${model}: ${proposalSentence(proposal)}`),
    text(`${span(range)}: ${proposal.reason}`),
    ...factsOf(proposal).map((fact) => text(fact)),
    '',
    ...proposal.preview.flatMap((one) => [
      `${span(one.window)}  ${one.before.padEnd(width)}  ${canvas.unicode ? '→' : '->'} ${afterLabel(one, canvas)}`,
      ...(one.after !== null && one.after.drifted.length > 0
        ? [canvas.paint('faint', text(one.after.headline, '    '))]
        : []),
    ]),
    '',
    canvas.paint('faint', text(previewNote)),
  ].join('\n')
}

/** How the verdicts after were reached. */
export const previewNote =
  'each window was held against the others of the range; longer spans, other references and how much windows vary are not in it'

const afterLabel = ({ after }: Previewed, canvas: Canvas): string =>
  after === null
    ? 'nothing to hold it against'
    : `${stateLabel(stateOfVerdict[after.verdict], canvas)} ${after.verdict}`

/** What the reference holds and what it takes the place of, a sentence each. */
export function factsOf(proposal: Proposal): string[] {
  const { windows, rows, version, present, leftOut, accepted, merged } = proposal
  return [
    `${count(rows)} rows of version ${version} in ${windows} ${windows === 1 ? 'window' : 'windows'}, ${merged.length === 1 ? 'without a gap' : `in ${merged.length} stretches`}; reference ${shortDigest(proposal.profile)}`,
    `instead of ${count(present.rows)} rows of version ${present.version}, ${shortDigest(present.profile)}`,
    ...spoken('left out', leftOut),
    ...spoken('taken in all the same', accepted),
  ]
}

function spoken(what: string, windows: Proposal['leftOut']): string[] {
  const [first] = windows
  if (first === undefined) return []
  const starts = windows.slice(0, 3).map(({ window }) => instant(window.start))
  const more = windows.length > 3 ? ` and ${windows.length - 3} more` : ''
  const verdicts = [...new Set(windows.map(({ verdict }) => verdict))].join(', ')
  return [`${what}: ${starts.join(', ')}${more} (${verdicts}): ${first.reason}`]
}
