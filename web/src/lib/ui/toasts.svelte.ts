/** Short messages about what just happened. Errors stay until they are closed; the rest goes after a while. */
interface Toast {
  id: number
  kind: 'done' | 'error'
  text: string
  hint: string | null
  link: { href: string; label: string } | null
}

let next = 1
/** Those that are shown, oldest first. Reactive. */
export const toasts = $state<Toast[]>([])

/** Says something for a few seconds; an error until it is closed. */
export function toast(kind: Toast['kind'], text: string, { hint = null, link = null }: { hint?: string | null; link?: Toast['link'] } = {}): void {
  const id = next++
  toasts.push({ id, kind, text, hint, link })
  if (toasts.length > 4) toasts.shift()
  if (kind === 'done') setTimeout(() => dismiss(id), 6_000)
}

/** Takes it away. */
export function dismiss(id: number): void {
  const at = toasts.findIndex((toast) => toast.id === id)
  if (at >= 0) toasts.splice(at, 1)
}
