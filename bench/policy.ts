import { mkdirSync, writeFileSync } from 'node:fs'
import { DriftgateError } from '../contracts/errors.ts'
import { defineBench } from './bench.ts'
import { truthText } from './concept/truths.ts'
import { outcomesOf } from './policy/outcomes.ts'
import { policyPicture } from './policy/picture.ts'
import { setText } from './policy/print.ts'
import { dataSets } from './policy/sets.ts'
import { policyText } from './policy/settings.ts'
import { type SetFound, setFound } from './policy/ways.ts'

const pictures = new URL('../docs/how-to/pictures/', import.meta.url)

/**
 * Retraining by one policy against never, always and monthly on four data sets. Everything that decides is the product:
 * verdicts, judgements of labels, incidents, governor, budget, time split and comparison; models are the project's own
 * boosters instead of Spark's.
 */
export const policy = defineBench({
  summary:
    'retraining by one policy beside never, always and monthly: car loan, flights, and bike sharing and Elec2 in the folder that --data names',
  options: { data: '', seed: 1, only: '', json: '', pictures: false },
  async run({ data, seed, only, json, pictures: drawn }) {
    const wanted = only === '' ? Object.keys(dataSets) : only.split(',')
    const unknown = wanted.filter((name) => !Object.hasOwn(dataSets, name))
    if (unknown.length > 0 || data === '') {
      console.error(
        data === ''
          ? '--data FOLDER says where bike sharing and Elec2 lie; their checksums are in bench/concept/files.ts'
          : `--only names some of: ${Object.keys(dataSets).join(', ')}`,
      )
      return 2
    }
    console.log(`${policyText}`)
    const found: SetFound[] = []
    for (const name of wanted) {
      try {
        const set = await (
          dataSets[name] as (folder: string) => ReturnType<(typeof dataSets)[string]>
        )(data)
        found.push(await setFound(set, seed))
      } catch (error) {
        if (!(error instanceof DriftgateError)) throw error
        console.error(`${error.code}: ${error.message}\n${error.help}`)
        return 2
      }
      console.log(`${setText(found.at(-1) as SetFound)}\n`)
    }
    const outcomes = outcomesOf(found)
    for (const outcome of outcomes) console.log(truthText(outcome))
    if (json !== '') {
      writeFileSync(json, `${JSON.stringify({ policy: policyText, outcomes, found }, null, 2)}\n`)
    }
    if (drawn) {
      mkdirSync(pictures, { recursive: true })
      writeFileSync(new URL('retraining-policy.svg', pictures), policyPicture(found, policyText))
    }
    return outcomes.every((outcome) => outcome.found) ? 0 : 1
  },
})
