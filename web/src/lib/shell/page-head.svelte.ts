/** What the top bar shows for the page that is open. */
/** One part of the path; the last has no link. */
export interface Crumb {
  label: string
  href?: string
}

/** Set by `PageHead`, read by the top bar. Reactive. */
export const pageHead = $state<{ crumbs: Crumb[] }>({ crumbs: [] })
