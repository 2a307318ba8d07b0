/** What can go wrong before a control plane serves, as one kind of error: shown to the person who typed the command, never with a stack. */

/** Stable codes of everything the local control plane refuses. */
export type ControlPlaneErrorCode =
  | 'ALREADY_RUNNING'
  | 'PORT_IN_USE'
  | 'HOME_NOT_WRITABLE'
  | 'HOME_NOT_OURS'
  | 'HOME_NOT_EMPTY'
  | 'BACKUP_FAILED'
  | 'BACKUP_DAMAGED'
  | 'BACKUP_NEWER'
  | 'RESTORE_FAILED'
  | 'INVALID_SETTING'
  | 'DATA_DIRECTORY_BROKEN'
  | 'DATA_DIRECTORY_NEWER'
  | 'DATABASE_NOT_READY'
  | 'PLATFORM_NOT_SUPPORTED'
  | 'BUILD_MISSING'
  | 'WORKERD_NOT_READY'

/** `message` names the thing and the place, `hint` says what to do next. */
export class ControlPlaneError extends Error {
  readonly code: ControlPlaneErrorCode
  readonly hint: string

  constructor(code: ControlPlaneErrorCode, message: string, hint: string) {
    super(message)
    this.name = 'ControlPlaneError'
    this.code = code
    this.hint = hint
  }
}
