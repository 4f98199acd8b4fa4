import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { pngOf } from '../../../adapters/pictures/png.ts'
import { releaseSvg } from '../../../reports/release-svg.ts'
import { reportSvg } from '../../../reports/report-svg.ts'
import { label, picture } from '../../../reports/svg.ts'
import { driftReport, releaseEvidence } from '../../reports/examples.ts'

/** Size, and the share of dots that are not white; read by the format's own rules, eight bits of four colours each. */
function lookAt(png: Uint8Array): { width: number; height: number; ink: number } {
  const bytes = Buffer.from(png)
  assert.equal(bytes.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n')
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  assert.deepEqual([...bytes.subarray(24, 26)], [8, 6])
  const data: Buffer[] = []
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') {
      data.push(bytes.subarray(at + 8, at + 8 + length))
    }
    at += length + 12
  }
  const raw = inflateSync(Buffer.concat(data))
  const stride = width * 4
  let before = Buffer.alloc(stride)
  let ink = 0
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]
    const line = Buffer.from(raw.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1)))
    for (let x = 0; x < stride; x++) {
      const left = x < 4 ? 0 : line[x - 4]!
      const above = before[x]!
      const corner = x < 4 ? 0 : before[x - 4]!
      const predicted = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter!]!
      line[x] = (line[x]! + predicted) & 255
    }
    for (let x = 0; x < stride; x += 4) {
      if (line[x]! < 250 || line[x + 1]! < 250 || line[x + 2]! < 250) ink++
    }
    before = line
  }
  return { width, height, ink: ink / (width * height) }
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner
  const [a, b, c] = [left, above, corner].map((each) => Math.abs(guess - each)) as [
    number,
    number,
    number,
  ]
  return a <= b && a <= c ? left : b <= c ? above : corner
}

test('text is drawn, signs of every state among it, on a machine without fonts', async () => {
  const size = { width: 200, height: 40 }
  const blank = lookAt(await pngOf(picture(size, 'nothing')))
  assert.deepEqual(blank, { width: 400, height: 80, ink: 0 })
  const words = async (text: string) =>
    lookAt(await pngOf(picture(size, text, label(8, 24, text)))).ink
  assert.ok((await words('effect 0.92 > 0.10')) > 0.02)
  assert.ok((await words('effect 0.92 > 0.10, p <1e-99')) > (await words('effect 0.92 > 0.10')))
  for (const sign of '≤→…▲✖⏸✔äß') assert.ok((await words(sign)) > 0.0005, sign)
})

test('the pictures of a report and of a release are whole, twice as sharp as they are drawn', async () => {
  const drift = lookAt(await pngOf(reportSvg(driftReport, 2)))
  assert.equal(drift.width, 1_000)
  assert.ok(drift.ink > 0.15, String(drift.ink))
  const release = lookAt(await pngOf(releaseSvg(releaseEvidence)))
  assert.equal(release.width, 1_120)
  assert.ok(release.ink > 0.15, String(release.ink))
})

test('many at once are drawn by one program', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => pngOf(releaseSvg(releaseEvidence))))
  assert.ok(all.every((each) => Buffer.from(each).equals(Buffer.from(all[0]!))))
})
