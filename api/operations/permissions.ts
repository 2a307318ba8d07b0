import { EDITORS, PEOPLE, type PermissionTable } from '../auth/grants.ts'

/** Beginning one takes the permission of its verb (`flow-runs:cancel` …). */
export const operationPermissions = {
  'operations:read': { roles: PEOPLE, runner: false },
  'operations:stop': { roles: EDITORS, runner: false },
} as const satisfies PermissionTable
