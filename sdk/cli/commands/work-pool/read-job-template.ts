import { wrongUse } from '../../failure.ts'
import { readText } from '../../read-parameters.ts'

const OPTION = '--base-job-template'

/** A base job template from a file, from stdin (`-`), or null for `none`: the default of the pool's type. The API says what is wrong in it. Throws Failure. */
export function readJobTemplate(given: string): unknown {
  if (given === 'none') return null
  const text = readText(`@${given}`, OPTION)
  try {
    const template: unknown = JSON.parse(text)
    if (template !== null) return template
  } catch (error) {
    throw wrongUse(
      'BAD_JSON',
      `${OPTION}: ${given} is no JSON: ${(error as Error).message}.`,
      'Begin with: weir work-pool get-default-base-job-template',
    )
  }
  throw wrongUse('BAD_JSON', `${OPTION}: ${given} holds null, and no template.`, `The default of the type: ${OPTION} none`)
}
