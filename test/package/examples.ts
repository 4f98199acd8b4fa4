import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisedBy, root } from '../support/run-example.ts'

export interface Example {
  readonly page: string
  readonly code: string
  /** What it prints, line by line: the comments behind its `console.log`. */
  readonly expected: readonly string[]
}

const pages = [
  'README.md',
  'docs/how-to/use-the-library.md',
  'docs/how-to/move-from-evidently-or-nannyml.md',
]

/** Every program that a page shows of the library: its blocks of JavaScript. */
export const examples: readonly Example[] = pages.flatMap((page) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/```js\n([\s\S]*?)```/g)].map(
    ([, code = '']) => ({
      page,
      code,
      expected: promisedBy(code),
    }),
  ),
)
