import type { Binning } from '../contracts/binning.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { windowStartOf } from '../policies/window.ts'
import { decodeProfile, decodeSample } from '../profiles/index.ts'
import type { FillLooks } from './computed-references.ts'
import type { KeptParts } from './kept-parts.ts'
import type { Cutoff } from './lies-below.ts'

export interface KeptRows {
  readonly kept: KeptParts
  readonly version: string
  readonly binning: Binning
  readonly below?: Cutoff
}

/** Whole windows are merged once for all looks and all windows that want them; only what begins or ends within one is not. */
export const fillFromKept =
  ({ kept, version, binning, below }: KeptRows, { window, detection }: ModelSettings): FillLooks =>
  async (looks) => {
    const samples = (detection.rows ?? []).length > 0
    for (const look of looks) {
      for (const piece of look.wanted.pieces) {
        const { start, end } = piece
        const isWindow = end - start === window.length && windowStartOf(window, start) === start
        if (isWindow) {
          const profiles = kept.windowProfiles(start, version, binning, below)
          for (const [segment, profile] of profiles) look.take(piece, segment, profile)
          if (!samples) continue
        }
        for (const part of kept.between(start, end, below)) {
          if (part.version !== version) continue
          const sample = samples && part.sample !== null ? decodeSample(part.sample) : null
          if (!isWindow)
            look.take(piece, part.segment, decodeProfile(part.profile, binning), sample)
          else if (part.segment === '' && sample !== null) look.takeSample(sample)
        }
      }
    }
  }
