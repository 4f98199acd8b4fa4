import type { Binning } from '../../contracts/binning.ts'
import {
  addRow,
  addToSample,
  createProfile,
  createSample,
  encodeProfile,
  encodeSample,
  type Profile,
  segmenter,
} from '../../profiles/index.ts'

/** Makes the files of `trainingRun` those of a model with the segments `plan=a` (120 rows) and `plan=(other)` (80). */
export function withSegments(files: Record<string, unknown>): void {
  const plain = files['binning.json'] as Binning
  const binning: Binning = {
    ...plain,
    features: [...plain.features, { name: 'plan', kind: 'categorical', categories: ['a', 'b'] }],
    segments: [{ feature: 'plan', declared: false, groups: [{ name: 'a', categories: ['a'] }] }],
  }
  const whole = createProfile(binning)
  const sample = createSample()
  const segments = new Map<string, Profile>()
  const segmentsOf = segmenter(binning)
  for (let amount = 0; amount < 200; amount++) {
    const row = [amount, amount < 120 ? 'a' : null]
    addRow(whole, row)
    addToSample(sample, { id: `row-${amount}`, values: row })
    for (const name of segmentsOf(row)) {
      if (!segments.has(name)) segments.set(name, createProfile(binning))
      addRow(segments.get(name)!, row)
    }
  }
  files['binning.json'] = binning
  files['reference.profile'] = encodeProfile(whole)
  files['reference.sample'] = encodeSample(sample)
  files['segments.json'] = Object.fromEntries(
    [...segments].map(([name, profile]) => [
      name,
      Buffer.from(encodeProfile(profile)).toString('base64'),
    ]),
  )
}
