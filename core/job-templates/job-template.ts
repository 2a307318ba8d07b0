/**
 * The base job template of a work pool: which job variables its runs may be given, and what their worker makes of them. `variables` is a JSON Schema of the
 * variables, with defaults; `job_configuration` is what the worker heeds, with `{{ name }}` where the value of a variable goes. The words are Prefect's.
 */
import type { JsonObject } from '../json-value.ts'

export interface JobTemplate {
  /** What a worker of the pool's type heeds (`HEEDED`), and nothing else. */
  job_configuration: JsonObject
  /** JSON Schema of an object. Defaults are those of its top-level `properties`. */
  variables: JsonObject
}

/** Types of pools, and what their workers heed. More types come with their workers. */
export const HEEDED: Readonly<Record<string, readonly string[]>> = { process: ['env', 'nodeFlags'] }

/** Bytes of a template as JSON: it goes with every claim of a pool that has one. */
export const MAX_TEMPLATE_BYTES = 65_536

const DEFAULTS: Readonly<Record<string, JobTemplate>> = {
  process: {
    job_configuration: { env: '{{ env }}', nodeFlags: '{{ nodeFlags }}' },
    variables: {
      type: 'object',
      properties: {
        env: {
          title: 'Environment variables',
          description: "Variables of the run's process, over those of its worker. What is no text is written as JSON.",
          type: 'object',
        },
        nodeFlags: {
          title: 'Node flags',
          description: "Flags that the run's process is started with. Such a process is not booted ahead.",
          type: 'array',
          items: { type: 'string' },
        },
      },
    },
  },
}

/** The template of a pool that has none of its own; null for a type that there is not. Filling it leaves job variables as they are. */
export const defaultJobTemplate = (type: string): JobTemplate | null => (Object.hasOwn(DEFAULTS, type) ? (DEFAULTS[type] as JobTemplate) : null)

/** The variables that a template declares, each with its schema. */
export const declaredVariables = ({ variables }: JobTemplate): JsonObject => (variables['properties'] ?? {}) as JsonObject

/** What its variables are when nobody says anything. */
export const templateDefaults = (template: JobTemplate): JsonObject =>
  Object.fromEntries(
    Object.entries(declaredVariables(template)).flatMap(([name, schema]) =>
      typeof schema === 'object' && schema !== null && !Array.isArray(schema) && schema['default'] !== undefined ? [[name, schema['default']]] : [],
    ),
  )
