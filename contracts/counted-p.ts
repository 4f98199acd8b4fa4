import type { Score } from './report.ts'

/** The p-value that counts: by what accepted windows are like where that is known, else by sampling alone. */
export const countedP = ({
  pValue,
  prediction,
}: Pick<Score, 'pValue' | 'prediction'>): number | null => prediction?.pValue ?? pValue
