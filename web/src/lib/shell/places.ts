/** Where one can go: the rail, the `g …` keys and the palette read this list. */
import Bot from '@lucide/svelte/icons/bot'
import Box from '@lucide/svelte/icons/box'
import Braces from '@lucide/svelte/icons/braces'
import Gauge from '@lucide/svelte/icons/gauge'
import House from '@lucide/svelte/icons/house'
import KeyRound from '@lucide/svelte/icons/key-round'
import Lock from '@lucide/svelte/icons/lock-keyhole'
import ScrollText from '@lucide/svelte/icons/scroll-text'
import ListIcon from '@lucide/svelte/icons/text-align-start'
import Variable from '@lucide/svelte/icons/variable'
import Waves from '@lucide/svelte/icons/waves-horizontal'
import Workflow from '@lucide/svelte/icons/workflow'
import type { Component } from 'svelte'

/** A page that one can go to from anywhere. */
export interface Place {
  href: string
  label: string
  /** Second key after `g`. */
  key: string
  icon: Component<{ size?: number }>
  /** Only for who may this. */
  permission?: string
  /** A phone has it behind “More”. */
  isRare?: boolean
  /** Begins another part of the rail. */
  begins?: boolean
}

/** In the order of the rail. */
const PLACES: readonly Place[] = [
  { href: '/', label: 'Home', key: 'h', icon: House },
  { href: '/runs', label: 'Runs', key: 'r', icon: ListIcon },
  { href: '/flows', label: 'Flows', key: 'f', icon: Workflow, isRare: true },
  { href: '/deployments', label: 'Deployments', key: 'd', icon: Box },
  { href: '/work-pools', label: 'Work pools', key: 'w', icon: Waves },
  { href: '/concurrency-limits', label: 'Concurrency limits', key: 'l', icon: Gauge, permission: 'concurrency-limits:read', isRare: true },
  { href: '/variables', label: 'Variables', key: 'v', icon: Variable, permission: 'variables:read', isRare: true },
  { href: '/blocks', label: 'Blocks', key: 'b', icon: Lock, permission: 'blocks:read', isRare: true },
  { href: '/api-keys', label: 'API keys', key: 'k', icon: KeyRound, permission: 'api-keys:read', isRare: true, begins: true },
  { href: '/service-accounts', label: 'Service accounts', key: 's', icon: Bot, permission: 'service-accounts:read', isRare: true },
  { href: '/audit', label: 'Audit', key: 'a', icon: ScrollText, permission: 'audit-rows:read', isRare: true },
  { href: '/graphql', label: 'API explorer', key: 'e', icon: Braces, isRare: true },
]

/** Those that the viewer may see. */
export const placesOf = (may: (permission: string) => boolean): Place[] =>
  PLACES.filter(({ permission }) => permission === undefined || may(permission))
