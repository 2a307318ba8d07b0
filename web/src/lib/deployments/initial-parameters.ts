/** The form that runs a deployment: what it starts with, and what it says about each parameter. */
interface Schema {
  type?: string | string[]
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  default?: unknown
  enum?: unknown[]
}

/** The deployment's own parameters over the defaults of its schema; what is required and has neither is shown empty. */
export function initialParameters(schema: Record<string, unknown> | null | undefined, parameters: unknown): Record<string, unknown> {
  const { properties = {}, required = [] } = (schema ?? {}) as Schema
  const own = (typeof parameters === 'object' && parameters !== null ? parameters : {}) as Record<string, unknown>
  const start: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(properties)) {
    if (property.default !== undefined) start[name] = property.default
    else if (required.includes(name)) start[name] = emptyOf(property)
  }
  return { ...start, ...own }
}

function emptyOf({ type, enum: values }: Schema): unknown {
  if (values?.length) return values[0]
  switch (Array.isArray(type) ? type[0] : type) {
    case 'number':
    case 'integer':
      return 0
    case 'boolean':
      return false
    case 'array':
      return []
    case 'object':
      return {}
    default:
      return ''
  }
}

interface ParameterLine {
  name: string
  type: string
  required: boolean
  description: string | null
}

/** One line a parameter: its name, type, whether it must be there, and what it is. */
export function describeParameters(schema: Record<string, unknown> | null | undefined): ParameterLine[] {
  const { properties = {}, required = [] } = (schema ?? {}) as Schema
  return Object.entries(properties).map(([name, { type, enum: values, description }]) => ({
    name,
    type: values ? values.map((value) => JSON.stringify(value)).join(' | ') : [type ?? 'any'].flat().join(' | '),
    required: required.includes(name),
    description: description ?? null,
  }))
}
