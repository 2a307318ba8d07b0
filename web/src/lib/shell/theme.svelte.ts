/** Light, dark, or whatever the system says; kept in this browser. The first paint is done by static/theme.js. */
/** What can be chosen. */
export type Theme = 'system' | 'light' | 'dark'

const KEY = 'weir-theme'
const system = matchMedia('(prefers-color-scheme: dark)')

function read(): Theme {
  try {
    const kept = localStorage.getItem(KEY)
    return kept === 'light' || kept === 'dark' ? kept : 'system'
  } catch {
    return 'system'
  }
}

let chosen = $state<Theme>(read())
let dark = $state(document.documentElement.dataset['theme'] === 'dark')

/** The chosen and the shown theme. Reactive. */
export const theme = {
  get chosen() {
    return chosen
  },
  /** What is shown now; canvases read it to draw again. */
  get shown(): 'light' | 'dark' {
    return dark ? 'dark' : 'light'
  },
  choose(next: Theme) {
    chosen = next
    try {
      if (next === 'system') localStorage.removeItem(KEY)
      else localStorage.setItem(KEY, next)
    } catch {
      // A browser that keeps nothing still shows the choice until it is closed.
    }
    apply()
  },
}

function apply() {
  dark = chosen === 'dark' || (chosen === 'system' && system.matches)
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
}
system.addEventListener('change', apply)
addEventListener('storage', ({ key }) => {
  if (key !== KEY) return
  chosen = read()
  apply()
})
