import { ADMINS, ALL, type PermissionTable } from '../auth/grants.ts'

/** Everybody may know where they are. */
export const workspacePermissions = {
  'workspaces:read': { roles: ALL, runner: true },
  'workspaces:sign-in': { roles: ADMINS, runner: false },
} as const satisfies PermissionTable
