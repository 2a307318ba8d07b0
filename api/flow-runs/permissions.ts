import { EDITORS, PEOPLE, type PermissionTable } from '../auth/grants.ts'

/** A runner reads its own run and what that has started, and makes runs of deployments; it changes runs only by reporting, but for a cancel of what it started. */
export const flowRunPermissions = {
  'flow-runs:read': { roles: PEOPLE, runner: 'own' },
  'flow-runs:list': { roles: PEOPLE, runner: false },
  'flow-runs:create': { roles: EDITORS, runner: true },
  'flow-runs:start': { roles: EDITORS, runner: false },
  'flow-runs:cancel': { roles: EDITORS, runner: 'own' },
  'flow-runs:pause': { roles: EDITORS, runner: false },
  'flow-runs:set-state': { roles: EDITORS, runner: false },
  'flow-runs:retry': { roles: EDITORS, runner: false },
  'flow-runs:update': { roles: EDITORS, runner: false },
  'flow-runs:delete': { roles: EDITORS, runner: false },
} as const satisfies PermissionTable
