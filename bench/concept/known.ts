/** AUC and Brier score of one model over one block. */
export type Score = readonly [auc: number, brier: number]

export const modelNames = ['A', 'A2', 'B2', 'rolling'] as const
export type ModelName = (typeof modelNames)[number]

/**
 * Blocks of four weeks of Elec2 with scikit-learn 1.9's HistGradientBoostingClassifier at its defaults, measured once:
 * another booster has to come out near it, not on it.
 */
export const scikitElec2: Readonly<Record<number, Partial<Record<ModelName, Score>>>> = {
  11: { A: [0.77, 0.23], rolling: [0.87, 0.28] },
  13: { A: [0.89, 0.14], A2: [0.94, 0.11], rolling: [0.93, 0.12] },
  15: { A: [0.84, 0.27], A2: [0.85, 0.26], rolling: [0.8, 0.2] },
  17: { A: [0.71, 0.33], A2: [0.71, 0.32], rolling: [0.8, 0.23] },
  21: { A: [0.61, 0.36], A2: [0.68, 0.36], B2: [0.8, 0.22], rolling: [0.83, 0.2] },
  22: { A: [0.6, 0.34], A2: [0.64, 0.33], B2: [0.71, 0.23], rolling: [0.87, 0.15] },
  24: { A: [0.63, 0.43], A2: [0.67, 0.43], B2: [0.77, 0.23], rolling: [0.84, 0.17] },
  25: { A: [0.59, 0.38], A2: [0.64, 0.38], B2: [0.7, 0.24], rolling: [0.76, 0.22] },
  26: { A: [0.81, 0.14], A2: [0.82, 0.14], B2: [0.77, 0.23], rolling: [0.82, 0.26] },
  28: { A: [0.88, 0.14], A2: [0.9, 0.13], B2: [0.84, 0.31], rolling: [0.8, 0.19] },
}

/** MAE of scikit-learn's HistGradientBoostingRegressor, by months since January 2011. */
export const scikitBike: Readonly<Record<number, number>> = {
  ...{ 3: 49, 4: 82, 6: 79, 7: 85, 8: 86, 11: 50, 12: 59, 14: 129, 16: 157 },
  ...{ 17: 168, 19: 179, 20: 194, 21: 178, 23: 100 },
}
