/** What a run gives to others (runs, variables) stands in the record; the value of a secret does not go there. */
import { showAsJson } from '../engine/show-as-json.ts'
import { UsageError } from '../errors.ts'
import { redactJson } from './hidden-values.ts'

/** `given`: what is handed over, by the words for it: `parameters`, `value`. Throws UsageError naming the place of the first that has a secret in it. */
export function refuseSecrets(owner: string, given: Record<string, unknown>): void {
  for (const [what, value] of Object.entries(given)) {
    const place = placeOfSecret(value, what)
    if (place === null) continue
    throw new UsageError(
      `${owner}: ${place} has the value of a secret in it, and would be stored in clear`,
      'Let whoever needs it read it by itself (secrets.get). Parameters may have a reference, { $block: "secret/NAME.value" }.',
    )
  }
}

function placeOfSecret(given: unknown, what: string): string | null {
  const value = asSent(given)
  const shown = showAsJson(value)
  if (JSON.stringify(shown) === JSON.stringify(redactJson(shown))) return null
  if (typeof value !== 'object' || value === null) return what
  const inside = Object.entries(value).find(([, inner]) => placeOfSecret(inner, '') !== null)
  return inside ? `${what}.${inside[0]}` : what
}

/** As it would travel: a `toJSON` may say what no property shows. What cannot travel is looked at as it is. */
function asSent(value: unknown): unknown {
  try {
    const text = JSON.stringify(value)
    return text === undefined ? value : JSON.parse(text)
  } catch {
    return value
  }
}
