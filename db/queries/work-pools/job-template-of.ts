import type { JobTemplate } from '../../../core/job-templates/job-template.ts'

/** The base job template of a pool as its row has it. */
export const jobTemplateOf = (text: string | null): JobTemplate | null => (text === null ? null : (JSON.parse(text) as JobTemplate))
