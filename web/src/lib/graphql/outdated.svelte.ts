/** Whether this page is from before an update: the control plane no longer knows the operations that it asks. Set by requests and streams, shown by the banner. */
export const build = $state({ isOutdated: false })

/** Notes it when a refusal says so. */
export function noteRefusal(code: string): void {
  if (code === 'PERSISTED_OPERATION_NOT_FOUND') build.isOutdated = true
}
