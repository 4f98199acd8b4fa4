import { errorTable } from '../../contracts/errors.ts'
import { capital, generatedNotice, page } from './markdown.ts'

/** `errors.md`: a heading for every code. */
export const errorsPage = (): string =>
  page(
    generatedNotice,
    '# Errors',
    'Every error has a code. It is the `error[CODE]` of the command line, the `code` of an HTTP problem, and the failure type in the Temporal UI. `driftgate help CODE` shows the same in a terminal.',
    ...Object.entries(errorTable)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .flatMap(([name, entry]) => [
        `## ${name}`,
        `${capital(entry.sentence)}.`,
        `**What to do:** ${entry.help}.`,
        `${entry.retryable ? 'May succeed when tried again.' : 'Fails the same way again.'} Exit status ${entry.exit}, HTTP status ${entry.status}.`,
      ]),
  )
