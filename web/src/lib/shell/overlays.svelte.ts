/** What lies above the page and can be opened from anywhere. */
/** Which of them is open. Reactive. */
export const overlays = $state({
  palette: false,
  keys: false,
  /** The deployment whose run dialog is open; parameters of an earlier run, when it is to be run again like that. */
  runDeployment: null as { id: string; fullName: string; parameters?: unknown } | null,
})
