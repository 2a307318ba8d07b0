/** Between the judgement of what a function returned and the final state: stores the value where results are stored. */
import type { Judgement } from '../engine/judge-result.ts'
import { summarizeError } from '../engine/describe-error.ts'
import type { ResultSettings } from './result-settings.ts'
import { type ResultOwner, storeResult } from './store-result.ts'

/** The same judgement with the reference of its result; a value that cannot be stored makes it FAILED. Never rejects. Null settings = nothing is stored. */
export function keepResult(settings: ResultSettings | null, judgement: Judgement, owner: ResultOwner): Judgement | Promise<Judgement> {
  return settings === null || judgement.type !== 'COMPLETED' ? judgement : keep(settings, judgement, owner)
}

async function keep(settings: ResultSettings, judgement: Judgement, owner: ResultOwner): Promise<Judgement> {
  try {
    const { reference, value, size } = await storeResult(settings, judgement.value, owner)
    return { ...judgement, value, result: reference, resultSize: size }
  } catch (error) {
    return { type: 'FAILED', name: undefined, message: summarizeError(error), value: undefined, error }
  }
}
