import type { VariableRow } from './documents.ts'

/** The shape of a variable in `-o json`; stable. */
export const variableJson = (variable: VariableRow) => ({
  id: variable.uuid,
  name: variable.name,
  value: variable.value,
  tags: variable.tags,
  createdAt: variable.createdAt,
  updatedAt: variable.updatedAt,
  updatedBy: variable.updatedBy,
})
