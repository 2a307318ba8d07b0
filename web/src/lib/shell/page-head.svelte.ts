/** What the top bar shows for the page that is open. */
export interface Crumb {
  label: string
  href?: string
}

export const pageHead = $state<{ crumbs: Crumb[] }>({ crumbs: [] })
