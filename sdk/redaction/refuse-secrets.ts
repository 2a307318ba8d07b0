/** What one run gives to another stands in the record; the value of a secret does not go there. */
import { showAsJson } from '../engine/show-as-json.ts'
import { UsageError } from '../errors.ts'
import { redactJson } from './hidden-values.ts'

/** `given`: what is handed over, by the words for it (`parameters`) and by name. Throws UsageError naming the first that has a secret in it. */
export function refuseSecrets(owner: string, given: Record<string, object>): void {
  for (const [what, values] of Object.entries(given))
    for (const [name, value] of Object.entries(values)) {
      const shown = showAsJson(value)
      if (JSON.stringify(shown) === JSON.stringify(redactJson(shown))) continue
      throw new UsageError(
        `${owner}: ${what}.${name} has the value of a secret in it, and would be stored in clear`,
        'Let the other run read it by itself (secrets.get), or give it a reference, { $block: "secret/NAME.value" }.',
      )
    }
}
