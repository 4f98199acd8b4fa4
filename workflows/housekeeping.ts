import type { HousekeepingInput } from '../contracts/messages.ts'
import type { HousekeepingResult } from '../contracts/storage.ts'
import { houseActs } from './activities.ts'

/** What retention does not keep goes, and what stays is merged: for every model of the environment, on a schedule. */
export const housekeeping = ({ prefix }: HousekeepingInput): Promise<HousekeepingResult> =>
  houseActs(prefix).keepHouse()
