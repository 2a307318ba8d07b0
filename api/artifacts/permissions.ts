import { PEOPLE, type PermissionTable } from '../auth/grants.ts'

/** Artifacts are written by reports, never through the API. */
export const artifactPermissions = {
  'artifacts:read': { roles: PEOPLE, runner: 'own' },
} as const satisfies PermissionTable
