import {
  nannymlCategorical,
  nannymlCategoricalMethods,
  nannymlNumeric,
  nannymlNumericMethods,
} from '../../../statistics/compat/nannyml.ts'
import { defineAdapter } from '../adapter.ts'

interface Input {
  readonly type: 'num' | 'cat'
  readonly chunk: number
  readonly x: Float64Array
  readonly y: Float64Array
}

/** The univariate calculator of NannyML, every method of the column's type. */
export const nannymlUnivariate = defineAdapter<Input>({
  compute({ type, chunk, x, y }) {
    const numeric = type === 'num'
    const methods = numeric ? nannymlNumericMethods : nannymlCategoricalMethods
    const judge = numeric ? nannymlNumeric : nannymlCategorical
    return Object.fromEntries(methods.map((method) => [method, judge(method, x, y, chunk)]))
  },
})
