import { tableText } from '../concept/truths.ts'
import { type SetFound, ways } from './ways.ts'

const digits = (loss: number): string => Number(loss.toPrecision(4)).toString()
const day = (iso: string): string => iso.slice(0, 10)

/** What came of one data set, for a person. */
export function setText({
  title,
  loss,
  came,
  trainings,
  switches,
  incidents,
  lastReason,
}: SetFound) {
  const opened = Object.entries(incidents).map(([kind, count]) => `${count} ${kind}`)
  return [
    title,
    tableText(
      ['way', 'trainings', loss],
      ways.map((way) => [way, String(came[way].trainings), digits(came[way].loss)]),
    ),
    `  incidents: ${opened.join(', ') || 'none'}`,
    ...trainings.map(({ at, from, released, outcome }) => {
      const again = switches.some((one) => one.version === released && one.again && one.at === at)
      const what =
        released === null ? 'kept' : again ? `version ${released} again` : `version ${released}`
      return `  ${day(at)}, incident since ${day(from)}: ${what}; ${outcome}`
    }),
    ...(lastReason === null ? [] : [`  said last instead of retraining: ${lastReason}`]),
  ].join('\n')
}
