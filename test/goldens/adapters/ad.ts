import {
  type AndersonDarlingTies,
  andersonDarlingNormalised,
  andersonDarlingScipyP,
} from '../../../statistics/anderson-darling.ts'
import { sampleCells } from '../../../statistics/ordered-cells.ts'
import { defineAdapter } from '../adapter.ts'

const ways: readonly AndersonDarlingTies[] = ['midrank', 'right', 'continuous']

/** Anderson-Darling of k samples, for each way to count ties. */
export const ad = defineAdapter<{ samples: readonly ArrayLike<number>[] }>({
  compute: ({ samples }) => {
    const cells = sampleCells(samples)
    return Object.fromEntries(
      ways.map((ties) => {
        const normalised = andersonDarlingNormalised(cells, ties)
        return [
          ties,
          {
            A2_normalised: normalised,
            p_interpolated_clipped: andersonDarlingScipyP(normalised, cells.length),
          },
        ]
      }),
    )
  },
})
