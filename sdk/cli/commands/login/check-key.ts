import { parseApiKey } from '../../../../core/api-key.ts'
import { wrongUse } from '../../failure.ts'

/** The key without the space around it. Throws Failure for what is none; the text itself is never shown. */
export function checkKey(given: string, from: string): string {
  const key = given.trim()
  if (parseApiKey(key)) return key
  const what = key === '' ? `No API key came (${from}).` : `What came as API key (${from}) is none.`
  throw wrongUse('BAD_API_KEY', what, 'A key looks like weir_local_0123…_…; it was shown once, when it was made.')
}
