import { writeFileSync } from 'node:fs'
import { docsFolder, pages } from './reference/index.ts'

// Writes every generated page of docs/; test/docs/reference.test.ts fails when one of them differs.
for (const [path, content] of Object.entries(pages)) {
  writeFileSync(new URL(path, docsFolder), await content())
  console.log(`docs/${path}`)
}
