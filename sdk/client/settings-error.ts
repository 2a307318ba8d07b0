/** A setting that cannot be used; `hint` says what to do. */
export class SettingsError extends Error {
  readonly code = 'INVALID_SETTING'
  readonly hint: string
  constructor(message: string, hint: string) {
    super(message)
    this.name = 'SettingsError'
    this.hint = hint
  }
}
