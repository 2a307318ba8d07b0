import { EDITORS, PEOPLE, type PermissionTable } from '../auth/grants.ts'

/** A run fills in blocks of types that people have registered. */
export const blockTypePermissions = {
  'block-types:read': { roles: PEOPLE, runner: true },
  'block-types:register': { roles: EDITORS, runner: false },
  'block-types:delete': { roles: EDITORS, runner: false },
} as const satisfies PermissionTable
