import { ADMINS, type PermissionTable } from '../auth/grants.ts'

/** Keys open everything else, so only administrators see, make and revoke them. */
export const apiKeyPermissions = {
  'api-keys:create': { roles: ADMINS, runner: false },
  'api-keys:revoke': { roles: ADMINS, runner: false },
  'api-keys:read': { roles: ADMINS, runner: false },
} as const satisfies PermissionTable
